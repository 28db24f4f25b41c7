package store

import (
	"strings"
	"testing"
)

var oddKeys = []string{
	"a", "A", "/", "//", "a/", "/a", "a//b", ".", "..", "a.b", "*", ">", "a/>", "$default", "stages/x/$default",
	"api.example.com", "*.example.com", "arn:aws:lambda:us-east-1:000000000000:function:f", "_kv", "_kv/x", "=", "==", "=2F",
	"with space", "tab\tline\r\n", "\x00", "\xff\xfe", "Ünïcode/日本語", "%2F", "-", "a/=/b", "a/b", "a=2Fb",
}

func TestSubject(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"apis/a1B2-3", "$KV.gatehouse.apis.a1B2-3"},
		{"stages/$default", "$KV.gatehouse.stages.=24default"},
		{"/a//", "$KV.gatehouse.=.a.=.="},
		{"_kv", "$KV.gatehouse.=5Fkv"},
		{"a.b", "$KV.gatehouse.a=2Eb"},
	} {
		if got := subject(c.key); got != c.want {
			t.Errorf("subject(%q) = %q, want %q", c.key, got, c.want)
		}
	}
}

func TestFilter(t *testing.T) {
	for _, c := range []struct{ prefix, want string }{
		{"", "$KV.gatehouse.>"},
		{"apis", "$KV.gatehouse.>"},
		{"apis/", "$KV.gatehouse.apis.>"},
		{"apis/a", "$KV.gatehouse.apis.>"},
		{"apis/$x/", "$KV.gatehouse.apis.=24x.>"},
		{"/", "$KV.gatehouse.=.>"},
	} {
		if got := filter(c.prefix); got != c.want {
			t.Errorf("filter(%q) = %q, want %q", c.prefix, got, c.want)
		}
	}
}

func TestForeignSubjects(t *testing.T) {
	for _, subj := range []string{
		"", "a", "$KV.gatehouse", "$KV.gatehouse.", "$KV.other.a", root + "a.", root + ".a", root + "a..b", root + "a_b",
		root + "=2", root + "a=", root + "=2f", root + "=41", root + "=2F", root + "==", root + "a$", root + "=GG",
		root + "=", root + strings.Repeat("a", MaxKey+1),
	} {
		if key, err := keyOf(subj); err == nil {
			t.Errorf("keyOf(%q) = %q, want an error", subj, key)
		}
	}
}

// FuzzKey checks that keys come back from their subjects, that subjects are legal
// and short, and that two keys never share one: a subject has one key, and only
// the subject made of that key has it.
func FuzzKey(f *testing.F) {
	for _, key := range oddKeys {
		f.Add(key, root+key)
	}
	f.Fuzz(func(t *testing.T, key, subj string) {
		if checkKey(key) == nil {
			s := subject(key)
			if got, err := keyOf(s); err != nil || got != key {
				t.Errorf("keyOf(subject(%q)) = %q, %v", key, got, err)
			}
			legalSubject(t, s)
		}
		if key, err := keyOf(subj); err == nil && subject(key) != subj {
			t.Errorf("keyOf(%q) = %q, whose subject is %q", subj, key, subject(key))
		}
	})
}

func legalSubject(t *testing.T, s string) {
	t.Helper()
	if len(s) > len(root)+3*MaxKey {
		t.Errorf("subject %q has %d bytes", s, len(s))
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(s, root), ".") {
		if token == "" || strings.ContainsAny(token, "*> \t\r\n_$") {
			t.Errorf("subject %q has the token %q", s, token)
		}
	}
}

// FuzzFilter checks that a filter matches every key under its prefix.
func FuzzFilter(f *testing.F) {
	for _, key := range oddKeys {
		f.Add(key, "x")
	}
	f.Fuzz(func(t *testing.T, prefix, rest string) {
		if checkKey(prefix+rest) != nil {
			return
		}
		s, fixed := subject(prefix+rest), strings.TrimSuffix(filter(prefix), ">")
		if !strings.HasPrefix(s, fixed) || len(s) == len(fixed) {
			t.Errorf("filter(%q) = %q does not match %q", prefix, filter(prefix), s)
		}
	})
}
