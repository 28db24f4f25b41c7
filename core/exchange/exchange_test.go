package exchange

import (
	"bytes"
	"slices"
	"testing"

	"gatehouse/core/bufs"
)

// FuzzArena: whatever the order of Copy, CopyString, Arena and Keep, no value
// overlaps another, also after the memory grew or the life ended and began.
func FuzzArena(f *testing.F) {
	f.Add([]byte{0, 10, 1, 20, 2, 30, 2, 255, 3, 0, 0, 200})
	f.Fuzz(func(t *testing.T, ops []byte) {
		x := New()
		var kept, want [][]byte
		fill := byte(0)
		for len(ops) >= 2 {
			op, n := ops[0]%5, int(ops[1])*int(ops[0]/5+1)
			ops = ops[2:]
			fill++
			v := bytes.Repeat([]byte{fill}, n)
			switch op {
			case 0:
				kept = append(kept, x.Copy(v))
			case 1:
				kept = append(kept, x.CopyString(string(v)))
			case 2: // in place, at once
				kept = append(kept, x.Keep(append(x.Arena(), v...)))
			case 3: // in place, in small pieces, so that it may move in the middle
				b := x.Arena()
				for i := 0; i < len(v); i += 7 {
					b = append(b, v[i:min(i+7, len(v))]...)
				}
				kept = append(kept, x.Keep(b))
			case 4:
				x.Reset()
				kept, want = nil, nil
				continue
			}
			want = append(want, v)
		}
		for i := range kept {
			if !bytes.Equal(kept[i], want[i]) {
				t.Fatalf("value %d = %x, want %x", i, kept[i], want[i])
			}
			if cap(kept[i]) != len(kept[i]) {
				t.Fatalf("value %d: appending to it would write over the next", i)
			}
		}
	})
}

func TestReset(t *testing.T) {
	x := New()
	gen := x.Gen()
	x.Req.Headers.Add([]byte("A"), []byte("b"))
	x.Res.Headers.Add([]byte("A"), []byte("b"))
	x.Out.Headers.Add([]byte("A"), []byte("b"))
	x.Params = append(x.Params, Param{Name: "p"})
	x.Res.Status, x.Res.Length, x.Step, x.Start = 200, 5, 3, 7
	x.Own(bufs.Get(100))
	x.OnCancel(cancels(func() { t.Error("canceled by Reset") }))
	x.Copy(make([]byte, maxKeptArena*2))
	x.Reset()
	if x.Gen() == gen {
		t.Error("Gen is the same in the next life")
	}
	if x.Req.Headers.Len()+x.Res.Headers.Len()+x.Out.Headers.Len()+len(x.Params)+x.Res.Status+x.Step+int(x.Start) != 0 || x.Res.Length != -1 {
		t.Errorf("after Reset: %+v", x)
	}
	if cap(x.arena) > maxKeptArena {
		t.Errorf("%d bytes kept, want at most %d", cap(x.arena), maxKeptArena)
	}
	x.Cancel()
}

type cancels func()

func (c cancels) Cancel(*Exchange) { c() }
func (c cancels) Flow(*Exchange)   {}

func TestCancelOnce(t *testing.T) {
	x, n := New(), 0
	x.OnCancel(cancels(func() { n++ }))
	x.Cancel()
	x.Cancel()
	if n != 1 {
		t.Errorf("told %d times, want 1", n)
	}
	x.OnCancel(cancels(func() { n++ }))
	x.DropStream() // there is none
	x.Res.Stream, x.Res.Length = cancels(func() {}), 9
	x.DropStream()
	if n != 2 || x.Res.Stream != nil || x.Res.Length != -1 {
		t.Errorf("DropStream: told %d, %+v", n, x.Res)
	}
}

func TestSetID(t *testing.T) {
	seen := map[[16]byte]bool{}
	for i := range uint64(1000) {
		x := New()
		x.SetID(i*0x9e3779b97f4a7c15, ^i)
		for _, c := range x.ID[:15] {
			if bytes.IndexByte([]byte(idAlphabet), c) < 0 {
				t.Fatalf("ID = %q", x.ID)
			}
		}
		if x.ID[15] != '=' || seen[x.ID] {
			t.Fatalf("ID = %q, want 16 characters, '=' last, never twice", x.ID)
		}
		seen[x.ID] = true
	}
}

func TestHeaders(t *testing.T) {
	text := func(h *Headers) (out []string) {
		for _, f := range h.All() {
			out = append(out, string(f.Name)+"="+string(f.Value))
		}
		return out
	}
	var h Headers
	for _, l := range [][2]string{{"A", "1"}, {"b", "2"}, {"a", "3"}, {"C", ""}} {
		h.Add([]byte(l[0]), []byte(l[1]))
	}
	if string(h.Get("a")) != "1" || string(h.Last("A")) != "3" || h.Get("x") != nil || h.Last("x") != nil || !h.Has("c") || h.Has("cc") {
		t.Errorf("Get, Last, Has over %q", text(&h))
	}
	if h.Get("C") == nil {
		t.Error("Get of an empty value = nil, want an empty slice")
	}
	steps := []struct {
		name string
		do   func()
		want []string
	}{
		{"set replaces all at the first's place", func() { h.Set([]byte("a"), []byte("9")) }, []string{"a=9", "b=2", "C="}},
		{"set adds", func() { h.Set([]byte("D"), []byte("4")) }, []string{"a=9", "b=2", "C=", "D=4"}},
		{"delete", func() { h.Delete("B") }, []string{"a=9", "C=", "D=4"}},
		{"delete what is not there", func() { h.Delete("B") }, []string{"a=9", "C=", "D=4"}},
		{"delete by function", func() { h.DeleteFunc(func(n []byte) bool { return n[0] < 'Z' }) }, []string{"a=9"}},
		{"reset", h.Reset, nil},
	}
	for _, s := range steps {
		s.do()
		if got := text(&h); !slices.Equal(got, s.want) {
			t.Errorf("%s: %q, want %q", s.name, got, s.want)
		}
	}
}

func TestValues(t *testing.T) {
	for i := range 256 {
		for pad := range 17 { // the byte at every place of an eight-byte word
			v := bytes.Repeat([]byte("a"), 17)
			v[pad] = byte(i)
			want := (i >= 0x20 || i == '\t') && i != 0x7f
			if CleanValue(v) != want {
				t.Errorf("CleanValue(byte %#x at %d) = %v, want %v", i, pad, !want, want)
			}
			if out := AppendValue(nil, v); !CleanValue(out) || len(out) != len(v) || (want && !bytes.Equal(out, v)) {
				t.Errorf("AppendValue(byte %#x at %d) = %q", i, pad, out)
			}
		}
	}
	for in, want := range map[string]string{"": "", " ": "", " \ta b\t ": "a b", "a": "a", "\va": "\va"} {
		if got := string(Trim([]byte(in))); got != want {
			t.Errorf("Trim(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]bool{"": false, "close": true, "x, Close": true, "close,": true, "closed": false, "x;close": false, ",,close ,": true, "c lose": false} {
		if got := HasListToken([]byte(in), "close"); got != want {
			t.Errorf("HasListToken(%q) = %v, want %v", in, got, want)
		}
	}
	for in, want := range map[string]bool{"": false, "GET": true, "a b": false, "a:": false, "!#$%&'*+-.^_`|~9": true, "ä": false} {
		if got := IsToken([]byte(in)); got != want {
			t.Errorf("IsToken(%q) = %v, want %v", in, got, want)
		}
	}
	if !EqualFold([]byte("HoSt"), "hOsT") || EqualFold([]byte("K"), "\u212a") || EqualFold([]byte("@"), "`") || EqualFold([]byte("ab"), "a") {
		t.Error("EqualFold: ASCII letters only, and the whole name")
	}
}

func BenchmarkCleanValue(b *testing.B) {
	v := []byte("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36")
	for b.Loop() {
		if !CleanValue(v) {
			b.Fatal("not clean")
		}
	}
}
