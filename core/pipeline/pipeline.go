// Package pipeline runs the compiled steps of one route over an exchange.
package pipeline

import (
	"fmt"
	"runtime/debug"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// Verdict is what a step tells the pipeline to do next.
type Verdict uint8

const (
	Next    Verdict = iota // run the following step
	Reply                  // the response is complete: write it
	Suspend                // the step owes a resume; the loop does other work
	Taken                  // the step writes the response itself and ends the exchange
)

// Step is one compiled step of a method. Handle runs on the loop that owns x:
// it must not block, and keeps nothing of x once it has returned (a resume gets
// x again).
type Step interface {
	Handle(x *exchange.Exchange) Verdict
}

// Finisher changes a complete response just before its head is written,
// whoever made it: a step, an error, a back end. It can't suspend or fail.
type Finisher interface {
	Finish(x *exchange.Exchange)
}

// Logger sees an exchange whose last byte was handed to the socket.
type Logger interface {
	Log(x *exchange.Exchange)
}

// Pipeline is the compiled steps of one route. Read only once it is in a
// snapshot; shared by all loops.
type Pipeline struct {
	Target *exchange.Target // what x.Target becomes
	Steps  []Step           // in order; the integration is one of them
	Finish []Finisher       // always, before the head is written
	Log    []Logger         // always, after the last byte
}

var _ exchange.Resumer = (*Pipeline)(nil)

// Run serves x from the first step.
func (p *Pipeline) Run(x *exchange.Exchange) {
	x.Run = p
	x.Step = 0
	if p.Target != nil {
		x.Target = p.Target
	}
	p.drive(x, Next)
}

// Resume goes on with a suspended x as if its step had answered verdict now.
// Loop only.
func Resume(x *exchange.Exchange, v Verdict) { x.Run.Resume(x, uint8(v)) }

// Resume implements exchange.Resumer.
func (p *Pipeline) Resume(x *exchange.Exchange, verdict uint8) { p.drive(x, Verdict(verdict)) }

// drive runs steps until one suspends or the response is complete.
func (p *Pipeline) drive(x *exchange.Exchange, v Verdict) {
	for v == Next && x.Step < len(p.Steps) {
		x.Step++
		v = p.call(x, p.Steps[x.Step-1])
	}
	if v == Next || v == Reply {
		p.respond(x)
	}
}

// respond writes the whole response, or its head when the body still flows.
func (p *Pipeline) respond(x *exchange.Exchange) {
	p.finish(x)
	s := x.Res.Stream
	if s == nil {
		x.Conn.Respond(x)
		return
	}
	x.Conn.Begin(x, x.Res.Length)
	s.Flow(x)
}

// call guards one step: a panic costs this exchange only.
func (p *Pipeline) call(x *exchange.Exchange, s Step) (v Verdict) {
	gen := x.Gen()
	defer func() {
		if r := recover(); r != nil {
			v = panicked(x, gen, fmt.Errorf("panic in step %T: %v\n%s", s, r, debug.Stack()))
		}
	}()
	return s.Handle(x)
}

// Continue resumes a suspended x with the verdict of done, guarded like a step.
// Loop only.
func Continue(x *exchange.Exchange, done func() Verdict) { Resume(x, settle(x, done)) }

func settle(x *exchange.Exchange, done func() Verdict) (v Verdict) {
	gen := x.Gen()
	defer func() {
		if r := recover(); r != nil {
			v = panicked(x, gen, fmt.Errorf("panic after a worker: %v\n%s", r, debug.Stack()))
		}
	}()
	return done()
}

// panicked fails x because of err, unless x has ended before the panic: then
// only the loop's log hears of it.
func panicked(x *exchange.Exchange, gen uint32, err error) Verdict {
	if x.Gen() != gen {
		panic(err)
	}
	return Fail(x, gwerr.Internal.Wrap(err))
}

// finish runs the finishers; after a panic of one the client gets the failure.
func (p *Pipeline) finish(x *exchange.Exchange) {
	if len(p.Finish) == 0 {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			Fail(x, gwerr.Internal.Wrap(fmt.Errorf("panic in a finisher: %v\n%s", r, debug.Stack())))
		}
	}()
	for _, f := range p.Finish {
		f.Finish(x)
	}
}

// Fail makes err the response of x, worded as x's API does, and returns Reply.
func Fail(x *exchange.Exchange, err error) Verdict {
	e := gwerr.As(err)
	x.Err = e
	x.DropStream()
	x.Res.Headers.Reset()
	x.Res.Body = nil
	x.Res.Length = -1
	x.Target.Errors.WriteError(x, e)
	return Reply
}

// Done tells the loggers of x's pipeline that the exchange has ended. The
// protocol calls it once per exchange, before Reset.
func Done(x *exchange.Exchange) {
	p, ok := x.Run.(*Pipeline)
	if !ok {
		return
	}
	for _, l := range p.Log {
		log(l, x)
	}
}

// log guards one logger: the exchange must end whatever it does. The panic is
// reported by the loop's guard.
func log(l Logger, x *exchange.Exchange) {
	defer func() {
		if r := recover(); r != nil {
			err := fmt.Errorf("panic in logger %T: %v\n%s", l, r, debug.Stack())
			x.Loop.Post(func() { panic(err) })
		}
	}()
	l.Log(x)
}
