package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// stage is loop and client of an exchange; it writes down what happens.
type stage struct {
	exchange.Responder
	log    []string
	posted []func()
}

func (s *stage) note(f string, a ...any)                  { s.log = append(s.log, fmt.Sprintf(f, a...)) }
func (s *stage) Post(f func())                            { s.posted = append(s.posted, f) }
func (s *stage) Now() int64                               { return 0 }
func (s *stage) Index() int                               { return 0 }
func (s *stage) Respond(x *exchange.Exchange)             { s.note("respond %d", x.Res.Status) }
func (s *stage) Begin(_ *exchange.Exchange, length int64) { s.note("begin %d", length) }

// part is a step, finisher and logger that notes its turn.
type part struct {
	s       *stage
	name    string
	verdict Verdict
	do      func(x *exchange.Exchange)
}

func (p part) run(what string, x *exchange.Exchange) {
	p.s.note("%s %s", what, p.name)
	if p.do != nil {
		p.do(x)
	}
}

func (p part) Handle(x *exchange.Exchange) Verdict { p.run("step", x); return p.verdict }
func (p part) Finish(x *exchange.Exchange)         { p.run("finish", x) }
func (p part) Log(x *exchange.Exchange)            { p.run("log", x) }

// body is a response's body that is still elsewhere.
type body struct{ s *stage }

func (b body) Flow(*exchange.Exchange)   { b.s.note("flow") }
func (b body) Cancel(*exchange.Exchange) { b.s.note("cancel") }

type words struct{}

func (words) WriteError(x *exchange.Exchange, e *gwerr.Error) {
	x.Res.Status = e.Status
	x.Res.Headers.Add([]byte("X"), []byte("error"))
}

func TestRun(t *testing.T) {
	boom := func(*exchange.Exchange) { panic("boom") }
	tests := []struct {
		name  string
		parts func(s *stage) *Pipeline
		then  func(x *exchange.Exchange)
		want  []string
	}{
		{"in order, then the finishers", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1"}, part{s: s, name: "2"}}, Finish: []Finisher{part{s: s, name: "a"}, part{s: s, name: "b"}}}
		}, nil, []string{"step 1", "step 2", "finish a", "finish b", "respond 0"}},
		{"no steps", func(*stage) *Pipeline { return &Pipeline{} }, nil, []string{"respond 0"}},
		{"reply skips the rest", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", verdict: Reply}, part{s: s, name: "2"}}, Finish: []Finisher{part{s: s, name: "a"}}}
		}, nil, []string{"step 1", "finish a", "respond 0"}},
		{"taken ends it", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", verdict: Taken}, part{s: s, name: "2"}}, Finish: []Finisher{part{s: s, name: "a"}}}
		}, nil, []string{"step 1"}},
		{"suspend", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", verdict: Suspend}, part{s: s, name: "2"}}}
		}, nil, []string{"step 1"}},
		{"suspend, resume", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", verdict: Suspend}, part{s: s, name: "2"}}}
		}, func(x *exchange.Exchange) { Resume(x, Next) }, []string{"step 1", "step 2", "respond 0"}},
		{"suspend, resume by reply", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", verdict: Suspend}, part{s: s, name: "2"}}}
		}, func(x *exchange.Exchange) { Resume(x, Reply) }, []string{"step 1", "respond 0"}},
		{"suspend twice", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", verdict: Suspend}, part{s: s, name: "2", verdict: Suspend}, part{s: s, name: "3"}}}
		}, func(x *exchange.Exchange) { Resume(x, Next); Resume(x, Next) }, []string{"step 1", "step 2", "step 3", "respond 0"}},
		{"panic in a step", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", do: boom}, part{s: s, name: "2"}}, Finish: []Finisher{part{s: s, name: "a"}}}
		}, nil, []string{"step 1", "finish a", "respond 500"}},
		{"panic after resume", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", verdict: Suspend}}}
		}, func(x *exchange.Exchange) { Continue(x, func() Verdict { panic("boom") }) }, []string{"step 1", "respond 500"}},
		{"panic in a finisher", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1"}}, Finish: []Finisher{part{s: s, name: "a", do: boom}, part{s: s, name: "b"}}}
		}, nil, []string{"step 1", "finish a", "respond 500"}},
		{"stream", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{part{s: s, name: "1", do: func(x *exchange.Exchange) { x.Res.Stream, x.Res.Length = body{s}, 7 }}}, Finish: []Finisher{part{s: s, name: "a"}}}
		}, nil, []string{"step 1", "finish a", "begin 7", "flow"}},
		{"failure drops the stream", func(s *stage) *Pipeline {
			return &Pipeline{Steps: []Step{
				part{s: s, name: "1", do: func(x *exchange.Exchange) { x.Res.Stream, x.Res.Length = body{s}, 7; x.OnCancel(body{s}) }},
				part{s: s, name: "2", verdict: Reply, do: func(x *exchange.Exchange) { Fail(x, gwerr.Throttled) }}}}
		}, nil, []string{"step 1", "step 2", "cancel", "respond 429"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &stage{}
			x := exchange.New()
			x.Loop, x.Conn = s, s
			p := tt.parts(s)
			p.Target = &exchange.Target{Errors: words{}}
			p.Run(x)
			if tt.then != nil {
				tt.then(x)
			}
			if !slices.Equal(s.log, tt.want) {
				t.Errorf("happened %q, want %q", s.log, tt.want)
			}
			if x.Target != p.Target {
				t.Error("Target is not the pipeline's")
			}
		})
	}
}

func TestFail(t *testing.T) {
	x := exchange.New()
	x.Target = &exchange.Target{Errors: words{}}
	x.Res.Body = []byte("half an answer")
	x.Res.Headers.Add([]byte("A"), []byte("b"))
	cause := errors.New("secret")
	if v := Fail(x, fmt.Errorf("call: %w", gwerr.IntegrationFailure.Wrap(cause))); v != Reply {
		t.Errorf("Fail = %v, want Reply", v)
	}
	if x.Res.Status != 503 || x.Res.Body != nil || x.Res.Headers.Has("A") || !x.Res.Headers.Has("X") {
		t.Errorf("response after Fail = %+v", x.Res)
	}
	if !errors.Is(x.Err, cause) {
		t.Errorf("Err = %v, want its cause in it", x.Err)
	}
	Fail(x, cause)
	if x.Res.Status != 500 || x.Err.Message != "Internal Server Error" {
		t.Errorf("an unknown error became %d %q", x.Res.Status, x.Err.Message)
	}
}

// TestLoggers: all run, once, and a panic of one is the loop's to report.
func TestLoggers(t *testing.T) {
	s := &stage{}
	x := exchange.New()
	x.Loop, x.Conn = s, s
	Done(x) // never ran a pipeline: nobody to tell
	p := &Pipeline{Log: []Logger{part{s: s, name: "a", do: func(*exchange.Exchange) { panic("boom") }}, part{s: s, name: "b"}}}
	p.Run(x)
	Done(x)
	if want := []string{"respond 0", "log a", "log b"}; !slices.Equal(s.log, want) {
		t.Errorf("happened %q, want %q", s.log, want)
	}
	defer func() {
		if r := fmt.Sprint(recover()); !strings.Contains(r, "boom") {
			t.Errorf("posted panic = %q, want boom in it", r)
		}
	}()
	s.posted[0]()
}

// TestPanicAfterTheEnd: a step that has ended x and then panics must not touch
// what serves another request by now.
func TestPanicAfterTheEnd(t *testing.T) {
	s := &stage{}
	x := exchange.New()
	x.Loop, x.Conn = s, s
	p := &Pipeline{Target: &exchange.Target{Errors: words{}}, Steps: []Step{part{s: s, name: "1", do: func(x *exchange.Exchange) {
		x.Reset()
		panic("boom")
	}}}}
	defer func() {
		if recover() == nil || x.Err != nil || x.Res.Status != 0 {
			t.Errorf("the next life was touched: %v, %d", x.Err, x.Res.Status)
		}
	}()
	p.Run(x)
}

func TestAllocsRun(t *testing.T) {
	s := &quiet{}
	x := exchange.New()
	x.Loop, x.Conn = s, s
	p := &Pipeline{Target: &exchange.Target{Errors: words{}}, Steps: []Step{next{}, next{}, next{}}, Finish: []Finisher{next{}}, Log: []Logger{next{}}}
	if n := testing.AllocsPerRun(1000, func() { p.Run(x); Done(x) }); n != 0 {
		t.Errorf("Run allocates %v times, want 0", n)
	}
}

type next struct{}

func (next) Handle(*exchange.Exchange) Verdict { return Next }
func (next) Finish(*exchange.Exchange)         {}
func (next) Log(*exchange.Exchange)            {}

type quiet struct{ stage }

func (*quiet) Respond(*exchange.Exchange) {}

func BenchmarkRun(b *testing.B) {
	s := &quiet{}
	x := exchange.New()
	x.Loop, x.Conn = s, s
	p := &Pipeline{Steps: []Step{next{}, next{}, next{}, next{}, next{}}, Finish: []Finisher{next{}}}
	b.ReportAllocs()
	for b.Loop() {
		p.Run(x)
	}
}
