package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/examples/demo"
	"gatehouse/internal/gwtest"
)

// block is one fenced block of a page.
type block struct {
	lang, text string
	at         int // offset of text in the page
}

func blocks(page string) []block {
	var found []block
	for at := 0; ; {
		start := strings.Index(page[at:], "```")
		if start < 0 {
			return found
		}
		start += at + len("```")
		head := strings.IndexByte(page[start:], '\n') + start
		end := strings.Index(page[head:], "```") + head
		if end < head {
			return found
		}
		found = append(found, block{page[start:head], page[head+1 : max(end, head+1)], head + 1})
		at = end + len("```")
	}
}

// TestFirstAPIPage runs every command of docs/first-api.md in one shell and
// compares what each block prints with the text below it.
func TestFirstAPIPage(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	file := filepath.Join(gwtest.Root(), "docs", "first-api.md")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g := gwtest.Start(t, "--demo")
	c := clis(t)[0]
	dataPort := g.Listen[strings.LastIndexByte(g.Listen, ':'):]
	local := strings.NewReplacer("127.0.0.1:4566", g.Admin, ":8080", dataPort, demo.BackendAddr, demoBackend(t, g))
	public := strings.NewReplacer(dataPort, ":8080")

	const mark = "==== end of a block ===="
	script, pages := "set -u\n", blocks(string(b))
	for _, bl := range pages {
		if bl.lang == "sh" {
			script += local.Replace(bl.text) + "echo; echo '" + mark + "'\n"
		}
	}
	env := append(os.Environ(), "PATH="+c.dir(t)+":"+os.Getenv("PATH"), "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	out, errs, _ := tool(t, t.TempDir(), env, "bash", "-c", script)
	if errs != "" {
		t.Errorf("the page's commands complain:\n%s", errs)
	}
	golden(t, file, fillIn(string(b), pages, strings.Split(public.Replace(out), mark+"\n")))
}

// fillIn returns page with the text below each block of commands as it was
// printed.
func fillIn(page string, found []block, printed []string) string {
	var out strings.Builder
	at, n := 0, 0
	for i, bl := range found {
		if bl.lang != "sh" || n >= len(printed) {
			continue
		}
		text := strings.TrimRight(printed[n], "\n")
		n++
		if i+1 == len(found) || found[i+1].lang != "text" {
			continue
		}
		next := found[i+1]
		out.WriteString(page[at:next.at] + text + "\n")
		at = next.at + len(next.text)
	}
	return out.String() + page[at:]
}

// TestExampleHTTPAPI runs examples/http-api/make.sh with each CLI and calls what
// it made.
func TestExampleHTTPAPI(t *testing.T) {
	t.Parallel()
	g, b := gwtest.Start(t), gwtest.Backend(t)
	for _, c := range clis(t) {
		t.Run(c.version, func(t *testing.T) {
			t.Parallel()
			env := append(g.Environ(), "PATH="+c.dir(t)+":"+os.Getenv("PATH"), "BACKEND="+strings.TrimPrefix(b.URL, "http://"))
			f := strings.Fields(mustTool(t, t.TempDir(), env, filepath.Join(gwtest.Root(), "examples", "http-api", "make.sh")))
			if len(f) != 2 || !strings.HasPrefix(f[1], "http://"+f[0]+".execute-api.localhost:") {
				t.Fatalf("make.sh prints %q, want id and URL", f)
			}
			wantBooks(t, g, f[0])
		})
	}
}

func wantBooks(t *testing.T, g *gwtest.Gateway, id string) {
	t.Helper()
	for path, want := range map[string]string{"/books/7": "/books/7?stage=%24default public", "/test/books/7": "/books/7?stage=test hidden", "/films/9": "/films/9 "} {
		a := g.Send(t, gwtest.Request{Host: g.Host(id), Target: path})
		seen := a.Seen(t)
		if got := seen.Target + " " + seen.Headers.Get("X-Shelf"); a.Status != 200 || got != want {
			t.Errorf("GET %s = %d, the back end saw %q, want %q", path, a.Status, got, want)
		}
	}
	pre := gwtest.Request{Method: "OPTIONS", Host: g.Host(id), Target: "/books/7", Headers: map[string]string{"Origin": "https://books.example", "Access-Control-Request-Method": "GET"}}
	wantHeaders(t, g.Send(t, pre), 204, map[string]string{"Access-Control-Allow-Origin": "https://books.example", "Access-Control-Allow-Methods": "GET,POST"})
}
