package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/gwtest"
)

// restWalk plays a file of testdata/rest: "$ ..." is a command of `aws
// apigateway`, "% VERB TARGET [Header: value]... [= body]" a request to the data
// listener; each is followed by what it must give. "> name path.to.member" keeps
// a member of the last answer as {name}; {backend} is a back end's host:port.
type restWalk struct {
	session
	env []string
}

// TestRESTCLI walks with the newest AWS CLI: building, deploying, canaries,
// rolling back, refusals, exports.
func TestRESTCLI(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/rest/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	c := clis(t)[0]
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			g := gwtest.Start(t)
			backend := strings.TrimPrefix(gwtest.Backend(t).URL, "http://")
			w := restWalk{session{t: t, cli: c, gw: g, names: map[string]string{"backend": backend}, order: []string{"backend"}}, c.environ(t, g)}
			golden(t, file, w.play(string(want)))
		})
	}
}

func (w *restWalk) play(file string) string {
	w.t.Helper()
	var out strings.Builder
	rest := file
	for line := range strings.Lines(file) {
		rest = rest[len(line):]
		line = strings.TrimSuffix(line, "\n")
		keep := true
		switch {
		case strings.HasPrefix(line, "> "):
			w.keep(strings.Fields(line[2:]))
		case strings.HasPrefix(line, "$ "):
			line += "\n" + strings.TrimSuffix(w.mask(w.command(line[2:])), "\n")
		case strings.HasPrefix(line, "% "):
			line += "\n" + w.settled(line[2:], rest)
		default:
			keep = line == "" || line[0] == '#'
		}
		if keep {
			out.WriteString(strings.TrimSuffix(line, "\n") + "\n")
		}
	}
	return out.String()
}

// settled repeats a request for some seconds until its answer is what the file
// goes on with: on a busy machine a change may be answered before it is in force.
func (w *restWalk) settled(line, rest string) string {
	w.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got := w.mask(w.request(line))
		if *update || strings.HasPrefix(rest, strings.TrimSuffix(got, "\n")+"\n") || time.Now().After(end) {
			return got
		}
	}
}

// fill puts kept members in the place of their names.
func (w *restWalk) fill(text string) string {
	for name, v := range w.names {
		text = strings.ReplaceAll(text, "{"+name+"}", v)
	}
	return text
}

// keep keeps a member, named by a path whose numbers are places in lists.
func (w *restWalk) keep(f []string) {
	w.t.Helper()
	var at any = w.answer
	for part := range strings.SplitSeq(f[1], ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[part]
		case []any:
			var n int
			if _, err := fmt.Sscan(part, &n); err != nil || n >= len(v) {
				w.t.Fatalf("> %v: no such place in %v", f, v)
			}
			at = v[n]
		}
	}
	v, _ := at.(string)
	if v == "" {
		w.t.Fatalf("> %v: the answer has no such member: %v", f, w.answer)
	}
	w.names[f[0]] = v
	w.order = append(w.order, f[0])
}

func (w *restWalk) command(command string) string {
	w.t.Helper()
	out, errs, status := tool(w.t, "", w.env, "sh", "-c", "aws apigateway "+w.fill(command))
	w.answer = nil
	if status != 0 {
		return fmt.Sprintf("error: %s\n", strings.TrimSpace(errs))
	}
	if out == "" {
		return ""
	}
	if err := json.Unmarshal([]byte(out), &w.answer); err != nil {
		return "text: " + out
	}
	b, err := json.MarshalIndent(w.answer, "", "  ")
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b) + "\n"
}

// request sends one request to the API that is kept as {api}.
func (w *restWalk) request(line string) string {
	w.t.Helper()
	line, body, _ := strings.Cut(w.fill(line), " = ")
	f := strings.SplitN(line, " ", 3)
	r := gwtest.Request{Method: f[0], Host: w.gw.Host(w.names["api"]), Target: f[1], Headers: map[string]string{}, Body: body}
	if len(f) == 3 {
		for h := range strings.SplitSeq(f[2], "; ") {
			name, v, _ := strings.Cut(h, ": ")
			r.Headers[name] = v
		}
	}
	a := w.gw.Send(w.t, r)
	return fmt.Sprintf("%d%s\n%s", a.Status, shownHeaders(a.Headers), a.Body)
}

// shownHeaders are those that don't differ from run to run.
func shownHeaders(h http.Header) string {
	var lines []string
	for name := range h {
		if name == "Content-Type" || name == "X-Amzn-Errortype" || strings.HasPrefix(name, "Access-Control-") || strings.HasPrefix(name, "X-Walk") {
			lines = append(lines, fmt.Sprintf("\n%s: %s", name, h.Get(name)))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

var (
	restDates = regexp.MustCompile(`("(?:createdDate|lastUpdatedDate)": )("[^"]+"|[0-9.]+)`)
	restIDs   = regexp.MustCompile(`("(?:id|rootResourceId|deploymentId|parentId|cacheNamespace)": )"[^"{]+"`)
	logIDs    = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	logTimes  = regexp.MustCompile(`[A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{2}:\d{2}:\d{2} UTC \d{4}`)
	logTraces = regexp.MustCompile(`Root=1-[0-9a-f-]+`)
	latencies = regexp.MustCompile(`(latency"?: )\d+`)
	logDates  = regexp.MustCompile(`Date=[^=]+ GMT`)
	logSizes  = regexp.MustCompile(`Content-Length=\d+`)
	versions  = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	ports     = regexp.MustCompile(`("X-Forwarded-Port":\[")\d+`)
)

func (w *restWalk) mask(text string) string {
	for _, name := range slices.Backward(w.order) {
		text = strings.ReplaceAll(text, w.names[name], "{"+name+"}")
	}
	text = restDates.ReplaceAllString(text, `$1"{date}"`)
	text = restIDs.ReplaceAllString(text, `$1"{id}"`)
	text = logIDs.ReplaceAllString(text, "{uuid}")
	text = logTimes.ReplaceAllString(text, "{time}")
	text = logTraces.ReplaceAllString(text, "{trace}")
	text = logDates.ReplaceAllString(text, "Date={date}")
	text = logSizes.ReplaceAllString(text, "Content-Length={n}")
	text = versions.ReplaceAllString(text, "{date}")
	text = ports.ReplaceAllString(text, "${1}{port}")
	return latencies.ReplaceAllString(text, "${1}0")
}

// TestExampleRESTAPI runs examples/rest-api/make.sh and calls what it made, with
// the preflight that a browser would send.
func TestExampleRESTAPI(t *testing.T) {
	t.Parallel()
	c, g := clis(t)[0], gwtest.Start(t, "--demo")
	env := append(c.environ(t, g), "LISTEN="+g.Listen, "BACKEND="+demoBackend(t, g))
	f := strings.Fields(mustTool(t, t.TempDir(), env, filepath.Join(gwtest.Root(), "examples", "rest-api", "make.sh")))
	if len(f) != 2 || f[1] != "http://"+f[0]+".execute-api.localhost"+g.Listen[strings.LastIndexByte(g.Listen, ':'):]+"/dev/" {
		t.Fatalf("make.sh prints %q, want id and URL", f)
	}
	stageServes(t, g, f[0], "prod")
	json := map[string]string{"Content-Type": "application/json"}
	for _, c := range []struct {
		name   string
		r      gwtest.Request
		status int
		body   string // what the body holds
	}{
		{"page of dev", gwtest.Request{Target: "/dev/"}, 200, "Welcome to the library of Bern, stage dev.\n"},
		{"page of prod", gwtest.Request{Target: "/prod"}, 200, "Welcome to the library of Rome, stage prod.\n"},
		{"proxied", gwtest.Request{Method: "DELETE", Target: "/prod/books/a%20b?x=1"}, 200, `"path": "/base/a b",` + "\n  " + `"query": "x=1"`},
		{"proxied header", gwtest.Request{Target: "/prod/books/7"}, 200, `"X-Town": [` + "\n      " + `"Rome"`},
		{"templates", gwtest.Request{Method: "POST", Target: "/dev/books", Headers: json, Body: `{"title": "Heidi \"1\"", "pages": 3}`}, 201,
			`{"method": "PUT", "sent": {"name": "Heidi \"1\"", "town": "Bern"}}`},
		{"refused body", gwtest.Request{Method: "POST", Target: "/dev/books", Headers: json, Body: `{"title": "T", "pages": 0}`}, 400, `{"message": "Invalid request body"}`},
		{"unknown route", gwtest.Request{Target: "/dev/films"}, 403, `{"message":"Missing Authentication Token"}`},
		{"unknown stage", gwtest.Request{Target: "/test/"}, 403, `{"message":"Forbidden"}`},
	} {
		c.r.Host = g.Host(f[0])
		if a := g.Send(t, c.r); a.Status != c.status || !strings.Contains(a.Body, c.body) {
			t.Errorf("%s: %d %s; want %d %s", c.name, a.Status, a.Body, c.status, c.body)
		}
	}
	wantConsoleCORS(t, g, f[0], "/dev/books/7", "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT")
}

// wantConsoleCORS sends what a browser sends before a call from another site.
func wantConsoleCORS(t *testing.T, g *gwtest.Gateway, id, target, methods string) {
	t.Helper()
	a := g.Send(t, gwtest.Request{Method: "OPTIONS", Host: g.Host(id), Target: target, Headers: map[string]string{
		"Origin": "https://books.example", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type,authorization"}})
	wantHeaders(t, a, 200, map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": methods})
	for _, name := range []string{"Content-Type", "Authorization"} {
		if !strings.Contains(a.Headers.Get("Access-Control-Allow-Headers"), name) {
			t.Errorf("OPTIONS %s allows headers %q, not %s", target, a.Headers.Get("Access-Control-Allow-Headers"), name)
		}
	}
	if a.Body != "" {
		t.Errorf("OPTIONS %s has the body %q, want none", target, a.Body)
	}
}
