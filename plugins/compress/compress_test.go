package compress

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"

	"gatehouse/core/bufs"
)

func TestRoundTrip(t *testing.T) {
	for _, c := range []Coding{Gzip, Deflate} {
		for _, text := range []string{"", "a", strings.Repeat("hello ", 100000)} {
			b, err := c.Encode([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			p, err := c.Decode(b.B, len(text))
			if err != nil || string(p.B) != text {
				t.Errorf("%v: %d bytes come back as %v, %v", c, len(text), p, err)
			}
			if text != "" {
				if _, err := c.Decode(b.B, len(text)-1); !errors.Is(err, ErrTooLarge) {
					t.Errorf("%v: one byte over the limit = %v", c, err)
				}
				if _, err := c.Decode(b.B[:len(b.B)-3], MaxBody); err == nil {
					t.Errorf("%v: a body cut short decodes", c)
				}
				if _, err := c.Decode(append(bytes.Clone(b.B), 'x'), MaxBody); err == nil {
					t.Errorf("%v: bytes behind the body are passed over", c)
				}
			}
			bufs.Put(b)
			bufs.Put(p)
		}
	}
}

func TestBareDeflate(t *testing.T) {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 6)
	_, _ = w.Write([]byte("hello"))
	_ = w.Close()
	for range 3 { // with and without a reader in the pool
		if p, err := Deflate.Decode(b.Bytes(), 100); err != nil || string(p.B) != "hello" {
			t.Errorf("bare deflate = %v, %v", p, err)
		}
		z, _ := Deflate.Encode([]byte("x"))
		if _, err := Deflate.Decode(z.B, 100); err != nil {
			t.Error(err)
		}
	}
}

func TestChoose(t *testing.T) {
	for in, want := range map[string]Coding{"": Unknown, "*": Unknown, "gzip": Gzip, "deflate, gzip": Deflate, "gzip;q=0.5, deflate;q=0.8": Deflate, "br": Unknown, "br;q=0.1, gzip": Gzip,
		"identity": Identity, "gzip;q=0": Unknown, "gzip;q=x": Unknown, " GZIP ; q=1.0 ": Gzip, ",,gzip": Gzip} {
		if got := Choose([]byte(in)); got != want {
			t.Errorf("Choose(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestCodingOf(t *testing.T) {
	for in, want := range map[string]Coding{"": Identity, "identity": Identity, "gzip": Gzip, "X-GZIP": Gzip, "deflate": Deflate, "gzip, gzip": Unknown, "br": Unknown} {
		if got := CodingOf([]byte(in)); got != want {
			t.Errorf("CodingOf(%q) = %v, want %v", in, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range []Coding{Gzip, Deflate} {
		b, _ := c.Encode([]byte("hello hello hello"))
		f.Add(b.B, c == Gzip)
	}
	f.Fuzz(func(t *testing.T, b []byte, gz bool) {
		c := Deflate
		if gz {
			c = Gzip
		}
		p, err := c.Decode(b, 1<<16)
		if err == nil && len(p.B) > 1<<16 {
			t.Errorf("%d bytes decode to %d", len(b), len(p.B))
		}
		if err == nil {
			bufs.Put(p)
		}
	})
}
