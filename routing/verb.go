package routing

// verb is a set of methods, one bit each. AWS names seven methods, and ANY.
type verb uint8

const (
	verbDelete verb = 1 << iota
	verbGet
	verbHead
	verbOptions
	verbPatch
	verbPost
	verbPut
	verbAny
)

// verbOf returns the bit of a method of a request, and 0 for a method that AWS
// has no name for: only ANY and $default serve those. Methods are case-sensitive
// (RFC 9110, 9.1).
func verbOf(method []byte) verb {
	switch string(method) {
	case "GET":
		return verbGet
	case "POST":
		return verbPost
	case "PUT":
		return verbPut
	case "DELETE":
		return verbDelete
	case "PATCH":
		return verbPatch
	case "HEAD":
		return verbHead
	case "OPTIONS":
		return verbOptions
	}
	return 0
}

// keyVerb is verbOf for the method of a route key, where ANY has a meaning.
func keyVerb(method string) verb {
	if method == "ANY" {
		return verbAny
	}
	return verbOf([]byte(method))
}
