package rest

import (
	"net/url"
	"strings"
	"testing"

	"gatehouse/core/exchange"
)

func TestState(t *testing.T) {
	x := exchange.New()
	if Of(x) != nil {
		t.Error("a new exchange has a State")
	}
	s := Begin(x)
	s.Body, s.HasBody, s.ErrorType = []byte("x"), true, "T"
	s.Path = append(s.Path, exchange.Param{Name: "a"})
	x.Reset()
	if Of(x) != nil {
		t.Error("the State outlives Reset")
	}
	if again := Begin(x); again != s || again.HasBody || again.Body != nil || len(again.Path) > 0 || again.ErrorType != "" {
		t.Errorf("Begin = %+v", again)
	}
}

func TestMediaTypes(t *testing.T) {
	for _, c := range []struct {
		list string
		mime string
		want bool
	}{
		{"image/png", "image/png", true}, {"image/png", "IMAGE/PNG", true}, {"image/png", "image/jpeg", false}, {"image/*", "image/png", true}, {"image/*", "image/", false},
		{"image/*", "image/*", true}, {"image/png", "image/*", false}, {"image/png", "*/*", false}, {"*/*", "a/b", true}, {"*/png", "image/png", false}, {"image~1png", "image/png", true}, {"", "a/b", false},
	} {
		var list []string
		if c.list != "" {
			list = []string{c.list}
		}
		if got := NewMediaTypes(list).Has([]byte(c.mime)); got != c.want {
			t.Errorf("%s has %s = %v, want %v", c.list, c.mime, got, c.want)
		}
	}
}

func TestMIME(t *testing.T) {
	for in, want := range map[string]string{"": JSON, "text/plain; charset=utf-8": "text/plain", " a/b ;x": "a/b", ";": JSON} {
		if got := string(MIME([]byte(in))); got != want {
			t.Errorf("MIME(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"": JSON, "text/html;q=1, */*": "text/html", "a/b,c/d": "a/b", ", a/b": JSON} {
		if got := string(FirstAccept([]byte(in))); got != want {
			t.Errorf("FirstAccept(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAppendQuery(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a=1&b=2": "a=1&b=2", "a": "a=", "a=1;b=2": "a=1&b=2", "&&a=b=c&": "a=b%3Dc", "q=a+b%2B%20%7E": "q=a%20b%2B%20~", "x=%zz%": "x=%25zz%25", "%41=ä": "A=%C3%A4", "=v": "=v",
	} {
		if got := string(AppendQuery(nil, []byte(in))); got != want {
			t.Errorf("AppendQuery(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzAppendQuery holds that a query means the same afterwards.
func FuzzAppendQuery(f *testing.F) {
	f.Add("a=1&b=%20+&c")
	f.Add("%%%=&;&==")
	f.Fuzz(func(t *testing.T, q string) {
		got := string(AppendQuery(nil, []byte(q)))
		if strings.ContainsAny(got, " \r\n#;+{}|") {
			t.Fatalf("AppendQuery(%q) = %q", q, got)
		}
		if again := string(AppendQuery(nil, []byte(got))); again != got {
			t.Errorf("AppendQuery(%q) = %q, then %q", q, got, again)
		}
		want, err := url.ParseQuery(strings.ReplaceAll(q, ";", "&"))
		if have, bad := url.ParseQuery(got); err == nil && (bad != nil || have.Encode() != want.Encode()) {
			t.Errorf("AppendQuery(%q) = %q means %v, want %v", q, got, have, want)
		}
	})
}

func TestTrace(t *testing.T) {
	const root = "1-5f84c7a1-abcdef012345678912345678"
	for in, want := range map[string]string{
		"Root=" + root: "Root=" + root, "Sampled=1; Root=" + root + ";Parent=53995c3f42cd8ad8": "Root=" + root + ";Parent=53995c3f42cd8ad8;Sampled=1", "Root=" + root + ";Self=x;Lineage=a": "Root=" + root,
	} {
		x := exchange.New()
		x.Req.Headers.Add([]byte("X-Amzn-Trace-Id"), []byte(in))
		if got := string(Begin(x).AppendTrace(nil, x)); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
	x := exchange.New()
	x.Req.Headers.Add([]byte("X-Amzn-Trace-Id"), []byte("Root=a\r\nX: y;Parent=ab"))
	s := Begin(x)
	got := string(s.AppendTrace(nil, x))
	if len(got) != len("Root="+root+";Parent=ab") || strings.ContainsAny(got, "\r\n") || got != string(s.AppendTrace(nil, x)) {
		t.Errorf("a Root of our own: %q", got)
	}
}

func TestLog(t *testing.T) {
	var none *Log
	none.Line("nothing %d", 1)
	var h exchange.Headers
	h.Add([]byte("Authorization"), []byte("secret"))
	h.Add([]byte("X"), []byte("1"))
	if got := HeaderMap(&h); got != "{Authorization=****, X=1}" {
		t.Errorf("HeaderMap = %s", got)
	}
	h.Add([]byte("Y"), []byte(strings.Repeat("y", 2000)))
	if got := HeaderMap(&h); len(got) != 998+len(" [TRUNCATED]") || !strings.HasSuffix(got, "y [TRUNCATED]") {
		t.Errorf("HeaderMap of much = %d bytes", len(got))
	}
}
