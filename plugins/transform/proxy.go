package transform

import (
	"context"
	"slices"
	"unicode/utf8"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/offload"
	"gatehouse/core/pipeline"
	"gatehouse/plugins/compress"
	"gatehouse/plugins/rest"
)

// ProxyStep passes the answer of an HTTP_PROXY integration: headers that the
// gateway writes itself are renamed, a coded body is decoded, and one that is
// text for the API becomes UTF-8.
type ProxyStep struct {
	cfg Response
}

var _ pipeline.Step = (*ProxyStep)(nil)

// Handle implements pipeline.Step.
func (s *ProxyStep) Handle(x *exchange.Exchange) pipeline.Verdict {
	coding := compress.Identity
	all := x.Res.Headers.All()
	remove := false
	for i := range all {
		f := &all[i]
		name, what := proxyFate(f.Name)
		switch what {
		case remapped:
			f.Name = name
		case dropped:
			remove = true
		case coded:
			if !s.cfg.Stream {
				coding = compress.CodingOf(f.Value)
			}
		}
	}
	known := coding != compress.Identity && coding != compress.Unknown && x.Res.Stream == nil && len(x.Res.Body) > 0
	if remove || known {
		x.Res.Headers.DeleteFunc(func(name []byte) bool {
			_, what := proxyFate(name)
			return what == dropped || known && what == coded
		})
	}
	if x.Res.Stream != nil || s.cfg.Stream || coding == compress.Unknown {
		return pipeline.Next
	}
	conv := asIs
	if !s.cfg.Binary.Has(rest.MIME(x.Res.Headers.Last("Content-Type"))) && !s.cfg.Binary.Has(rest.FirstAccept(x.Header("Accept"))) {
		conv = asText
	}
	return s.body(x, coding, known, conv)
}

// coded is the fate of Content-Encoding: gone once its body is decoded.
const coded = remapped + 1

// body decodes and converts what was answered.
func (s *ProxyStep) body(x *exchange.Exchange, coding compress.Coding, known bool, conv conversion) pipeline.Verdict {
	if !known {
		return s.convert(x, conv)
	}
	return compress.Decode(x, s.cfg.Workers, coding, x.Res.Body, func(x *exchange.Exchange, b *bufs.Buf, err error) pipeline.Verdict {
		if err != nil {
			return pipeline.Fail(x, rest.BadAnswer.Wrap(err))
		}
		x.Own(b)
		x.Res.Body = b.B
		return s.convert(x, conv)
	})
}

// convert brings the decoded body into the form that the API has it in.
func (s *ProxyStep) convert(x *exchange.Exchange, conv conversion) pipeline.Verdict {
	if conv == asIs {
		return pipeline.Next
	}
	if !leavesLoop(s.cfg.Workers, x.Res.Body) || utf8.Valid(x.Res.Body) {
		return s.plain(x, conv)
	}
	b := slices.Clone(x.Res.Body)
	return offload.Run(x, s.cfg.Workers, func(context.Context) (*bufs.Buf, error) {
		_, buf, err := conv.convert(b)
		return buf, err
	}, func(x *exchange.Exchange, buf *bufs.Buf, err error) pipeline.Verdict {
		if err != nil {
			return pipeline.Fail(x, failure(err))
		}
		x.Own(buf)
		x.Res.Body = buf.B
		return pipeline.Next
	})
}

// plain converts a small body in place: the usual way, which allocates nothing.
func (s *ProxyStep) plain(x *exchange.Exchange, conv conversion) pipeline.Verdict {
	var buf *bufs.Buf
	x.Res.Body, buf, _ = conv.convert(x.Res.Body) // asText and asIs do not fail
	owned(x, buf)
	return pipeline.Next
}

// names of renamed headers.
var (
	nameAuthorization = []byte(remap + "Authorization")
	nameConnection    = []byte(remap + "Connection")
	nameLength        = []byte(remap + "Content-Length")
	nameMD5           = []byte(remap + "Content-MD5")
	nameDate          = []byte(remap + "Date")
	nameMaxForwards   = []byte(remap + "Max-Forwards")
	nameServer        = []byte(remap + "Server")
	nameUserAgent     = []byte(remap + "User-Agent")
	nameAuthenticate  = []byte(remap + "WWW-Authenticate")
	nameRequestID     = []byte(remap + "x-amzn-RequestId")
)

// proxyFate says what becomes of a header of the back end.
func proxyFate(name []byte) ([]byte, fate) {
	switch len(name) {
	case 2:
		return fated(name, "TE", nil, dropped)
	case 3:
		return fated(name, "Via", nil, dropped)
	case 4:
		if exchange.EqualFold(name, "Host") {
			return nil, dropped
		}
		return fated(name, "Date", nameDate, remapped)
	case 6:
		if exchange.EqualFold(name, "Expect") {
			return nil, dropped
		}
		return fated(name, "Server", nameServer, remapped)
	case 10:
		if exchange.EqualFold(name, "User-Agent") {
			return nameUserAgent, remapped
		}
		return fated(name, "Connection", nameConnection, remapped)
	case 11:
		return fated(name, "Content-MD5", nameMD5, remapped)
	case 12:
		return fated(name, "Max-Forwards", nameMaxForwards, remapped)
	case 13:
		return fated(name, "Authorization", nameAuthorization, remapped)
	case 14:
		if exchange.EqualFold(name, "x-amz-apigw-id") {
			return nil, dropped // the gateway's own
		}
		return fated(name, "Content-Length", nameLength, remapped)
	case 16:
		if exchange.EqualFold(name, "Content-Encoding") {
			return nil, coded
		}
		if exchange.EqualFold(name, "x-amzn-ErrorType") {
			return nil, passes
		}
		if exchange.EqualFold(name, "x-amzn-RequestId") {
			return nameRequestID, remapped
		}
		return fated(name, "WWW-Authenticate", nameAuthenticate, remapped)
	}
	return nil, passes
}

func fated(name []byte, s string, to []byte, f fate) ([]byte, fate) {
	if exchange.EqualFold(name, s) {
		return to, f
	}
	return nil, passes
}
