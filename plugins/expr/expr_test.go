package expr

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gatehouse/core/clock"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// request is an exchange in the middle of its life.
func request() *exchange.Exchange {
	x := exchange.New()
	x.SetID(1, 2)
	x.Req.Method = "POST"
	x.Req.Host = []byte("abc.execute-api.localhost:8080")
	x.Req.Query = []byte("a=1&b=x+y%2Bz&a=2&empty=&none&A=upper&k%20ey=v&bad=%zz%4")
	x.Req.Body = []byte(`{"a":{"b":"text \u00e9\n","n":1.50,"t":true,"nil":null,"o":{ "z" : [1, 2] }},"list":[10,"eleven",{"k":12}],"a.b":"dotted"}`)
	x.Req.Remote = netip.MustParseAddrPort("[::ffff:203.0.113.9]:4711")
	x.Path = []byte("/shop/a b")
	x.Params = append(x.Params, exchange.Param{Name: "id", Value: []byte("a%20b%2Fc+d")})
	addReq(x, "X-Dup", "1", "User-Agent", "curl/8", "x-dup", "2, 3", "Empty", "")
	x.Target = &exchange.Target{
		Account: "111122223333", Region: "eu-west-1", API: "abc", Stage: "dev", Route: "ANY /shop/{id}",
		Variables: map[string]string{"host": "backend", "empty": ""},
	}
	return x
}

func addReq(x *exchange.Exchange, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		x.Req.Headers.Add([]byte(pairs[i]), []byte(pairs[i+1]))
	}
}

// none stands in tables for no value.
const none = "\x00none"

func eval(t *testing.T, text string, g Grammar, x *exchange.Exchange) string {
	t.Helper()
	e, err := Compile(text, g)
	if err != nil {
		t.Fatalf("Compile(%q) = %v", text, err)
	}
	got, ok := e.Append([]byte("kept"), x)
	if !strings.HasPrefix(string(got), "kept") {
		t.Fatalf("Append(%q) destroyed what was there: %q", text, got)
	}
	if !ok {
		if len(got) != len("kept") {
			t.Errorf("Append(%q) without a value left %q", text, got)
		}
		return none
	}
	return string(got[len("kept"):])
}

func TestRequestExpressions(t *testing.T) {
	for _, c := range []struct{ name, expr, want string }{
		{"header lines join by comma", "$request.header.X-Dup", "1,2, 3"},
		{"header case does not count", "$request.header.x-dUP", "1,2, 3"},
		{"header empty", "$request.header.empty", ""},
		{"header absent", "$request.header.nope", none},
		{"query values join by comma", "$request.querystring.a", "1,2"},
		{"query case counts", "$request.querystring.A", "upper"},
		{"query decodes as forms do", "$request.querystring.b", "x y+z"},
		{"query empty value", "$request.querystring.empty", ""},
		{"query without equals sign", "$request.querystring.none", ""},
		{"query bad escapes stay", "$request.querystring.bad", "%zz%4"},
		{"query absent", "$request.querystring.zz", none},
		{"path", "$request.path", "/shop/a b"},
		{"path parameter is decoded once", "$request.path.id", "a b/c+d"},
		{"path parameter absent", "$request.path.no", none},
		{"stage variable", "$stageVariables.host", "backend"},
		{"stage variable empty", "$stageVariables.empty", ""},
		{"stage variable absent", "$stageVariables.nope", none},
		{"context", "$context.apiId", "abc"},
		{"literal", "static text", "static text"},
		{"literal with a dollar sign inside", "costs $5", "costs $5"},
		{"literal quotes stay", "'x'", "'x'"},
		{"empty literal", "", ""},
		{"braces alone", "${request.header.user-agent}", "curl/8"},
		{"braces mixed", "${request.querystring.a}-${context.stage}!", "1,2-dev!"},
		{"braces, one of two absent", "${request.header.nope}/${context.stage}", "/dev"},
		{"braces, all absent", "x${request.header.nope}", none},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := eval(t, c.expr, HTTPRequest, request()); got != c.want {
				t.Errorf("%q = %q, want %q", c.expr, got, c.want)
			}
		})
	}
}

func TestBodyExpressions(t *testing.T) {
	big := `{"early":"yes","pad":"` + strings.Repeat("x", maxBodyView) + `","late":"no"}`
	body := string(request().Req.Body)
	for _, c := range []struct{ name, body, expr, want string }{
		{"whole", body, "$request.body", body},
		{"whole, empty", "", "$request.body", none},
		{"string is unquoted and unescaped", body, "$request.body.a.b", "text é\n"},
		{"number as written", body, "$request.body.a.n", "1.50"},
		{"boolean", body, "$request.body.a.t", "true"},
		{"null is nothing", body, "$request.body.a.nil", none},
		{"object is compact", body, "$request.body.a.o", `{"z":[1,2]}`},
		{"index", body, "$request.body.list[1]", "eleven"},
		{"index from the end", body, "$request.body.list[-1].k", "12"},
		{"index beyond", body, "$request.body.list[3]", none},
		{"index before", body, "$request.body.list[-4]", none},
		{"bracket name", body, "$request.body['a.b']", "dotted"},
		{"bracket name in double quotes", body, `$request.body["a"].t`, "true"},
		{"wildcard gives an array", body, "$request.body.list[*]", `[10,"eleven",{"k":12}]`},
		{"dot wildcard", body, "$request.body.a.o.*", `[[1,2]]`},
		{"wildcard on nothing", body, "$request.body.a.t.*", none},
		{"name on an array", body, "$request.body.list.k", none},
		{"index on an object", body, "$request.body.a[0]", none},
		{"absent", body, "$request.body.zz", none},
		{"blanks around", " \r\n { \"a\" : \t [ 1 , 2 ] } ", "$request.body.a", "[1,2]"},
		{"last of equal names", `{"a":1,"a":2}`, "$request.body.a", "2"},
		{"escaped name", `{"\u0061":7}`, "$request.body.a", "7"},
		{"surrogate pair", `{"a":"\ud83d\ude00 \ud83d"}`, "$request.body.a", "😀 \uFFFD"},
		{"not JSON", `{"a":1} trash`, "$request.body.a", none},
		{"malformed behind the value", `{"a":1,"b":}`, "$request.body.a", none},
		{"empty body", "", "$request.body.a", none},
		{"in the first 100 KB", big, "$request.body.early", "yes"},
		{"cut at 100 KB", big, "$request.body.pad", none},
		{"behind 100 KB", big, "$request.body.late", none},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := request()
			x.Req.Body = []byte(c.body)
			if got := eval(t, c.expr, HTTPRequest, x); got != c.want {
				t.Errorf("%q = %q, want %q", c.expr, got, c.want)
			}
		})
	}
}

func TestResponseExpressions(t *testing.T) {
	x := request()
	x.Res.Headers.Add([]byte("X-A"), []byte("1"))
	x.Res.Headers.Add([]byte("x-a"), []byte("2"))
	x.Res.Body = []byte(`{"code":"E1"}`)
	for expr, want := range map[string]string{
		"$response.header.x-A":                         "1,2",
		"$response.header.no":                          none,
		"$response.body.code":                          "E1",
		"$response.body":                               `{"code":"E1"}`,
		"${response.body.code}/${context.requestId}":   "E1/BAAAAAAACAAAAAA=",
		"${response.body.nope}/${stageVariables.host}": "/backend",
	} {
		if got := eval(t, expr, HTTPResponse, x); got != want {
			t.Errorf("%q = %q, want %q", expr, got, want)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, c := range []struct {
		expr    string
		grammar Grammar
		want    Problem
	}{
		{"$", HTTPRequest, UnknownSource},
		{"$foo.bar", HTTPRequest, UnknownSource},
		{"$5 off", HTTPRequest, UnknownSource},
		{"$request", HTTPRequest, UnknownSource},
		{"$request.cookie.a", HTTPRequest, UnknownSource},
		{"$response.header.a", HTTPRequest, UnknownSource},
		{"$request.header.a", HTTPResponse, UnknownSource},
		{"$stageVariables.a", HTTPLog, UnknownSource},
		{"$context.a", Grammar{}, UnknownSource},
		{"$request.header", HTTPRequest, NoName},
		{"$request.header.", HTTPRequest, NoName},
		{"$request.header[a]", HTTPRequest, NoName},
		{"$request.header.a b", HTTPRequest, BadName},
		{"$request.header.a$context.stage", HTTPRequest, BadName},
		{"$request.querystring.", HTTPRequest, NoName},
		{"$request.querystring.a b", HTTPRequest, BadName},
		{"$request.path.", HTTPRequest, NoName},
		{"$request.path.a/b", HTTPRequest, BadName},
		{"$stageVariables.", HTTPRequest, NoName},
		{"$stageVariables.a-b", HTTPRequest, BadName},
		{"$context.", HTTPRequest, NoName},
		{"$context.api-id", HTTPRequest, BadName},
		{"$context.nope", HTTPRequest, UnknownVariable},
		{"$context.authorizer.", HTTPRequest, UnknownVariable},
		{"a${request.header.b", HTTPRequest, OpenBrace},
		{"${}", HTTPRequest, UnknownSource},
		{"${$request.header.a}", HTTPRequest, UnknownSource},
		{"$request.body..a", HTTPRequest, Recursive},
		{"$request.body.a..b", HTTPRequest, Recursive},
		{"$request.body[?(@.a)]", HTTPRequest, Filter},
		{"$request.body.", HTTPRequest, BadPath},
		{"$request.body[", HTTPRequest, BadPath},
		{"$request.body[x]", HTTPRequest, BadPath},
		{"$request.body['a]", HTTPRequest, BadPath},
		{"$request.body[+1]", HTTPRequest, BadPath},
		{"$request.body.a b", HTTPRequest, BadPath},
		{strings.Repeat("x", MaxBytes+1), HTTPRequest, TooLong},
	} {
		_, err := Compile(c.expr, c.grammar)
		var e *Error
		if !errors.As(err, &e) || e.Problem != c.want {
			t.Errorf("Compile(%.60q) = %v, want problem %q", c.expr, err, c.want)
			continue
		}
		if len(e.Error()) > 600 {
			t.Errorf("error text of %.60q has %d bytes", c.expr, len(e.Error()))
		}
	}
}

// answered is an exchange whose response is out.
func answered() *exchange.Exchange {
	x := request()
	x.Start = clock.Real.Now()
	x.End = x.Start + 12_345_678
	x.Res.Status = 201
	x.Res.Streamed = 5
	x.Integration = exchange.Integration{Status: 202, Latency: 7_900_000, Error: "boom"}
	x.Res.Headers.Add([]byte("x-amzn-RequestId"), []byte("svc-1"))
	x.Res.Headers.Add([]byte("x-amz-id-2"), []byte("svc-2"))
	x.Err = gwerr.Throttled
	return x
}

func TestContextHTTP(t *testing.T) {
	want := map[string]string{
		"accountId": "111122223333", "apiId": "abc", "stage": "dev", "routeKey": "ANY /shop/{id}",
		"httpMethod": "POST", "path": "/dev/shop/a b", "protocol": "HTTP/1.1", "status": "201",
		"domainName": "abc.execute-api.localhost:8080", "domainPrefix": "abc",
		"requestId": "BAAAAAAACAAAAAA=", "extendedRequestId": "BAAAAAAACAAAAAA=",
		"responseLatency": "12", "responseLength": "5", "dataProcessed": "127",
		"awsEndpointRequestId": "svc-1", "awsEndpointRequestId2": "svc-2",
		"error.message": "Too Many Requests", "error.messageString": `"Too Many Requests"`, "error.responseType": "THROTTLED",
		"identity.sourceIp": "203.0.113.9", "identity.userAgent": "curl/8",
		"integration.error": "boom", "integrationErrorMessage": "boom",
		"integration.latency": "7", "integrationLatency": "7",
		"integration.status": "202", "integration.integrationStatus": "202", "integrationStatus": "202",
		"integration.requestId": "svc-1",
	}
	absent := strings.Fields(`customDomain.basePathMatched authorizer.error authorizer.principalId authorizer.claims.sub
		identity.accountId identity.caller identity.user identity.userArn identity.principalOrgId
		identity.cognitoAuthenticationProvider identity.cognitoAuthenticationType identity.cognitoIdentityId
		identity.cognitoIdentityPoolId identity.clientCert.clientCertPem identity.clientCert.subjectDN
		identity.clientCert.issuerDN identity.clientCert.serialNumber identity.clientCert.validity.notBefore
		identity.clientCert.validity.notAfter`)
	for _, name := range absent {
		want[name] = none
	}
	x := answered()
	for name, value := range want {
		if got := eval(t, "$context."+name, HTTPRequest, x); got != value {
			t.Errorf("$context.%s = %q, want %q", name, got, value)
		}
	}
	for name := range HTTPVars.byName {
		if _, tested := want[name]; !tested && !strings.HasPrefix(name, "requestTime") {
			t.Errorf("$context.%s has no row here", name)
		}
	}
}

func TestContextBeforeTheAnswer(t *testing.T) {
	x := request()
	x.Target = &exchange.Target{Stage: "$default"}
	for name, want := range map[string]string{
		"status": none, "responseLatency": none, "responseLength": none, "dataProcessed": none,
		"integration.status": none, "integration.latency": none, "integration.error": none, "integration.requestId": none,
		"error.message": none, "error.messageString": none, "routeKey": none, "path": "/shop/a b",
	} {
		if got := eval(t, "$context."+name, HTTPRequest, x); got != want {
			t.Errorf("$context.%s = %q, want %q", name, got, want)
		}
	}
	x.End, x.Res.Body, x.Req.Proto = 1, []byte("to HEAD"), exchange.HTTP2
	x.Req.Host = []byte("localhost:8080")
	for name, want := range map[string]string{
		"status": "200", "responseLength": "0", "protocol": "HTTP/1.1", "domainPrefix": "localhost",
	} {
		if got := eval(t, "$context."+name, HTTPRequest, x); got != want {
			t.Errorf("$context.%s = %q, want %q", name, got, want)
		}
	}
}

func TestRequestTime(t *testing.T) {
	x := answered()
	before := time.Now().Add(-2 * time.Second)
	got := eval(t, "$context.requestTime", HTTPRequest, x)
	at, err := time.Parse("02/Jan/2006:15:04:05 -0700", got)
	if err != nil || !strings.HasSuffix(got, " +0000") || at.Before(before.Truncate(time.Second)) || at.After(time.Now()) {
		t.Errorf("requestTime = %q (%v), want now in UTC", got, err)
	}
	if got := eval(t, "$context.requestTimeEpoch", HTTPRequest, x); len(got) != 13 {
		t.Errorf("requestTimeEpoch = %q, want milliseconds", got)
	}
}

func TestAppendPath(t *testing.T) {
	x := request()
	for expr, want := range map[string]string{
		"$request.path":                                       "/shop/a%20b",
		"/lit%20eral/${request.path.id}":                      "/lit%20eral/a%20b/c+d",
		"/p%zz?q#f ${request.querystring.bad}":                "/p%25zz%3Fq%23f%20%25zz%254",
		"/n\r\n${request.querystring.b}/${request.header.no}": "/n%0D%0Ax%20y+z/",
	} {
		e, err := Compile(expr, HTTPRequest)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := e.AppendPath(nil, x); string(got) != want || !ok {
			t.Errorf("AppendPath(%q) = %q, %v, want %q", expr, got, ok, want)
		}
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct{ name, format, want string }{
		{"clf", `$context.identity.sourceIp - - "$context.httpMethod $context.routeKey $context.protocol" $context.status $context.responseLength $context.requestId`,
			`203.0.113.9 - - "POST ANY /shop/{id} HTTP/1.1" 201 5 BAAAAAAACAAAAAA=`},
		{"json", `{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","status":$context.status}`,
			`{"requestId":"BAAAAAAACAAAAAA=","ip":"203.0.113.9","status":201}`},
		{"xml", "<r id=\"$context.requestId\">\n <s>$context.status</s></r>\n", `<r id="BAAAAAAACAAAAAA=">  <s>201</s></r>`},
		{"csv", "$context.stage,$context.apiId.", "dev,abc."},
		{"missing", "$context.authorizer.claims.sub $context.identity.user", "- -"},
		{"unknown variable", "$context.nope!", "-!"},
		{"other sources are text", "$stageVariables.host ${context.stage} $request.path", "$stageVariables.host ${context.stage} $request.path"},
		{"no name", "$context. x", "- x"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := CompileLine(c.format, HTTPLog)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(e.AppendLine(nil, answered(), "-")); got != c.want {
				t.Errorf("line = %q, want %q", got, c.want)
			}
		})
	}
	if _, err := CompileLine(strings.Repeat("x", MaxBytes+1), HTTPLog); err == nil {
		t.Error("a format above 3 KB compiles")
	}
}

func TestLinesCannotBeBroken(t *testing.T) {
	x := request()
	x.Req.Headers.Set([]byte("User-Agent"), []byte("a\r\nfake \"line\"\x00\x7f\té"))
	e, err := CompileLine("$context.identity.userAgent|", HTTPLog)
	if err != nil {
		t.Fatal(err)
	}
	want := `a\u000d\u000afake "line"\u0000\u007f\u0009é|`
	if got := string(e.AppendLine(nil, x, "-")); got != want {
		t.Errorf("line = %q, want %q", got, want)
	}
}

func TestConstant(t *testing.T) {
	for expr, want := range map[string]bool{"abc": true, "": true, "$context.stage": false, "a${context.stage}": false} {
		e, err := Compile(expr, HTTPRequest)
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := e.Constant(); ok != want || ok && text != expr {
			t.Errorf("Constant(%q) = %q, %v, want %v", expr, text, ok, want)
		}
	}
}

func TestNeedsBody(t *testing.T) {
	for expr, want := range map[string]bool{"$request.body": true, "${request.body.a}": true, "$request.path": false} {
		e, err := Compile(expr, HTTPRequest)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.NeedsBody(); got != want {
			t.Errorf("NeedsBody(%q) = %v, want %v", expr, got, want)
		}
	}
}
