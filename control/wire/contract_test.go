package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
)

// The contract: whatever the SDK's own client writes for any operation of both
// services comes out of decode equal to the input it was given, and whatever
// encode writes comes out of the client equal to the output. Rows are learnt from
// the requests that the client makes, so nothing here repeats wire's tables.

const testKey, testSecret = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

func testCredentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: testKey, SecretAccessKey: testSecret}, nil
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func clientV2(base string, d aws.HTTPClient) *apigatewayv2.Client {
	return apigatewayv2.New(apigatewayv2.Options{BaseEndpoint: &base, Region: "eu-west-1", HTTPClient: d,
		RetryMaxAttempts: 1, Credentials: aws.CredentialsProviderFunc(testCredentials)})
}

func clientV1(base string, d aws.HTTPClient) *apigateway.Client {
	return apigateway.New(apigateway.Options{BaseEndpoint: &base, Region: "eu-west-1", HTTPClient: d,
		RetryMaxAttempts: 1, Credentials: aws.CredentialsProviderFunc(testCredentials)})
}

func TestContractV2(t *testing.T) {
	contract(t, Service{Name: "apigatewayv2", SigningName: "apigateway", Times: ISO8601}, 103,
		func(base string, d aws.HTTPClient) any { return clientV2(base, d) })
}

func TestContractV1(t *testing.T) {
	contract(t, Service{Name: "apigateway", SigningName: "apigateway", Times: EpochSeconds}, 124,
		func(base string, d aws.HTTPClient) any { return clientV1(base, d) })
}

func contract(t *testing.T, svc Service, atLeast int, client func(string, aws.HTTPClient) any) {
	seen := 0
	typ := reflect.TypeOf(client("http://127.0.0.1", nil))
	for i := range typ.NumMethod() {
		m := typ.Method(i)
		if m.Type.NumIn() < 3 || !strings.HasSuffix(m.Type.In(2).String(), "Input") {
			continue
		}
		seen++
		t.Run(m.Name, func(t *testing.T) {
			for seed := range uint64(3) {
				roundTrip(t, svc, m, rand.New(rand.NewPCG(seed, 1)), client)
			}
		})
	}
	if seen < atLeast {
		t.Errorf("%d operations in the SDK, want at least %d", seen, atLeast)
	}
}

func invoke(m reflect.Method, client any, in reflect.Value) (out any, err error) {
	res := m.Func.Call([]reflect.Value{reflect.ValueOf(client), reflect.ValueOf(context.Background()), in})
	err, _ = res[1].Interface().(error)
	return res[0].Interface(), err
}

func roundTrip(t *testing.T, svc Service, m reflect.Method, rnd *rand.Rand, client func(string, aws.HTTPClient) any) {
	inType, outType := m.Type.In(2).Elem(), m.Type.Out(0).Elem()
	in, out := reflect.New(inType), reflect.New(outType)
	f := filler{rnd: rnd}
	f.fill(in.Elem(), 0)
	f.fill(out.Elem(), 0)
	var got any
	run := func(_ *Call, in any) (any, error) { got = in; return out.Interface(), nil }
	svc.Operations = []Operation{learn(t, svc, m, outType, run, client)}
	srv := httptest.NewServer(New(Config{Keys: []Key{{ID: testKey, Secret: testSecret}}}, svc))
	defer srv.Close()
	answer, err := invoke(m, client(srv.URL, settled(srv.Client())), in)
	if err != nil {
		t.Fatalf("%v\nrow %+v", err, svc.Operations[0])
	}
	clearMetadata(answer)
	if !reflect.DeepEqual(got, in.Interface()) {
		t.Errorf("decoded %s\nwant    %s", dump(got), dump(in.Interface()))
	}
	if !reflect.DeepEqual(answer, out.Interface()) {
		t.Errorf("client read %s\nwant        %s", dump(answer), dump(out.Interface()))
	}
}

// settled sends requests whose body is in memory. The SDK closes its own body as
// soon as an answer is there; when our server is quicker than the transport's
// look for more of the body, that breaks the connection.
func settled(c *http.Client) doer {
	return func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		return c.Do(r)
	}
}

func clearMetadata(out any) {
	if f := reflect.ValueOf(out).Elem().FieldByName("ResultMetadata"); f.IsValid() {
		f.SetZero()
	}
}

func dump(v any) string {
	s := newShaper(AsIs).of(reflect.TypeOf(v))
	return string(encoder{ISO8601}.structure(nil, s, reflect.ValueOf(v).Elem()))
}

// learn makes a row from the request that the client makes when each string is
// the member's name in braces.
func learn(t *testing.T, svc Service, m reflect.Method, out reflect.Type, run func(*Call, any) (any, error), client func(string, aws.HTTPClient) any) Operation {
	inType := m.Type.In(2).Elem()
	in := reflect.New(inType)
	filler{rnd: rand.New(rand.NewPCG(1, 1)), label: true}.fill(in.Elem(), 0)
	var req *http.Request
	var body []byte
	_, _ = invoke(m, client("http://127.0.0.1:1", doer(func(r *http.Request) (*http.Response, error) {
		req = r
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
		}
		return nil, fmt.Errorf("seen")
	})), in)
	if req == nil {
		t.Fatal("the client sent nothing")
	}
	opts := learnQuery(svc, inType, req)
	opts = append(opts, learnOthers(inType, out, req, body)...)
	return newOp(m.Name, req.Method, req.URL.Path, 200, inType, out, run, opts)
}

func learnQuery(svc Service, in reflect.Type, req *http.Request) (opts []Option) {
	byName := map[string]string{}
	for i := range in.NumField() {
		byName[wireName(in, in.Field(i).Name, svc.Names)] = in.Field(i).Name
	}
	spread := false
	for key, values := range req.URL.Query() {
		switch member, ok := byName[key]; {
		case ok && req.Method != "GET" && req.Method != "DELETE":
			opts = append(opts, Query(member))
		case ok:
		case strings.HasPrefix(key, "key") && !spread:
			opts, spread = append(opts, Spread("Parameters")), true
		case !strings.HasPrefix(key, "key"):
			opts = append(opts, When(key, values[0]))
		}
	}
	return opts
}

func learnOthers(in, out reflect.Type, req *http.Request, body []byte) (opts []Option) {
	for i := range in.NumField() {
		name := in.Field(i).Name
		if name == "Accepts" {
			opts = append(opts, Header(name, "Accept"))
		}
		if in.Field(i).Type == blobType && bytes.Equal(body, []byte("{"+name+"}")) {
			opts = append(opts, Payload(name))
		}
	}
	for i := range out.NumField() {
		if out.Field(i).Type == blobType {
			opts = append(opts, OutPayload(out.Field(i).Name))
		}
		if _, ok := in.FieldByName("SdkType"); ok || strings.HasPrefix(in.Name(), "GetExport") {
			switch out.Field(i).Name {
			case "ContentType":
				opts = append(opts, OutHeader("ContentType", "Content-Type"))
			case "ContentDisposition":
				opts = append(opts, OutHeader("ContentDisposition", "Content-Disposition"))
			}
		}
	}
	return opts
}

// filler fills structures with random values, or (label) with their names.
type filler struct {
	rnd   *rand.Rand
	label bool
	name  string
}

func (f filler) fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Struct:
		f.structure(v, depth)
	case reflect.Pointer:
		if depth < 8 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.String:
		v.SetString(f.text(v))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(1 + f.rnd.Int64N(1<<31-1))
	case reflect.Float64:
		v.SetFloat(float64(1+f.rnd.IntN(100000)) / 8)
	case reflect.Slice:
		f.slice(v, depth)
	case reflect.Map:
		f.dict(v, depth)
	default:
		panic("no filler for " + v.Type().String())
	}
}

func (f filler) structure(v reflect.Value, depth int) {
	if v.Type() == timeType {
		v.Set(reflect.ValueOf(time.Unix(f.rnd.Int64N(4e9), 0).UTC()))
		return
	}
	for i := range v.NumField() {
		if sf := v.Type().Field(i); sf.IsExported() && sf.Name != "ResultMetadata" {
			filler{f.rnd, f.label, sf.Name}.fill(v.Field(i), depth+1)
		}
	}
}

func (f filler) text(v reflect.Value) string {
	if f.label {
		return "{" + f.name + "}"
	}
	if values := enumValues(v.Type()); values != nil {
		return values[f.rnd.IntN(len(values))]
	}
	if f.name == "Accepts" {
		return "application/json" // whatever is asked for, the Go client sends this
	}
	if strings.HasPrefix(f.name, "Content") {
		return fmt.Sprintf("text/x%d", f.rnd.IntN(1000))
	}
	const odd = `a/B:%+ &=?#é"\<'$~😀` + "\t"
	var b strings.Builder
	for range 1 + f.rnd.IntN(12) {
		r := []rune(odd)
		b.WriteRune(r[f.rnd.IntN(len(r))])
	}
	return b.String() + "z"
}

func (f filler) slice(v reflect.Value, depth int) {
	if v.Type() == blobType {
		v.SetBytes([]byte(f.text(reflect.ValueOf(""))))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 2, 2))
	for i := range v.Len() {
		f.fill(v.Index(i), depth+1)
		if e := v.Index(i); e.Type() == reflect.TypeFor[string]() {
			e.SetString(fmt.Sprint(i, e)) // the signer sorts lists in the query
		}
	}
}

func (f filler) dict(v reflect.Value, depth int) {
	v.Set(reflect.MakeMap(v.Type()))
	for i := range 2 {
		item := reflect.New(v.Type().Elem()).Elem()
		f.fill(item, depth+1)
		v.SetMapIndex(reflect.ValueOf(fmt.Sprintf("key%d %s", i, url.QueryEscape(f.text(reflect.ValueOf(""))))), item)
	}
}
