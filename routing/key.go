package routing

import "strings"

// DefaultKey is the route key, and the stage name, that takes what nothing else
// takes.
const DefaultKey = "$default"

// Limits on one route key.
const (
	MaxKeyBytes = 4096 // bytes of a whole key
	MaxParams   = 16   // path parameters of a key, and so of Params
)

// PartKind says what one part of a route's path stands for.
type PartKind uint8

const (
	Literal PartKind = iota // the same bytes
	Param                   // {name}: one segment of at least one byte
	Greedy                  // {name+}: the rest of the path, last part only
)

// Part is one part of a route's path, between two slashes.
type Part struct {
	Kind PartKind
	Text string // the literal, or the name without its braces and plus sign
}

// RouteKey is a parsed route key: "$default", or a method and a path.
type RouteKey struct {
	Text   string // the key as written
	Method string // GET POST PUT PATCH DELETE HEAD OPTIONS ANY; "" for $default
	Path   string // from the first slash on; "" for $default
	Parts  []Part // none for the path "/" and for $default
}

// Default reports whether k is $default.
func (k RouteKey) Default() bool { return k.Method == "" }

// ParseRouteKey reads the route key of an HTTP API; the method and the path of a
// REST resource joined by one blank have the same form. The error is a *KeyError.
//
// AWS: routeKey. A literal holds what RFC 3986 allows in a segment, undecoded; a
// name holds letters, digits and "._-:,".
func ParseRouteKey(key string) (RouteKey, error) {
	if key == DefaultKey {
		return RouteKey{Text: key}, nil
	}
	if len(key) > MaxKeyBytes {
		return RouteKey{}, &KeyError{Key: key, Problem: KeyTooLong}
	}
	method, path, ok := strings.Cut(key, " ")
	switch {
	case !ok:
		return RouteKey{}, &KeyError{Key: key, Problem: NotMethodAndPath}
	case keyVerb(method) == 0:
		return RouteKey{}, &KeyError{Key: key, Problem: UnknownMethod, Part: method}
	case !strings.HasPrefix(path, "/"):
		return RouteKey{}, &KeyError{Key: key, Problem: NoLeadingSlash, Part: path}
	}
	parts, err := parsePath(key, path)
	if err != nil {
		return RouteKey{}, err
	}
	return RouteKey{Text: key, Method: method, Path: path, Parts: parts}, nil
}

func parsePath(key, path string) ([]Part, error) {
	if path == "/" {
		return nil, nil
	}
	if strings.HasSuffix(path, "/") {
		return nil, &KeyError{Key: key, Problem: TrailingSlash, Part: path}
	}
	texts := strings.Split(path[1:], "/")
	parts := make([]Part, len(texts))
	names := make(map[string]bool)
	for i, text := range texts {
		part, problem := parsePart(text)
		switch {
		case problem != "":
		case part.Kind == Greedy && i < len(texts)-1:
			problem = GreedyNotLast
		case part.Kind != Literal && names[part.Text]:
			problem = RepeatedName
		case part.Kind != Literal && len(names) == MaxParams:
			problem = TooManyParams
		}
		if problem != "" {
			return nil, &KeyError{Key: key, Problem: problem, Part: text}
		}
		if part.Kind != Literal {
			names[part.Text] = true
		}
		parts[i] = part
	}
	return parts, nil
}

// parsePart reads the text between two slashes. A brace stands only at both ends.
func parsePart(text string) (Part, Problem) {
	if text == "" {
		return Part{}, EmptyPart
	}
	name, open := strings.CutPrefix(text, "{")
	name, closed := strings.CutSuffix(name, "}")
	if !open && !closed {
		return Part{Literal, text}, checkBytes(text, literalByte)
	}
	if !open || !closed {
		return Part{}, BadBraces
	}
	kind := Param
	if inner, greedy := strings.CutSuffix(name, "+"); greedy {
		kind, name = Greedy, inner
	}
	if name == "" {
		return Part{}, EmptyName
	}
	return Part{kind, name}, checkBytes(name, nameByte)
}

func checkBytes(text string, allowed func(byte) bool) Problem {
	for i := range len(text) {
		if text[i] == '{' || text[i] == '}' {
			return BadBraces
		}
		if !allowed(text[i]) {
			return BadCharacter
		}
	}
	return ""
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func nameByte(c byte) bool { return alphanumeric(c) || strings.IndexByte("._-:,", c) >= 0 }

// literalByte is pchar of RFC 3986, 3.3, the percent sign included.
func literalByte(c byte) bool {
	return alphanumeric(c) || strings.IndexByte("-._~!$&'()*+,;=:@%", c) >= 0
}
