//go:build !race

package vtl

import "testing"

func TestAllocsAppend(t *testing.T) {
	for _, text := range []string{
		typical,
		`{"statusCode": 200}`,
		`{"stage":"$context.stage","n":"$stageVariables.table"}`,
		`$input.json('$') $input.json('$.items[0]') $input.params('id') $input.params('nope')`,
		`$util.escapeJavaScript($input.path('$.customer.name')) $util.urlEncode($input.body)`,
		`#set($m = {"a": 1})#set($l = [1, 2])$m $l $l.size() $m.get("a")`,
		`#macro(f $x)<$x>#end#foreach($i in [1..10])#f($i)#end`,
	} {
		tmpl, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		c, dst := typicalContext(), make([]byte, 0, 8<<10)
		if n := testing.AllocsPerRun(200, func() { _, _ = tmpl.Append(dst, c) }); n != 0 {
			t.Errorf("Append of %.40q allocates %v times", text, n)
		}
	}
}
