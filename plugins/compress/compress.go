// Package compress decodes request bodies and codes response bodies of REST
// APIs: gzip and deflate.
//
// AWS: minimumCompressionSize, and the decompression of payloads.
package compress

import (
	"context"
	"errors"
	"slices"

	"gatehouse/core/bufs"
	"gatehouse/core/exchange"
	"gatehouse/core/offload"
	"gatehouse/core/pipeline"
	"gatehouse/plugins"
	"gatehouse/plugins/rest"
)

const (
	// MaxBody bounds an expanded body (AWS: payload quota), bytes.
	MaxBody = 10 << 20
	// onLoop bounds what the loop itself codes, and what it decodes to, bytes.
	onLoop = 16 << 10
	// expanded bounds what the loop decodes something small to, bytes.
	expanded = 256 << 10
)

func init() {
	plugins.Register(plugins.Kind{Name: "compress.request", New: plugins.Compiler(func(d Decoder) (plugins.Part, error) {
		return plugins.Part{Step: &d}, nil
	})})
	plugins.Register(plugins.Kind{Name: "compress", New: plugins.Compiler(func(c Encoder) (plugins.Part, error) {
		return plugins.Part{Step: &c}, nil
	})})
}

// Decoder is the step that decodes a request's body. It costs nothing where
// there is no Content-Encoding.
type Decoder struct {
	Workers *offload.Pool // for what is large; nil: all is done on the loop
}

var _ pipeline.Step = (*Decoder)(nil)

// Handle implements pipeline.Step.
func (d *Decoder) Handle(x *exchange.Exchange) pipeline.Verdict {
	if s := rest.Of(x); s == nil || !s.Encoded {
		return pipeline.Next
	}
	c := CodingOf(x.Req.Headers.Last("Content-Encoding"))
	switch {
	case c == Unknown:
		return pipeline.Fail(x, rest.UnsupportedMedia)
	case c == Identity || len(x.Req.Body) == 0:
		return pipeline.Next
	}
	return Decode(x, d.Workers, c, x.Req.Body, decoded)
}

// decoded takes over a request's decoded body.
func decoded(x *exchange.Exchange, b *bufs.Buf, err error) pipeline.Verdict {
	switch {
	case errors.Is(err, ErrTooLarge):
		return pipeline.Fail(x, rest.TooLarge.Wrap(err))
	case err != nil:
		return pipeline.Fail(x, rest.BadBody.Wrap(err))
	}
	x.Own(b)
	x.Req.Body = b.B
	return pipeline.Next
}

// Decode decodes b for x, on the loop when that is quick, and has done take the
// result. b may be memory of x.
func Decode(x *exchange.Exchange, workers *offload.Pool, c Coding, b []byte, done func(*exchange.Exchange, *bufs.Buf, error) pipeline.Verdict) pipeline.Verdict {
	if workers == nil {
		out, err := c.Decode(b, MaxBody)
		return done(x, out, err)
	}
	if len(b) <= onLoop {
		out, err := c.Decode(b, expanded)
		if !errors.Is(err, ErrTooLarge) {
			return done(x, out, err)
		}
	}
	b = slices.Clone(b)
	return offload.Run(x, workers, func(context.Context) (*bufs.Buf, error) { return c.Decode(b, MaxBody) }, done)
}

// Encoder is the step that codes a response's body.
type Encoder struct {
	Minimum int           // bytes of a body from which on it is coded (AWS: minimumCompressionSize)
	Workers *offload.Pool // for what is large; nil: all is done on the loop
}

var _ pipeline.Step = (*Encoder)(nil)

var (
	encodingName = []byte("Content-Encoding")
	codingNames  = [...][]byte{Gzip: []byte("gzip"), Deflate: []byte("deflate")}
)

// Handle implements pipeline.Step.
func (e *Encoder) Handle(x *exchange.Exchange) pipeline.Verdict {
	body := x.Res.Body
	if x.Res.Stream != nil || len(body) == 0 || len(body) < e.Minimum || x.Res.Headers.Has("Content-Encoding") {
		return pipeline.Next
	}
	c := Choose(x.Header("Accept-Encoding"))
	if c != Gzip && c != Deflate {
		return pipeline.Next
	}
	take := func(x *exchange.Exchange, b *bufs.Buf, err error) pipeline.Verdict {
		if err != nil {
			return pipeline.Fail(x, rest.Internal.Wrap(err))
		}
		x.Own(b)
		x.Res.Body = b.B
		x.Res.Headers.Add(encodingName, codingNames[c])
		return pipeline.Next
	}
	if e.Workers == nil || len(body) <= onLoop {
		b, err := c.Encode(body)
		return take(x, b, err)
	}
	body = slices.Clone(body)
	return offload.Run(x, e.Workers, func(context.Context) (*bufs.Buf, error) { return c.Encode(body) }, take)
}
