package restapi

import (
	"gatehouse/core/exchange"
	"gatehouse/plugins/rest"
)

// header says what becomes of a request header at the door.
type header uint8

const (
	stays      header = iota
	leaves            // never enters (AWS)
	connection        // leaves, and may name others (RFC 9110, 7.6.1)
	override          // X-HTTP-Method-Override
	coding            // Content-Encoding
)

// ingress takes from x the headers that never enter a REST API, and follows
// those that change the request.
func ingress(x *exchange.Exchange, s *rest.State) {
	all := x.Req.Headers.All()
	remove := false
	for i := range all {
		switch headerOf(all[i].Name) {
		case leaves:
			remove = true
		case connection:
			remove = true
			if v := all[i].Value; !exchange.EqualFold(v, "keep-alive") && !exchange.EqualFold(v, "close") {
				dropListed(x, v)
				ingress(x, s) // the list has changed; the line itself is gone, too
				return
			}
		case override:
			overrideMethod(x, all[i].Value)
		case coding:
			s.Encoded = true
		}
	}
	if remove {
		x.Req.Headers.DeleteFunc(func(name []byte) bool {
			k := headerOf(name)
			return k == leaves || k == connection
		})
	}
}

// overrideMethod follows X-HTTP-Method-Override, unless HEAD is one of the two
// methods: whether the client expects a body behind the head of the response
// depends on what it sent (RFC 9112, 6.3).
func overrideMethod(x *exchange.Exchange, v []byte) {
	if exchange.IsToken(v) && len(v) <= maxMethod && x.Req.Method != "HEAD" && string(v) != "HEAD" {
		x.Req.Method = verb(v)
	}
}

// dropListed removes the headers that a Connection line names, and the line.
func dropListed(x *exchange.Exchange, list []byte) {
	x.Req.Headers.DeleteFunc(func(name []byte) bool {
		return exchange.EqualFold(name, "Connection") || len(name) > 0 && exchange.HasListToken(list, string(name))
	})
}

// headerOf sorts a request header by its name.
func headerOf(name []byte) header {
	switch len(name) {
	case 2:
		return when(name, "TE", leaves)
	case 6:
		return max(when(name, "Expect", leaves), when(name, "Server", leaves))
	case 7:
		return max(when(name, "Trailer", leaves), when(name, "Upgrade", leaves))
	case 10:
		return max(when(name, "Connection", connection), when(name, "Keep-Alive", leaves))
	case 11:
		return when(name, "Content-MD5", leaves)
	case 12:
		return when(name, "Max-Forwards", leaves)
	case 14:
		return when(name, "Content-Length", leaves)
	case 16:
		return max(when(name, "WWW-Authenticate", leaves), when(name, "Content-Encoding", coding), when(name, "Proxy-Connection", leaves))
	case 17:
		return when(name, "Transfer-Encoding", leaves)
	case 18:
		return when(name, "Proxy-Authenticate", leaves)
	case 22:
		return when(name, "X-HTTP-Method-Override", override)
	}
	return stays
}

func when(name []byte, s string, h header) header {
	if exchange.EqualFold(name, s) {
		return h
	}
	return stays
}

// verb returns a method as text without allocating for those that AWS names.
func verb(v []byte) string {
	for _, m := range [...]string{"GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
		if string(v) == m {
			return m
		}
	}
	return string(v)
}
