package plugins

// Place is one line of Order.
type Place struct {
	Name string // of the kind
	Why  string // why it stands after the line before
}

// Order is the one table of order: steps run from top to bottom before the
// response is complete, finishers from top to bottom when it is, loggers when it
// has been sent. A new plugin gets its line here.
//
// AWS: order of work of HTTP APIs: preflight, route match, throttle, authorizer,
// request mapping, integration, response mapping, CORS headers, access log.
var Order = []Place{
	{"cors.preflight", "a preflight is answered before all else: it carries no credentials"},
	{"httpapi.refuse", "a request that is refused without a route needs nothing of what follows"},
	{"restapi.refuse", "the same of REST APIs"},
	{"compress.request", "all that looks at a body looks at the one that was meant"},
	{"validate", "REST APIs: after access was granted, and before the body is changed"},
	{"transform.request", "makes the back end's request: the last that sees the client's as it is"},
	{"tohttp.prepare", "mappings change the back end's request, so it must exist first"},
	{"mapping", "the last change of the request; of the response the first, since it reads the back end's own headers"},
	{"tohttp", "an integration: it sends what the steps above made"},
	{"tohttp.rest", "an integration of REST APIs"},
	{"tomock", "an integration of REST APIs without a back end"},
	{"transform.response", "makes the client's response of the back end's answer"},
	{"compress", "the response's body has its last form"},
	{"cors", "its headers replace those of the back end, whatever a mapping did"},
	{"httpapi.requestid", "on every answer, and no other step may change it"},
	{"restapi.headers", "the same of REST APIs"},
	{"accesslog", "sees the answer as it was sent"},
}

func ordered(name string) bool {
	for _, p := range Order {
		if p.Name == name {
			return true
		}
	}
	return false
}
