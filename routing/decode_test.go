package routing

import (
	"bytes"
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestAppendDecodedPath(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"space", "/capture/space%20value", "/capture/space value"},
		{"hash", "/capture/hash%23value", "/capture/hash#value"},
		{"slash", "/capture/slash%2Fvalue", "/capture/slash/value"},
		{"question mark cuts", "/capture/question%3Fvalue", "/capture/question"},
		{"slash, twice", "/capture/literal%252Fvalue", "/capture/literal/value"},
		{"question mark, twice", "/capture/literal%253Fvalue", "/capture/literal?value"},
		{"percent, twice", "/capture/literal%2525value", "/capture/literal%value"},
		{"unicode", "/capture/unicode-%CE%BB", "/capture/unicode-λ"},
		{"checklist slash", "/a%2Fb", "/a/b"},
		{"checklist slash, twice", "/a%252Fb", "/a/b"},
		{"checklist question mark", "/a%3Fb", "/a"},
		{"plain", "/dev/shop/a", "/dev/shop/a"},
		{"plus stays", "/a+b", "/a+b"},
		{"lower-case digits", "/%ce%bb%2f", "/λ/"},
		{"percent of a valid escape", "/a%2541", "/aA"},
		{"what is cut off is not decoded again", "/a%3F%25zz", "/a"},
		{"no UTF-8", "/%ff", "/\xff"},
		{"zero byte and line end", "/%00%0d%0a", "/\x00\r\n"},
		{"raw bytes stay", "/λ", "/λ"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := AppendDecodedPath([]byte("dst"), []byte(c.raw))
			if err != nil || string(got) != "dst"+c.want {
				t.Errorf("AppendDecodedPath(%q) = %q, %v, want %q", c.raw, got, err, "dst"+c.want)
			}
		})
	}
}

func TestAppendDecodedPathRefuses(t *testing.T) {
	for _, raw := range []string{"/capture/percent%25done", "/a%25", "/a%252", "/a%", "/a%4", "/a%zz", "/a%4z", "/a%z4", "/%25%32%35%25", "/a%25%3F"} {
		got, err := AppendDecodedPath([]byte("dst"), []byte(raw))
		if !errors.Is(err, ErrEscape) || string(got) != "dst" {
			t.Errorf("AppendDecodedPath(%q) = %q, %v, want %v", raw, got, err, ErrEscape)
		}
	}
}

func TestAppendUnescaped(t *testing.T) {
	for _, c := range []struct {
		in, want string
		err      error
	}{
		{"a%20b", "a b", nil}, {"a%2Fb", "a/b", nil}, {"a%252Fb", "a%2Fb", nil}, {"%3f", "?", nil}, {"a+b", "a+b", nil},
		{"%41%42", "AB", nil}, {"", "", nil}, {"%", "", ErrEscape}, {"ab%4", "", ErrEscape}, {"%GG", "", ErrEscape}, {"%4G", "", ErrEscape},
	} {
		got, err := AppendUnescaped(nil, []byte(c.in))
		if err != c.err || string(got) != c.want {
			t.Errorf("AppendUnescaped(%q) = %q, %v, want %q, %v", c.in, got, err, c.want, c.err)
		}
	}
}

// referencePath is AppendDecodedPath by way of net/url.
func referencePath(raw string) (string, error) {
	once, err := url.PathUnescape(raw)
	if err != nil {
		return "", err
	}
	once, _, _ = strings.Cut(once, "?")
	return url.PathUnescape(once)
}

func FuzzAppendDecodedPath(f *testing.F) {
	for _, seed := range []string{"/capture/question%3Fvalue", "/capture/percent%25done", "/literal%2525value", "/%25%32%35", "/a%3F%25zz", "/%", "/%CE%BB"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		want, wantErr := referencePath(string(raw))
		got, err := AppendDecodedPath([]byte("/x"), raw)
		if string(got) != "/x"+want || (err == nil) != (wantErr == nil) {
			t.Fatalf("AppendDecodedPath(%q) = %q, %v, want %q, %v", raw, got, err, "/x"+want, wantErr)
		}
		if !bytes.Equal(raw, before) {
			t.Fatalf("AppendDecodedPath(%q) changed its input to %q", before, raw)
		}
		want, wantErr = url.PathUnescape(string(raw))
		got, err = AppendUnescaped(nil, raw)
		if string(got) != want || (err == nil) != (wantErr == nil) {
			t.Fatalf("AppendUnescaped(%q) = %q, %v, want %q, %v", raw, got, err, want, wantErr)
		}
	})
}
