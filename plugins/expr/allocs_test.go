//go:build !race

package expr

import "testing"

func TestAllocsAppend(t *testing.T) {
	x := answered()
	dst := make([]byte, 0, 4096)
	for _, text := range []string{
		"literal", "$request.header.x-dup", "$request.querystring.a", "$request.path", "$request.path.id",
		"$stageVariables.host", "$context.requestTime", "$context.requestTimeEpoch", "$context.identity.sourceIp",
		"$context.error.messageString", "$context.path", "$context.status", "$context.integration.requestId",
		"${request.header.x-dup}-${context.requestId}", "$request.body", "$request.body.a.b", "$request.body.list[-1].k",
	} {
		e, err := Compile(text, HTTPRequest)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { e.Append(dst, x) }); n != 0 {
			t.Errorf("Append(%q) allocates %v times", text, n)
		}
	}
	line, err := CompileLine(`$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.routeKey $context.protocol" $context.status $context.responseLength $context.requestId`, HTTPLog)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { line.AppendLine(dst, x, "-") }); n != 0 {
		t.Errorf("AppendLine allocates %v times", n)
	}
}
