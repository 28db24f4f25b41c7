package vtl

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
)

func TestLimits(t *testing.T) {
	for _, test := range []struct {
		name, text, body string
		want             error
	}{
		{"rounds", "#foreach($i in [1..1001])#end", "", ErrRounds},
		{"rounds of a list", "#foreach($i in $input.path('$'))#end", "[" + strings.Repeat("0,", 1000) + "0]", ErrRounds},
		{"steps", strings.Repeat("#foreach($i in [1..10])", 2) + strings.Repeat("$i", 60000) + "#end#end", "", ErrSteps},
		{"steps of a path", "#foreach($i in [1..999])#set($x=$input.path('$..*..*..*'))#end", "[" + strings.Repeat("[[[1,2],[3,4]]],", 50) + "0]", ErrSteps},
		{"steps of a regular expression", "#set($s=$input.body)#foreach($i in [1..999])$s.matches('(a*)*b')#end", strings.Repeat("a", 1<<16), ErrSteps},
		{"output", "#set($s=$input.body)#foreach($i in [1..11])$s#end", strings.Repeat("a", 1<<20), ErrOutput},
		{"output of json", "#foreach($i in [1..11])$input.json('$')#end", `"` + strings.Repeat("a", 1<<20) + `"`, ErrOutput},
		{"depth of macros", "#macro(f)#f()#end#f()", "", ErrDepth},
		{"depth of blocks", "#define($b)$b#end$b", "", ErrDepth},
		{"depth of values", "#set($l=[])#set($x=$l.add($l))$l", "", ErrDepth},
		{"memory of strings", "#set($s=$input.body)#foreach($i in [1..999])#set($x=$s.concat($s))#end", strings.Repeat("a", 1<<20), ErrMemory},
		{"memory of lists", "#set($l=[1])#foreach($i in [1..40])#set($x=$l.addAll($l))#end", "", ErrMemory},
		{"memory of ranges", "#set($l=[0..1048576])", "", ErrMemory},
		{"memory of matches", "$input.body.replaceAll('','-')", strings.Repeat("a", 1<<17), ErrMemory},
		{"memory of replacements", "$input.body.replace('a',$input.body)", strings.Repeat("a", 1<<14), ErrMemory},
		{"digits", "#set($n=99999999999)#foreach($i in [1..12])#set($n=$n*$n)#end", "", ErrMemory},
		{"pattern", "#set($p=$input.body)$p.matches($p)", strings.Repeat("a?", 501), ErrRegexp},
		{"patterns", "#foreach($i in [1..101])#set($p=\"a.$i\")#set($x=$p.matches($p))#end", "", ErrRegexp},
		{"depth of a document", "$input.path('$')", strings.Repeat("[", 513), ErrDocument},
		{"values of a document", "$input.path('$')", "[" + strings.Repeat("0,", maxValues) + "0]", ErrDocument},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := render(test.text, &Context{Body: []byte(test.body)})
			if !errors.Is(err, test.want) {
				t.Errorf("error = %v, want %v", err, test.want)
			}
		})
	}
}

func TestWithinLimits(t *testing.T) {
	for _, test := range []struct{ name, text, body, want string }{
		{"rounds", "#foreach($i in [1..1000])#end.", "", "."},
		{"large text", "$input.body.length()", strings.Repeat("a", 10<<20), "10485760"},
		{"large document", "$input.path('$').size()", "[" + strings.Repeat("0,", 1<<19) + "0]", "524289"},
		{"deep document", "$input.json('$[0][0]').length()", strings.Repeat("[", 500) + strings.Repeat("]", 500), "996"},
		{"nested macros", "#macro(f $n)#if($n > 0)#set($k=$n - 1)#f($k)#else.#end#end#f(18)", "", "."},
	} {
		if got, err := render(test.text, &Context{Body: []byte(test.body)}); got != test.want || err != nil {
			t.Errorf("%s: %.100q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

func TestCompileLimits(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"size", strings.Repeat("a", MaxTemplateBytes+1), "line 1, column 1: template is longer than 300 KB"},
		{"nesting", strings.Repeat("#if(true)", 300), "template is nested too deep"},
		{"lists", "#set($x=" + strings.Repeat("[", 300), "template is nested too deep"},
		{"indexes", strings.Repeat("$a[", 50000), ""},
		{"references", strings.Repeat("$a.b.c()\n", 30000), ""},
		{"largest", strings.Repeat("a", MaxTemplateBytes), ""},
		{"place", "a\r\nb\n  #if(true", "line 3, column 11: ')' expected in #if"},
		{"place in a string", "a\n#set($x = \"b #end\")", "line 2, column 14: #end without a directive that it belongs to"},
	} {
		_, err := Compile(test.text)
		if test.want == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || test.want == "" {
			t.Errorf("%s: error = %v, want %q", test.name, err, test.want)
		}
	}
}

func TestSharedTemplate(t *testing.T) {
	tmpl, err := Compile(typical)
	if err != nil {
		t.Fatal(err)
	}
	want, err := tmpl.Append(nil, typicalContext())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got, err := tmpl.Append(nil, typicalContext()); string(got) != string(want) || err != nil {
					t.Errorf("Append = %q, %v, want %q", got, err, want)
				}
			}
		})
	}
	wg.Wait()
}

// TestNothingStays renders with one evaluator for two clients.
func TestNothingStays(t *testing.T) {
	secret := &Context{Body: []byte(`{"a":{"k":"secret"}}`)}
	if _, err := render(`#set($x=$input.path('$.a'))#set($m={"k":"secret"})#set($context.responseOverride.status=201)$x`, secret); err != nil {
		t.Fatal(err)
	}
	next := &Context{}
	got, err := render(`[$x][$y][$z][$context.responseOverride.status][$input.path('$.a')]`, next)
	if got != "[][][][][]" || err != nil || !next.Overrides.Empty() {
		t.Errorf("Append = %q, %v, overrides %v, want nothing of the last rendering", got, err, next.Overrides)
	}
}

func TestOverridesOwnTheirMemory(t *testing.T) {
	body := []byte(`{"name":"first"}`)
	c := &Context{Body: body}
	if _, err := render(`#set($context.requestOverride.header.x = $input.path('$.name'))`, c); err != nil {
		t.Fatal(err)
	}
	copy(body, strings.Repeat("#", len(body)))
	if got := c.Overrides.RequestHeader[0].Values[0]; got != "first" {
		t.Errorf("override = %q after the body has changed, want %q", got, "first")
	}
}

func TestStatusCode(t *testing.T) {
	for _, test := range []struct {
		printed string
		want    int
		ok      bool
	}{
		{`{"statusCode": 200}`, 200, true},
		{`{statusCode: 200}`, 200, true},
		{`{'statusCode': 404}`, 404, true},
		{"\n{ statusCode : 200 ,\n}\n", 200, true},
		{`{"a":1,,"statusCode":500,}`, 500, true},
		{`{"statusCode": 99999}`, 99999, true},
		{`{"statusCode": -1}`, -1, true},
		{`{"a":{"statusCode":1},"statusCode":2}`, 2, true},
		{`{"statusCode": "200"}`, 0, false},
		{`{"statusCode": 200.0}`, 0, false},
		{`{"statusCode": 99999999999}`, 0, false},
		{`{"StatusCode": 200}`, 0, false},
		{`{}`, 0, false},
		{`200`, 0, false},
		{`[200]`, 0, false},
		{`{"statusCode": 200`, 0, false},
		{`{"statusCode": 200} x`, 0, false},
		{``, 0, false},
	} {
		if got, ok := StatusCode([]byte(test.printed)); got != test.want || ok != test.ok {
			t.Errorf("StatusCode(%q) = %d, %v, want %d, %v", test.printed, got, ok, test.want, test.ok)
		}
	}
}

func TestSubstitution(t *testing.T) {
	src := &source{
		Path: map[string]string{"id": "7"}, Query: map[string]string{"q": "x y"}, Header: map[string]string{"X-Id": "h"},
		Stage: map[string]string{"n": "value"},
		Context: map[string]string{"error.message": "no", "error.messageString": `"no"`, "error.responseType": "UNAUTHORIZED",
			"requestId": "6f1c", "authorizer.x": "a"},
	}
	for _, test := range []struct{ text, want string }{
		{`{"message":$context.error.messageString}`, `{"message":"no"}`},
		{`{"code":"$context.error.responseType","id":"$context.requestId"}`, `{"code":"UNAUTHORIZED","id":"6f1c"}`},
		{`$context.authorizer.x ${context.requestId} $stageVariables.n ${stageVariables.n}`, `a 6f1c value value`},
		{`$method.request.path.id $method.request.querystring.q $method.request.header.X-Id`, `7 x y h`},
		{`[$context.nope][$stageVariables.nope][$method.request.path.nope]`, `[][][]`},
		{`$context.requestId. $context.requestId- $context.requestId$context.requestId`, `6f1c. 6f1c- 6f1c6f1c`},
		{`$input.body #set($x=1) $x $ ${ $$ $context $context. ${context.requestId`, `$input.body #set($x=1) $x $ ${ $$ $context $context. ${context.requestId`},
		{``, ``},
	} {
		if got := string(CompileSubstitution(test.text).Append(nil, src)); got != test.want {
			t.Errorf("Append of %q = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestDouble(t *testing.T) {
	for _, test := range []struct {
		f    float64
		want string
	}{
		{0, "0.0"}, {1, "1.0"}, {-1.5, "-1.5"}, {0.001, "0.001"}, {0.00099, "9.9E-4"}, {9999999, "9999999.0"}, {1e7, "1.0E7"},
		{1.25e-10, "1.25E-10"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"}, {math.NaN(), "NaN"},
	} {
		if got := string(appendDouble(nil, test.f)); got != test.want {
			t.Errorf("appendDouble(%v) = %q, want %q", test.f, got, test.want)
		}
	}
}
