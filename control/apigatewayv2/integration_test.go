package apigatewayv2

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func httpIntegration(api *string) *v2.CreateIntegrationInput {
	return &v2.CreateIntegrationInput{ApiId: api, IntegrationType: types.IntegrationTypeHttpProxy,
		IntegrationMethod: aws.String("GET"), IntegrationUri: aws.String(shopURL)}
}

func subtypeIntegration(api *string) *v2.CreateIntegrationInput {
	return &v2.CreateIntegrationInput{ApiId: api, IntegrationType: types.IntegrationTypeAwsProxy,
		IntegrationSubtype: aws.String("SQS-SendMessage"), CredentialsArn: aws.String(roleForIt),
		RequestParameters: map[string]string{"QueueUrl": "https://sqs.test/q", "MessageBody": "$request.body.message"}}
}

func mappingText(what string) string {
	return "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: " + what + "]"
}

func TestIntegrationDefaults(t *testing.T) {
	g := start(t)
	id := g.api()
	i := ok[*v2.CreateIntegrationOutput](t)(g.CreateIntegration(ctx, httpIntegration(id)))
	if i.ConnectionType != "INTERNET" || *i.PayloadFormatVersion != "1.0" || *i.TimeoutInMillis != 30000 || i.PassthroughBehavior != "" ||
		i.IntegrationResponseSelectionExpression != nil || i.ApiGatewayManaged != nil || len(*i.IntegrationId) != 7 {
		t.Errorf("HTTP_PROXY: %s", show(i))
	}
	l := ok[*v2.CreateIntegrationOutput](t)(g.CreateIntegration(ctx, &v2.CreateIntegrationInput{ApiId: id, IntegrationType: "AWS_PROXY", IntegrationUri: aws.String(echoARN)}))
	if *l.IntegrationMethod != "POST" || *l.PayloadFormatVersion != "1.0" {
		t.Errorf("Lambda: %s", show(l))
	}
	s := ok[*v2.CreateIntegrationOutput](t)(g.CreateIntegration(ctx, subtypeIntegration(id)))
	if s.IntegrationMethod != nil || s.IntegrationUri != nil || *s.IntegrationSubtype != "SQS-SendMessage" {
		t.Errorf("subtype: %s", show(s))
	}
}

// TestIntegrationAccepts has what clients send that looks odd.
func TestIntegrationAccepts(t *testing.T) {
	g := start(t)
	id := g.api()
	for _, c := range []struct {
		name string
		edit func(*v2.CreateIntegrationInput)
	}{
		{"Terraform's pass-through", func(in *v2.CreateIntegrationInput) { in.PassthroughBehavior = types.PassthroughBehaviorWhenNoMatch }},
		{"parameter in path", func(in *v2.CreateIntegrationInput) { in.IntegrationUri = aws.String("https://b.test/{proxy}?a={id}") }},
		{"stage variables", func(in *v2.CreateIntegrationInput) {
			in.IntegrationUri = aws.String("http://${stageVariables.host}:${stageVariables.port}/${stageVariables.base}/{proxy}")
		}},
		{"IPv6", func(in *v2.CreateIntegrationInput) { in.IntegrationUri = aws.String("http://[::1]:9001/") }},
		{"shortest timeout", func(in *v2.CreateIntegrationInput) { in.TimeoutInMillis = aws.Int32(50) }},
		{"caller's identity", func(in *v2.CreateIntegrationInput) { in.CredentialsArn = aws.String("arn:aws:iam::*:user/*") }},
		{"VPC link", func(in *v2.CreateIntegrationInput) {
			in.ConnectionType, in.ConnectionId = "VPC_LINK", aws.String("abc123")
			in.IntegrationUri = aws.String("arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/l/50dc6c495c0c9188/0467ef3c8400ae65")
			in.TlsConfig = &types.TlsConfigInput{ServerNameToVerify: aws.String("b.test")}
		}},
		{"request parameters", func(in *v2.CreateIntegrationInput) {
			in.RequestParameters = map[string]string{
				"append:header.x-a": "$request.header.a", "overwrite:querystring.b": "${request.querystring.b}-${context.requestId}",
				"remove:header.c": "''", "remove:querystring.d": "", "overwrite:path": "/x/$request.path.id/${request.path}",
				"append:querystring.e": "costs 5$", "overwrite:header.f": "$request.body.a.b[0]", "overwrite:header.g": "$context.authorizer.claims.sub",
				"overwrite:header.h": "$stageVariables.v", "overwrite:header.i": "$request.body"}
		}},
		{"response parameters", func(in *v2.CreateIntegrationInput) {
			in.ResponseParameters = map[string]map[string]string{
				"500": {"overwrite:statuscode": "503", "append:header.Retry-After": "2"},
				"404": {"overwrite:header.x-why": "${response.body.code}/${context.requestId}", "remove:header.server": "''", "overwrite:statuscode": "$response.header.x-status"}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := httpIntegration(id)
			c.edit(in)
			out := ok[*v2.CreateIntegrationOutput](t)(g.CreateIntegration(ctx, in))
			if !reflect.DeepEqual(out.RequestParameters, in.RequestParameters) || !reflect.DeepEqual(out.ResponseParameters, in.ResponseParameters) {
				t.Errorf("parameters read back as %v, %v", out.RequestParameters, out.ResponseParameters)
			}
			got := ok[*v2.GetIntegrationOutput](t)(g.GetIntegration(ctx, &v2.GetIntegrationInput{ApiId: id, IntegrationId: out.IntegrationId}))
			same(t, "integration", got, reply[v2.GetIntegrationOutput](out))
		})
	}
}

func TestCreateIntegrationRefuses(t *testing.T) {
	g := start(t)
	id := g.api()
	const proxyOnly = "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)"
	const badURI = "Invalid HTTP endpoint specified for URI"
	set := func(m map[string]string) func(*v2.CreateIntegrationInput) {
		return func(in *v2.CreateIntegrationInput) { in.RequestParameters = m }
	}
	uri := func(u string) func(*v2.CreateIntegrationInput) {
		return func(in *v2.CreateIntegrationInput) { in.IntegrationUri = &u }
	}
	respond := func(status, key, value string) func(*v2.CreateIntegrationInput) {
		return func(in *v2.CreateIntegrationInput) {
			in.ResponseParameters = map[string]map[string]string{status: {key: value}}
		}
	}
	for _, c := range []struct {
		name    string
		edit    func(*v2.CreateIntegrationInput)
		message string
	}{
		{"mock", func(in *v2.CreateIntegrationInput) { in.IntegrationType = "MOCK" }, proxyOnly},
		{"HTTP", func(in *v2.CreateIntegrationInput) { in.IntegrationType = "HTTP" }, proxyOnly},
		{"AWS", func(in *v2.CreateIntegrationInput) { in.IntegrationType = "AWS" }, proxyOnly},
		{"no method", func(in *v2.CreateIntegrationInput) { in.IntegrationMethod = nil }, "Enumeration value for HttpMethod must be non-empty"},
		{"method", func(in *v2.CreateIntegrationInput) { in.IntegrationMethod = aws.String("get") }, "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"},
		{"no URI", func(in *v2.CreateIntegrationInput) { in.IntegrationUri = nil }, badURI},
		{"scheme", uri("ftp://b.test/"), badURI},
		{"relative", uri("/a"), badURI},
		{"no host", uri("http:///a"), badURI},
		{"port only", uri("http://:80/"), badURI},
		{"long port", uri("http://b:123456/"), badURI},
		{"credentials", uri("http://u:p@b.test/"), badURI},
		{"parameter in host", uri("http://{proxy}/"), badURI},
		{"open brace", uri("http://b.test/{proxy"), badURI},
		{"fragment", uri("http://b.test/#a"), badURI},
		{"blank", uri("http://b.test/a b"), badURI},
		{"line break", uri("http://b.test/\r\nX: y"), badURI},
		{"long", uri("http://b.test/" + strings.Repeat("a", 2048)), badURI},
		{"payload version", func(in *v2.CreateIntegrationInput) { in.PayloadFormatVersion = aws.String("2.0") }, "Invalid payloadFormatVersion specified: 2.0"},
		{"short timeout", func(in *v2.CreateIntegrationInput) { in.TimeoutInMillis = aws.Int32(49) }, "Timeout should be between 50 ms and 30000 ms"},
		{"long timeout", func(in *v2.CreateIntegrationInput) { in.TimeoutInMillis = aws.Int32(30001) }, "Timeout should be between 50 ms and 30000 ms"},
		{"description", func(in *v2.CreateIntegrationInput) { in.Description = aws.String(strings.Repeat("x", 1025)) }, "Invalid description specified: it can have at most 1024 characters"},
		{"role", func(in *v2.CreateIntegrationInput) { in.CredentialsArn = aws.String("me") }, "Invalid credentialsArn specified: me"},
		{"connection without link", func(in *v2.CreateIntegrationInput) { in.ConnectionId = aws.String("a") }, "ConnectionId can only be specified with connectionType VPC_LINK"},
		{"TLS without link", func(in *v2.CreateIntegrationInput) {
			in.TlsConfig = &types.TlsConfigInput{ServerNameToVerify: aws.String("a")}
		}, "TlsConfig can only be specified with connectionType VPC_LINK"},
		{"link without connection", func(in *v2.CreateIntegrationInput) { in.ConnectionType = "VPC_LINK" }, "ConnectionId must be specified with connectionType VPC_LINK"},
		{"link to URL", func(in *v2.CreateIntegrationInput) { in.ConnectionType, in.ConnectionId = "VPC_LINK", aws.String("a") },
			"Invalid integration URI specified: a private integration needs the ARN of a load balancer listener or a Cloud Map service"},
		{"subtype", func(in *v2.CreateIntegrationInput) { in.IntegrationSubtype = aws.String("SQS-SendMessage") }, "IntegrationSubtype is only supported for AWS_PROXY integrations"},
		{"pass-through", func(in *v2.CreateIntegrationInput) { in.PassthroughBehavior = "NEVER" }, "PassthroughBehavior is not supported for HTTP APIs"},
		{"content handling", func(in *v2.CreateIntegrationInput) { in.ContentHandlingStrategy = "CONVERT_TO_TEXT" }, "ContentHandlingStrategy is not supported for HTTP APIs"},
		{"templates", func(in *v2.CreateIntegrationInput) { in.RequestTemplates = map[string]string{"a": "b"} }, "RequestTemplates is not supported for HTTP APIs"},
		{"template selection", func(in *v2.CreateIntegrationInput) { in.TemplateSelectionExpression = aws.String("x") }, "TemplateSelectionExpression is not supported for HTTP APIs"},

		{"mapping action", set(map[string]string{"add:header.a": "b"}), mappingText("add:header.a")},
		{"mapping place", set(map[string]string{"append:body.a": "b"}), mappingText("append:body.a")},
		{"mapping without name", set(map[string]string{"append:header.": "b"}), mappingText("append:header.")},
		{"mapping without place", set(map[string]string{"append": "b"}), mappingText("append")},
		{"path appended", set(map[string]string{"append:path": "b"}), mappingText("append:path")},
		{"path with name", set(map[string]string{"overwrite:path.a": "b"}), mappingText("overwrite:path.a")},
		{"status in request", set(map[string]string{"overwrite:statuscode": "200"}), mappingText("overwrite:statuscode")},
		{"bad header name", set(map[string]string{"append:header.a b": "c"}), mappingText("append:header.a b")},
		{"removed with value", set(map[string]string{"remove:header.a": "b"}), mappingText("b")},
		{"empty value", set(map[string]string{"append:header.a": ""}), mappingText("")},
		{"response in request", set(map[string]string{"append:header.a": "$response.header.b"}), mappingText("$response.header.b")},
		{"unknown source", set(map[string]string{"append:header.a": "$request.cookie.b"}), mappingText("$request.cookie.b")},
		{"open expression", set(map[string]string{"append:header.a": "x${request.header.b"}), mappingText("x${request.header.b")},
		{"recursive body", set(map[string]string{"append:header.a": "$request.body..b"}), mappingText("$request.body..b")},
		{"body filter", set(map[string]string{"append:header.a": "$request.body.b[?(@.c)]"}), mappingText("$request.body.b[?(@.c)]")},
		{"line break in value", set(map[string]string{"append:header.a": "b\r\nc: d"}), mappingText("b\r\nc: d")},
		{"long value", set(map[string]string{"append:header.a": strings.Repeat("x", 513)}), mappingText(strings.Repeat("x", 513))},

		{"status", respond("199", "append:header.a", "b"), mappingText("199")},
		{"status class", respond("5xx", "append:header.a", "b"), mappingText("5xx")},
		{"signed status", respond("+20", "append:header.a", "b"), mappingText("+20")},
		{"query of response", respond("200", "append:querystring.a", "b"), mappingText("append:querystring.a")},
		{"path of response", respond("200", "overwrite:path", "b"), mappingText("overwrite:path")},
		{"status appended", respond("200", "append:statuscode", "201"), mappingText("append:statuscode")},
		{"status value", respond("200", "overwrite:statuscode", "999"), mappingText("999")},
		{"request in response", respond("200", "append:header.a", "$request.header.b"), mappingText("$request.header.b")},
		{"empty status", func(in *v2.CreateIntegrationInput) {
			in.ResponseParameters = map[string]map[string]string{"200": {}}
		}, "Response parameters of status code 200 are empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := httpIntegration(id)
			c.edit(in)
			_, err := g.CreateIntegration(ctx, in)
			wantError(t, err, badCode, c.message)
		})
	}
}

func TestReservedHeaders(t *testing.T) {
	g := start(t)
	id := g.api()
	for _, h := range []string{"Access-Control-Allow-Origin", "apigw-requestid", "Authorization", "Connection", "Content-Encoding", "Content-Length",
		"Content-Location", "Forwarded", "Keep-Alive", "Origin", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailers", "Transfer-Encoding",
		"Upgrade", "x-amz-date", "x-amzn-trace-id", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"} {
		for _, action := range []string{"append", "overwrite", "remove"} {
			request, response := httpIntegration(id), httpIntegration(id)
			value := "v"
			if action == "remove" {
				value = "''"
			}
			request.RequestParameters = map[string]string{action + ":header." + h: value}
			response.ResponseParameters = map[string]map[string]string{"200": request.RequestParameters}
			for _, in := range []*v2.CreateIntegrationInput{request, response} {
				if in == response {
					in.RequestParameters = nil
				}
				_, err := g.CreateIntegration(ctx, in)
				wantError(t, err, badCode, "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Operations on header "+h+" are restricted]")
			}
		}
	}
	in := httpIntegration(id)
	in.RequestParameters = map[string]string{"append:header.authorization-x": "v", "append:header.tea": "v", "append:header.x-forwarded-port": "v", "append:querystring.via": "v"}
	ok[*v2.CreateIntegrationOutput](t)(g.CreateIntegration(ctx, in))
}

func TestLambdaIntegrationURIs(t *testing.T) {
	g := start(t)
	id := g.api()
	for _, c := range []struct {
		uri  string
		good bool
	}{
		{echoARN, true}, {echoURI, true}, {echoARN + ":prod", true}, {echoARN + ":$LATEST", true}, {echoARN + ":7", true},
		{echoARN + ":${stageVariables.alias}", true}, {"arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.f}", true},
		{"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + echoARN + ":${stageVariables.alias}/invocations", true},
		{"arn:aws-cn:lambda:cn-north-1:000000000000:function:echo", true},
		{"", false}, {"echo", false}, {"arn:aws:lambda:us-east-1:1:function:echo", false}, {echoARN + "/x", false},
		{"arn:aws:sqs:us-east-1:000000000000:q", false}, {echoURI + "/more", false}, {echoARN + ":a:b", false},
	} {
		_, err := g.CreateIntegration(ctx, &v2.CreateIntegrationInput{ApiId: id, IntegrationType: "AWS_PROXY", IntegrationUri: &c.uri, PayloadFormatVersion: aws.String("2.0")})
		if c.good && err != nil {
			t.Errorf("%s is refused: %v", c.uri, err)
		} else if !c.good {
			wantError(t, err, badCode, "Invalid function ARN or invalid uri")
		}
	}
	for _, c := range []struct {
		edit    func(*v2.CreateIntegrationInput)
		message string
	}{
		{func(in *v2.CreateIntegrationInput) { in.PayloadFormatVersion = aws.String("3.0") }, "Invalid payloadFormatVersion specified: 3.0"},
		{func(in *v2.CreateIntegrationInput) {
			in.RequestParameters = map[string]string{"append:header.a": "b"}
		}, "Request parameters are not supported for Lambda integrations"},
		{func(in *v2.CreateIntegrationInput) { in.ConnectionType = "VPC_LINK" }, "ConnectionType VPC_LINK is only supported for HTTP_PROXY integrations"},
	} {
		in := &v2.CreateIntegrationInput{ApiId: id, IntegrationType: "AWS_PROXY", IntegrationUri: aws.String(echoARN)}
		c.edit(in)
		_, err := g.CreateIntegration(ctx, in)
		wantError(t, err, badCode, c.message)
	}
}

func TestSubtypes(t *testing.T) {
	g := start(t)
	id := g.api()
	for name, kind := range subtypes {
		params := map[string]string{"Region": "eu-west-1"}
		for _, p := range append(append([]string{}, kind.required...), kind.optional...) {
			params[p] = "$request.body.x"
		}
		in := subtypeIntegration(id)
		in.IntegrationSubtype, in.RequestParameters = &name, params
		if _, err := g.CreateIntegration(ctx, in); err != nil {
			t.Errorf("%s with all parameters: %v", name, err)
		}
		delete(params, kind.required[0])
		_, err := g.CreateIntegration(ctx, in)
		wantError(t, err, badCode, "Missing required request parameter "+kind.required[0]+" for integrationSubtype "+name)
	}
	for _, c := range []struct {
		edit    func(*v2.CreateIntegrationInput)
		message string
	}{
		{func(in *v2.CreateIntegrationInput) { in.IntegrationSubtype = aws.String("S3-PutObject") }, "Invalid integrationSubtype specified: S3-PutObject"},
		{func(in *v2.CreateIntegrationInput) { in.IntegrationUri = aws.String(shopURL) }, "IntegrationUri cannot be specified with integrationSubtype"},
		{func(in *v2.CreateIntegrationInput) { in.CredentialsArn = nil }, "Role ARN must be specified for AWS integrations"},
		{func(in *v2.CreateIntegrationInput) { in.PayloadFormatVersion = aws.String("2.0") }, "Invalid payloadFormatVersion specified: 2.0"},
		{func(in *v2.CreateIntegrationInput) { in.RequestParameters["Nope"] = "x" }, "Invalid request parameter Nope for integrationSubtype SQS-SendMessage"},
		{func(in *v2.CreateIntegrationInput) { in.RequestParameters["MessageBody"] = "$request.cookie.x" }, mappingText("$request.cookie.x")},
	} {
		in := subtypeIntegration(id)
		c.edit(in)
		_, err := g.CreateIntegration(ctx, in)
		wantError(t, err, badCode, c.message)
	}
}

func TestUpdateIntegrationRemoves(t *testing.T) {
	g := start(t)
	id := g.api()
	in := httpIntegration(id)
	in.Description, in.CredentialsArn = aws.String("d"), aws.String(roleForIt)
	in.RequestParameters = map[string]string{"append:header.a": "1", "append:header.b": "2"}
	in.ResponseParameters = map[string]map[string]string{"200": {"append:header.a": "1", "append:header.b": "2"}, "404": {"overwrite:statuscode": "200"}}
	i := ok[*v2.CreateIntegrationOutput](t)(g.CreateIntegration(ctx, in)).IntegrationId
	out := ok[*v2.UpdateIntegrationOutput](t)(g.UpdateIntegration(ctx, &v2.UpdateIntegrationInput{ApiId: id, IntegrationId: i,
		Description: aws.String(""), CredentialsArn: aws.String(""), TimeoutInMillis: aws.Int32(100),
		RequestParameters:  map[string]string{"append:header.a": "", "append:header.c": "3"},
		ResponseParameters: map[string]map[string]string{"200": {"append:header.a": "9"}, "404": {}}}))
	if out.Description != nil || out.CredentialsArn != nil || *out.TimeoutInMillis != 100 || *out.IntegrationUri != shopURL {
		t.Errorf("after update: %s", show(out))
	}
	if want := map[string]string{"append:header.b": "2", "append:header.c": "3"}; !reflect.DeepEqual(out.RequestParameters, want) {
		t.Errorf("request parameters = %v, want %v", out.RequestParameters, want)
	}
	if want := map[string]map[string]string{"200": {"append:header.a": "9"}}; !reflect.DeepEqual(out.ResponseParameters, want) {
		t.Errorf("response parameters = %v, want %v", out.ResponseParameters, want)
	}
	out = ok[*v2.UpdateIntegrationOutput](t)(g.UpdateIntegration(ctx, &v2.UpdateIntegrationInput{ApiId: id, IntegrationId: i,
		RequestParameters: map[string]string{}, ResponseParameters: map[string]map[string]string{}}))
	if out.RequestParameters != nil || out.ResponseParameters != nil {
		t.Errorf("after {}: %s", show(out))
	}
	_, err := g.UpdateIntegration(ctx, &v2.UpdateIntegrationInput{ApiId: id, IntegrationId: i, IntegrationType: "MOCK"})
	wantError(t, err, badCode, errProxyOnly.Message)
}

func TestDeleteIntegration(t *testing.T) {
	g := start(t)
	id := g.api()
	i := g.integration(id)
	r := ok[*v2.CreateRouteOutput](t)(g.CreateRoute(ctx, &v2.CreateRouteInput{ApiId: id, RouteKey: aws.String("GET /"), Target: aws.String("integrations/" + *i)})).RouteId
	_, err := g.DeleteIntegration(ctx, &v2.DeleteIntegrationInput{ApiId: id, IntegrationId: i})
	wantError(t, err, conflictCode, "Cannot delete Integration because it is referenced by the following Routes with Ids: ["+*r+"]")
	ok[*v2.DeleteRouteOutput](t)(g.DeleteRoute(ctx, &v2.DeleteRouteInput{ApiId: id, RouteId: r}))
	ok[*v2.DeleteIntegrationOutput](t)(g.DeleteIntegration(ctx, &v2.DeleteIntegrationInput{ApiId: id, IntegrationId: i}))
	const gone = "Invalid Integration identifier specified"
	_, err = g.DeleteIntegration(ctx, &v2.DeleteIntegrationInput{ApiId: id, IntegrationId: i})
	wantError(t, err, missingCode, gone)
	_, err = g.GetIntegration(ctx, &v2.GetIntegrationInput{ApiId: id, IntegrationId: i})
	wantError(t, err, missingCode, gone)
	_, err = g.UpdateIntegration(ctx, &v2.UpdateIntegrationInput{ApiId: id, IntegrationId: i})
	wantError(t, err, missingCode, gone)
}
