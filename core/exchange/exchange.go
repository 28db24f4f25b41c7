// Package exchange is one request and its response, from the first byte to the
// access log. It is the only thing that protocols, steps and back ends share.
package exchange

import (
	"net/netip"
	"time"

	"gatehouse/core/bufs"
	"gatehouse/core/gwerr"
)

// Exchange is one request and its response. It belongs to one loop; only that
// loop's goroutine may touch it. All its byte slices are valid until Done.
type Exchange struct {
	Req Request
	Out Outgoing // the back end's request while mappings change it
	Res Response

	Target      *Target     // what the request was matched to; never nil once served
	Params      []Param     // captured path parameters
	Path        []byte      // path given to routing: stage and base path removed. HTTP APIs: decoded, may hold any byte
	Integration Integration // what the back end did
	Err         *gwerr.Error
	ID          [16]byte // request id in AWS's 16-character form, ends in '='
	Start       int64    // core/clock ns when the first byte was seen
	End         int64    // core/clock ns when the last byte was handed to the socket

	// Ext is what the kind of API keeps of x beside these fields, nil until one
	// needs it. It stays with x over its lives and is reset with it.
	Ext Extension

	Loop Loop      // where it lives
	Conn Responder // the client's side
	Run  Resumer   // who goes on after a suspended step; set by core/pipeline
	Step int       // next step of Run; core/pipeline's own

	gen    uint32 // counts lives: a late result for an earlier life is dropped
	cancel Canceler
	arena  []byte
	bodies []*bufs.Buf
}

// Request is what the client sent, with the protocol's framing removed.
type Request struct {
	Method    string // as sent, case-sensitive (RFC 9110, 9.1)
	Target    []byte // request target as sent
	Path      []byte // path of the target, still percent-encoded (RFC 3986, 2.1); "/" when empty
	Query     []byte // after the first '?', without it
	HasQuery  bool   // there was a '?'
	Host      []byte // Host header, or the authority of an absolute-form target
	Proto     Proto
	Headers   Headers // all lines as received, framing headers included
	Body      []byte  // whole body, chunks removed
	HeadBytes int     // size of request line and headers on the wire
	Remote    netip.AddrPort
	Local     netip.AddrPort
	Secure    bool // came by TLS
}

// Outgoing is the request to the back end where a route has mappings. The
// integration fills it from Req in a step of its own, mappings change it, and
// the integration sends it. Not used on other routes.
//
// Headers holds what AWS lets a mapping see: names in lower case, one line per
// name (repeated lines joined by ","), without host, hop-by-hop, forwarding and
// framing headers, which the integration writes. A "host" line that a mapping
// adds replaces the back end's own.
type Outgoing struct {
	Path     []byte // whole path for the back end, percent-encoded; used when HasPath
	Query    []byte // raw query without '?'; the integration URI's own query is not in it
	HasPath  bool   // a mapping chose Path (AWS: overwrite:path); else the URI's path counts
	Headers  Headers
	Prepared bool // filled: the integration sends this instead of Req
}

// Response is what the client will get. Content-Length, Transfer-Encoding,
// Connection and Date are the protocol's to write; a Date in Headers wins.
type Response struct {
	Status  int // 200 when 0
	Headers Headers
	Body    []byte
	// Stream is set while the body is still at the back end: Body is nil, and
	// the pipeline ends by the head and then Stream.Flow. Length is its
	// length, -1 when not known. Steps after the integration may change status
	// and headers; one that sets a Body instead calls DropStream.
	Stream Source
	// Length is what Content-Length shall say to HEAD when the body is known
	// to be absent; -1 means len(Body).
	Length int64
	// Close asks for the connection to be closed after this response.
	Close bool
	// Streamed is the number of body bytes sent, by Respond and by WriteBody:
	// none to HEAD. Known once x has been answered.
	Streamed int64
}

// Proto is the protocol version of a request.
type Proto uint8

// The versions served.
const (
	HTTP11 Proto = iota
	HTTP10
	HTTP2
)

// String is the form of $context.protocol and of access logs.
func (p Proto) String() string { return [...]string{"HTTP/1.1", "HTTP/1.0", "HTTP/2.0"}[p] }

// Param is one captured path parameter.
type Param struct {
	Name  string
	Value []byte // percent-encoded, fit for a URI: decode it once to read it
}

// Integration tells what the back end did, for logs and metrics.
type Integration struct {
	Status  int    // status the back end answered; 0 when it did not
	Latency int64  // ns between handing over the request and its answer's head
	Error   string // what went wrong, for $context.integrationErrorMessage
}

// Target describes what a request was matched to. Compiled once per
// deployment, shared and read only.
type Target struct {
	Account    string
	Region     string
	API        string            // apiId
	Stage      string            // stage name, "$default" included
	Route      string            // route key; "" before a route was matched
	Resource   string            // REST: resource path template
	ResourceID string            // REST
	Deployment string            // REST: deploymentId
	Canary     string            // REST: "true" or "false" on stages with a canary, else ""
	Variables  map[string]string // stage variables
	Errors     ErrorWriter       // how this API words failures
}

// ErrorWriter turns a failure into the response of x. It must set status,
// headers and body; it runs on the loop and must not block.
type ErrorWriter interface {
	WriteError(x *Exchange, e *gwerr.Error)
}

// Loop is what an exchange needs of the loop that owns it.
type Loop interface {
	// Post has f run on the loop soon. Any goroutine may call it. When the
	// loop has ended f never runs.
	Post(f func())
	// Now is the time of the loop's current turn, core/clock ns.
	Now() int64
	// Index is the loop's number, from 0; per-loop state is found by it.
	Index() int
}

// Responder is the client's side of an exchange. All methods are for the loop.
type Responder interface {
	// Respond writes the complete response and ends the exchange: x is not
	// to be touched afterwards.
	Respond(x *Exchange)
	// Begin writes the head of a response whose body follows by WriteBody:
	// length bytes, or -1 when not known.
	Begin(x *Exchange, length int64)
	// WriteBody sends body bytes (copied when they cannot go out at once).
	// False means that the client is slow: the caller must stop its source,
	// by Leave, or the connection will be cut.
	WriteBody(x *Exchange, p []byte) bool
	// EndBody ends the body and the exchange. With err the client's
	// connection is cut, so that a short body is not taken for a whole one.
	EndBody(x *Exchange, err error)
	// Leave takes the client's connection off the loop in the middle of a
	// body. What follows is written with blocking calls by one goroutine.
	Leave(x *Exchange) (BodyWriter, error)
}

// BodyWriter is the rest of a body, off the loop, for one goroutine.
type BodyWriter interface {
	Write(p []byte) (int, error) // blocks until the client took the bytes, or its time-out
	// Close ends the body as EndBody does and gives the connection back. It
	// may be called once; x must not be touched afterwards.
	Close(err error)
}

// Resumer continues a suspended exchange. core/pipeline implements it.
type Resumer interface {
	Resume(x *Exchange, verdict uint8)
}

// Source sends the body of a response whose head has just been written.
type Source interface {
	// Flow writes the body by x.Conn.WriteBody and ends x by EndBody or Leave,
	// now or later. Loop only.
	Flow(x *Exchange)
}

// Extension is the memory of one kind of API in an exchange.
type Extension interface {
	// Reset forgets the life that ends, and lets go of what is large.
	Reset()
}

// Canceler is work under way for an exchange, told when nobody waits any more.
type Canceler interface {
	Cancel(x *Exchange)
}

// Reset makes x ready for its next life. The protocol calls it through
// Acquire and Release of its loop.
func (x *Exchange) Reset() {
	gen := x.gen + 1
	arena := x.arena[:0]
	if cap(arena) > maxKeptArena {
		arena = nil
	}
	scribbleArena(arena)
	for _, b := range x.bodies {
		bufs.Put(b)
	}
	clear(x.bodies)
	req, out, res := x.Req.Headers, x.Out.Headers, x.Res.Headers
	req.Reset()
	out.Reset()
	res.Reset()
	ext := x.Ext
	if ext != nil {
		ext.Reset()
	}
	*x = Exchange{gen: gen, arena: arena, bodies: x.bodies[:0], Params: x.Params[:0], Ext: ext}
	x.Req.Headers, x.Out.Headers, x.Res.Headers = req, out, res
	x.Res.Length = -1
}

// maxKeptArena bounds what a pooled exchange keeps between lives, in bytes.
const maxKeptArena = 16 << 10

// New makes an exchange ready for use.
func New() *Exchange {
	x := &Exchange{
		arena:  make([]byte, 0, 2048),
		Params: make([]Param, 0, 8),
	}
	x.Req.Headers.list = make([]Field, 0, 24)
	x.Res.Headers.list = make([]Field, 0, 24)
	x.Res.Length = -1
	return x
}

// Gen tells this life of x from others: a worker keeps it and compares.
func (x *Exchange) Gen() uint32 { return x.gen }

// Header returns the first request header called name, nil without one.
func (x *Exchange) Header(name string) []byte { return x.Req.Headers.Get(name) }

// Copy copies b into memory that x owns.
func (x *Exchange) Copy(b []byte) []byte {
	n := len(x.arena)
	x.arena = append(x.arena, b...)
	return x.arena[n:len(x.arena):len(x.arena)]
}

// CopyString copies s into memory that x owns.
func (x *Exchange) CopyString(s string) []byte {
	n := len(x.arena)
	x.arena = append(x.arena, s...)
	return x.arena[n:len(x.arena):len(x.arena)]
}

// Arena lends the end of x's own memory to build a value in place:
//
//	b := x.Arena()
//	b = append(b, ...)
//	v := x.Keep(b)
//
// Between Arena and Keep nothing else of x may allocate.
func (x *Exchange) Arena() []byte { return x.arena[len(x.arena):] }

// Keep keeps what was appended to the slice that Arena lent.
func (x *Exchange) Keep(b []byte) []byte {
	n := len(x.arena)
	if cap(b) > 0 && cap(x.arena) > n && &b[:1][0] == &x.arena[:n+1][n] {
		x.arena = x.arena[:n+len(b)]
		return b[:len(b):len(b)]
	}
	if cap(b) > cap(x.arena) { // grown by append: go on there
		x.arena = b
	}
	return b[:len(b):len(b)]
}

// Own hands b to x, which puts it back when it is done.
func (x *Exchange) Own(b *bufs.Buf) { x.bodies = append(x.bodies, b) }

// OnCancel names the work to tell when the client goes away. nil: nobody.
func (x *Exchange) OnCancel(c Canceler) { x.cancel = c }

// Cancel tells the work under way, once, that nobody waits for it.
func (x *Exchange) Cancel() {
	if c := x.cancel; c != nil {
		x.cancel = nil
		c.Cancel(x)
	}
}

// DropStream forgets a body that is still at the back end: it will not be read.
func (x *Exchange) DropStream() {
	if x.Res.Stream == nil {
		return
	}
	x.Res.Stream = nil
	x.Res.Length = -1
	x.Cancel()
}

// StartWall is the time of day at which x started.
func (x *Exchange) StartWall(now int64, wall time.Time) time.Time {
	return wall.Add(-time.Duration(now - x.Start))
}

// idAlphabet is URL-safe base 64 (RFC 4648, 5).
const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// SetID writes 90 random bits as AWS's 16-character request id.
func (x *Exchange) SetID(a, b uint64) {
	for i := range 8 {
		x.ID[i] = idAlphabet[a&63]
		a >>= 6
	}
	for i := 8; i < 15; i++ {
		x.ID[i] = idAlphabet[b&63]
		b >>= 6
	}
	x.ID[15] = '='
}
