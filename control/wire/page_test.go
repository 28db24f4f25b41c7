package wire

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func self(s string) string { return s }

func TestPage(t *testing.T) {
	items := []string{"d", "b", "a", "c", "e"}
	for _, c := range []struct {
		name  string
		limit int
		after string // key that the token holds; "" for no token
		want  string
		more  bool
	}{
		{"first", 2, "", "[a b]", true},
		{"middle", 2, "b", "[c d]", true},
		{"last", 2, "d", "[e]", false},
		{"exactly all", 5, "", "[a b c d e]", false},
		{"after a deleted item", 2, "bb", "[c d]", true},
		{"past the end", 2, "e", "[]", false},
	} {
		var token *string
		if c.after != "" {
			token = aws.String(sealToken(c.after))
		}
		page, next, err := Page(items, self, c.limit, token)
		if fmt.Sprint(page) != c.want || (next != nil) != c.more || err != nil || page == nil {
			t.Errorf("%s: %v %v %v, want %s, more %v", c.name, page, next, err, c.want, c.more)
		}
	}
	if !slices.Equal(items, []string{"d", "b", "a", "c", "e"}) {
		t.Errorf("Page changed its items: %v", items)
	}
}

func TestPageBadToken(t *testing.T) {
	good := sealToken("abc")
	for _, token := range []string{"x", "!", good[:len(good)-1], good + "A", "AAAAAAAA"} {
		if _, _, err := Page([]string{"a"}, self, 1, &token); !errors.Is(err, badToken) {
			t.Errorf("token %q: %v, want %v", token, err, badToken)
		}
	}
	if page, _, err := Page([]string{"a"}, self, 1, aws.String("")); err != nil || len(page) != 1 {
		t.Errorf("empty token: %v %v, want the first page", page, err)
	}
}

// TestPageUnderChange lists while items come and go: what stays is listed once.
func TestPageUnderChange(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		var items []string
		for i := range 40 {
			items = append(items, fmt.Sprintf("stay%02d", i))
		}
		seen := map[string]int{}
		var token *string
		for more := true; more; more = token != nil {
			page, next, err := Page(items, self, 1+rnd.IntN(7), token)
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range page {
				seen[it]++
			}
			token = next
			items = slices.DeleteFunc(items, func(s string) bool { return s[0] == 'g' && rnd.IntN(2) == 0 })
			for range rnd.IntN(5) {
				items = append(items, fmt.Sprintf("stay%02d-%d", rnd.IntN(40), rnd.Int()), fmt.Sprintf("gone%d", rnd.Int()))
			}
		}
		for i := range 40 {
			if n := seen[fmt.Sprintf("stay%02d", i)]; n != 1 {
				t.Fatalf("item %d listed %d times, want once", i, n)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		n    int32
		want int
	}{{-1, 25}, {0, 25}, {1, 1}, {500, 500}, {501, 500}} {
		if got := Limit(&c.n); got != c.want {
			t.Errorf("Limit(%d) = %d, want %d", c.n, got, c.want)
		}
	}
	if got := Limit(nil); got != 25 {
		t.Errorf("Limit(nil) = %d, want 25", got)
	}
	for _, c := range []struct {
		text string
		want int
		bad  bool
	}{{"", 100, false}, {"3", 3, false}, {"0", 100, false}, {"501", 500, false}, {"x", 0, true}} {
		got, err := MaxResults(&c.text)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("MaxResults(%q) = %d, %v, want %d", c.text, got, err, c.want)
		}
	}
}
