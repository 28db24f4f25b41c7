package apigatewayv2

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/smithy-go"
)

// TestEveryOperationHasItsRow calls all that the client knows. A row under a
// wrong path or method is not found by the client's call.
func TestEveryOperationHasItsRow(t *testing.T) {
	g := start(t)
	built := map[string]bool{}
	rows := newService(Config{}).operations()
	for _, o := range rows {
		if _, twice := built[o.Name]; twice {
			t.Errorf("%s has two rows", o.Name)
		}
		built[o.Name] = o.Built
	}
	if len(rows) != 103 {
		t.Errorf("%d rows, want 103", len(rows))
	}
	seen := 0
	client := reflect.ValueOf(g.Client)
	for i := range client.NumMethod() {
		name, m := client.Type().Method(i).Name, client.Method(i)
		if m.Type().NumIn() < 2 || !strings.HasSuffix(m.Type().In(1).String(), "Input") {
			continue
		}
		seen++
		in := reflect.New(m.Type().In(1).Elem())
		fillRequired(in.Elem())
		err, _ := m.Call([]reflect.Value{reflect.ValueOf(ctx), in})[1].Interface().(error)
		checkRow(t, name, built, err)
	}
	if seen != len(rows) {
		t.Errorf("the client has %d operations, we have %d", seen, len(rows))
	}
}

func checkRow(t *testing.T, name string, built map[string]bool, err error) {
	t.Helper()
	isBuilt, known := built[name]
	var api smithy.APIError
	switch {
	case !known:
		t.Errorf("%s has no row", name)
	case !isBuilt:
		wantError(t, err, "NotImplementedException", "apigatewayv2 "+name+" is not built yet.")
	case err == nil: // GetApis and other lists
	case !errors.As(err, &api):
		t.Errorf("%s: %v", name, err)
	case api.ErrorCode() != missingCode && api.ErrorCode() != badCode:
		t.Errorf("%s: %s: %s", name, api.ErrorCode(), api.ErrorMessage())
	}
}

// fillRequired sets strings and enumerations, which is enough for a path.
func fillRequired(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case !f.CanSet():
		case f.Kind() == reflect.String && f.Type() != reflect.TypeFor[string]():
			f.SetString("x")
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.String:
			f.Set(reflect.New(f.Type().Elem()))
			f.Elem().SetString("x")
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.New(f.Type().Elem()))
			fillRequired(f.Elem())
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Int32:
			f.Set(reflect.New(f.Type().Elem()))
		case f.Kind() == reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 0, 0))
		}
	}
}

// TestStatuses: AWS answers a creation or an import with 201, a removal with 204, a read or a
// change with 200; links go away later, 202.
func TestStatuses(t *testing.T) {
	want := map[string]int{"POST": 201, "PUT": 201, "GET": 200, "PATCH": 200, "DELETE": 204}
	for _, o := range newService(Config{}).operations() {
		status := want[o.Method]
		switch o.Name {
		case "DeleteVpcLink":
			status = 202
		case "PutRoutingRule":
			status = 200
		}
		if o.Built && o.Status != status {
			t.Errorf("%s answers %d, want %d", o.Name, o.Status, status)
		}
	}
}

// TestBytes looks at what no client shows: headers, spelling, what is absent.
func TestBytes(t *testing.T) {
	g := start(t)
	id := *g.quick(shopURL, func(in *v2.CreateApiInput) { in.Tags = map[string]string{"_custom_id_": "shop"} })
	for _, c := range []struct {
		path, kind, want string
		status           int
	}{
		{"/v2/apis/" + id, "", `{"apiEndpoint":"http://shop.execute-api.localhost:8080","apiId":"shop","apiKeySelectionExpression":"$request.header.x-api-key",` +
			`"createdDate":"2026-01-02T03:04:05Z","disableExecuteApiEndpoint":false,"ipAddressType":"ipv4","name":"q","protocolType":"HTTP",` +
			`"routeSelectionExpression":"$request.method $request.path","tags":{"_custom_id_":"shop"}}`, 200},
		{"/v2/apis/" + id + "/authorizers", "", `{"items":[]}`, 200},
		{"/v2/apis/nope", "NotFoundException", `{"message":"Invalid API identifier specified 000000000000:nope","resourceType":"Api"}`, 404},
		{"/v2/apis/" + id + "/routes/nope", "NotFoundException", `{"message":"Invalid Route identifier specified","resourceType":"Route"}`, 404},
		{"/v2/apis/" + id + "/models", "NotImplementedException", `{"message":"apigatewayv2 GetModels is not built yet."}`, 501},
	} {
		res, err := http.Get(g.url + c.path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != c.status || res.Header.Get("x-amzn-ErrorType") != c.kind || string(body) != c.want {
			t.Errorf("GET %s = %d %s %s (%v)\nwant %d %s %s", c.path, res.StatusCode, res.Header.Get("x-amzn-ErrorType"), body, err, c.status, c.kind, c.want)
		}
	}
}

func TestRoutesPage(t *testing.T) {
	g := start(t)
	id := g.api()
	for _, key := range []string{"GET /a", "GET /b", "GET /c"} {
		g.route(id, key)
	}
	seen, pages := map[string]bool{}, 0
	var token *string
	for more := true; more; more = token != nil {
		out := ok[*v2.GetRoutesOutput](t)(g.GetRoutes(ctx, &v2.GetRoutesInput{ApiId: id, MaxResults: ptr("2"), NextToken: token}))
		for _, r := range out.Items {
			seen[*r.RouteKey] = true
		}
		pages, token = pages+1, out.NextToken
	}
	if len(seen) != 3 || pages != 2 {
		t.Errorf("%d routes on %d pages, want 3 on 2", len(seen), pages)
	}
}
