package restapi_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"gatehouse/plugins/accesslog"
	"gatehouse/plugins/expr"
	"gatehouse/plugins/restapi"
)

func TestAccessLog(t *testing.T) {
	g, b := start(t), newBackend(t)
	dir := t.TempDir()
	files := accesslog.Open(accesslog.Config{Dir: dir})
	to, err := files.Destination("arn:aws:logs:r:a:log-group:g")
	if err != nil {
		t.Fatal(err)
	}
	log, err := accesslog.NewFor(expr.RESTLog, `$context.requestId $context.identity.caller $context.httpMethod $context.resourcePath $context.path $context.status $context.responseLength $context.error.responseType $context.integration.status $context.integration.responseTransferMode $context.nope`, to)
	if err != nil {
		t.Fatal(err)
	}
	g.serve(restapi.Stage{Name: "dev", Log: log, Main: restapi.Variant{Methods: []restapi.Method{
		{Path: "/p/{x}", Verb: "GET", Settings: g.proxy(b.url, nil)}, fixed("/m", "ANY", "hello")}}})
	g.do("GET /dev/p/1")
	g.do("PUT /dev/m\nx-amzn-RequestId: bad")
	g.do("GET /dev/none")
	g.do("GET /nostage")
	files.Close()
	got, err := os.ReadFile(filepath.Join(dir, "g.log"))
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).ReplaceAllString(string(got), "U")
	const want = "U - GET /p/{x} /dev/p/1 200 11 - 200 BUFFERED -\n" +
		"U_REPLACED_INVALID_REQUEST_ID - PUT /m /dev/m 200 5 - 200 BUFFERED -\n" +
		"U - GET - /dev/none 403 42 MISSING_AUTHENTICATION_TOKEN - - -\n"
	if text != want {
		t.Errorf("log = %s\nwant %s", text, want)
	}
}
