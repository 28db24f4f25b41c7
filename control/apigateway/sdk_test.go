package apigateway

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/protocols/sigv4"
)

// secret is the key that generated clients sign with in these tests.
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

// stageServer plays a deployed stage: it tells what came, checks signatures, and
// answers 418 to DELETE.
func stageServer(t *testing.T) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Header.Get("Authorization") != "" {
			checkSignature(t, r, body)
		}
		w.Header().Set("Content-Type", "application/json")
		if r.Method == "DELETE" {
			w.WriteHeader(418)
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"did": r.Method + " " + r.RequestURI, "body": string(body),
			"key": r.Header.Get("X-Api-Key"), "trace": r.Header.Get("X-Trace"), "signed": strings.Split(r.Header.Get("Authorization")+" ", " ")[0]})
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func checkSignature(t *testing.T, r *http.Request, body []byte) {
	t.Helper()
	req := &sigv4.Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Fields: []sigv4.Field{{Name: "Host", Value: r.Host}}}
	for name, values := range r.Header {
		for _, v := range values {
			req.Fields = append(req.Fields, sigv4.Field{Name: name, Value: v})
		}
	}
	sig, err := sigv4.Parse(req)
	if err != nil {
		t.Errorf("signature of %s: %v", r.RequestURI, err)
		return
	}
	if err := sig.Verify(req, sigv4.Check{Secret: sigv4.Secret(secret), BodyHash: sigv4.BodyHash(body), Now: sig.Time}); err != nil {
		t.Errorf("signature of %s: %v", r.RequestURI, err)
	}
}

// generated unpacks the client of an API with some methods into a folder.
func generated(t *testing.T, kind string, parameters map[string]string) string {
	d := openDesk(t)
	url := stageServer(t)
	srv := httptest.NewServer(wire.New(wire.Config{}, Service(Config{Repository: d.repo, Endpoint: func(string) string { return url }})))
	t.Cleanup(srv.Close)
	d.url = srv.URL
	method := func(params ...string) types.Method {
		m := types.Method{RequestParameters: map[string]bool{}}
		for _, p := range params {
			m.RequestParameters["method.request."+strings.TrimSuffix(p, "!")] = strings.HasSuffix(p, "!")
		}
		return m
	}
	id := "shop1"
	a := &definition.RestAPI{Region: "us-east-1", API: types.RestApi{Id: &id, Name: aws.String("my \"shop\"\n*/ x")}, Resources: []types.Resource{
		{Id: aws.String("a"), Path: aws.String("/"), ResourceMethods: map[string]types.Method{"GET": method()}},
		{Id: aws.String("b"), Path: aws.String("/pets/{petId}"), ResourceMethods: map[string]types.Method{
			"GET": method("querystring.q!", "querystring.a-b", "header.X-Trace"), "DELETE": method(), "PUT": method()}},
		{Id: aws.String("c"), Path: aws.String("/files/{proxy+}"), ResourceMethods: map[string]types.Method{"ANY": method()}},
	}, Stages: []types.Stage{{StageName: aws.String("dev"), DeploymentId: aws.String("dep1")}}}
	now := d.now
	a.Deploy(types.Deployment{Id: aws.String("dep1"), CreatedDate: &now})
	done(t, 0, d.repo.CreateRest(ctx, a))
	out, err := d.in("us-east-1").GetSdk(ctx, &v1.GetSdkInput{RestApiId: &id, StageName: aws.String("dev"), SdkType: &kind, Parameters: parameters})
	done(t, out, err)
	if *out.ContentType != "application/octet-stream" || !strings.HasPrefix(*out.ContentDisposition, `attachment; filename="`+kind+"_20") || !strings.HasSuffix(*out.ContentDisposition, `Z.zip"`) {
		t.Errorf("headers: %s, %s", *out.ContentType, *out.ContentDisposition)
	}
	return unzip(t, out.Body)
}

func unzip(t *testing.T, data []byte) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	done(t, r, err)
	dir := t.TempDir()
	for _, f := range r.File {
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		in, err := f.Open()
		done(t, in, err)
		text, err := io.ReadAll(in)
		done(t, text, err)
		done(t, 0, os.MkdirAll(filepath.Dir(to), 0o755))
		done(t, 0, os.WriteFile(to, text, 0o644))
	}
	return dir
}

// run gives what a command prints.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

const wantCalls = `GET /dev/ key= body= signed=
GET /dev/pets/a%2Fb%20%C3%A4?a-b=1%2B1&q=x%20y%26%27 key=k trace=t body= signed=AWS4-HMAC-SHA256
PUT /dev/pets/7 key=k body={"name":"rex"} signed=AWS4-HMAC-SHA256
418 DELETE /dev/pets/7
PATCH /dev/files/a/b%20c.txt key=k body=raw signed=AWS4-HMAC-SHA256
`

const tryJavaScript = `
const factory = require('./apiGateway-js-sdk/apigClient.js');
const show = ({data: d}) => console.log(d.did + ' key=' + d.key + (d.trace ? ' trace=' + d.trace : '') + ' body=' + d.body + ' signed=' + d.signed);
(async () => {
  show(await factory.newClient().rootGet());
  const c = factory.newClient({apiKey: 'k', accessKey: 'AKID', secretKey: '` + secret + `'});
  show(await c.petsPetIdGet({petId: 'a/b ä', q: "x y&'", 'a-b': '1+1', 'X-Trace': 't'}));
  show(await c.petsPetIdPut({petId: 7}, {name: 'rex'}));
  await c.petsPetIdDelete({petId: 7}).catch((e) => console.log(e.response.status + ' ' + e.response.data.did));
  show(await c.filesProxyAny({proxy: 'a/b c.txt'}, 'raw', {method: 'patch'}));
  let missing; await c.petsPetIdGet({petId: 7}).catch((e) => { missing = e.message; });
  if (missing !== 'petsPetIdGet: missing required parameter q') throw new Error(missing);
})();
`

func TestJavaScriptClient(t *testing.T) {
	dir := generated(t, "javascript", nil)
	done(t, 0, os.WriteFile(filepath.Join(dir, "try.js"), []byte(tryJavaScript), 0o644))
	if got := run(t, dir, "node", "try.js"); got != wantCalls {
		t.Errorf("the client did\n%s\nwant\n%s", got, wantCalls)
	}
}

const tryGo = `package shop

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestClient(t *testing.T) {
	show := func(r *Response, err error) {
		var d struct{ Did, Key, Trace, Body, Signed string }
		if err == nil {
			err = r.JSON(&d)
		}
		if err != nil {
			t.Fatal(err)
		}
		if d.Trace != "" {
			d.Trace = " trace=" + d.Trace
		}
		fmt.Println(d.Did + " key=" + d.Key + d.Trace + " body=" + d.Body + " signed=" + d.Signed)
	}
	ctx, c := context.Background(), New()
	show(c.RootGet(ctx, RootGetInput{}))
	c.APIKey, c.Signer = "k", &Signer{AccessKey: "AKID", SecretKey: "` + secret + `"}
	ab, trace := "1+1", "t"
	show(c.PetsPetIdGet(ctx, PetsPetIdGetInput{PetId: "a/b ä", Q: "x y&'", AB: &ab, XTrace: &trace}))
	show(c.PetsPetIdPut(ctx, PetsPetIdPutInput{PetId: "7", Body: map[string]string{"name": "rex"}}))
	_, err := c.PetsPetIdDelete(ctx, PetsPetIdDeleteInput{PetId: "7"})
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	var d struct{ Did string }
	_ = e.JSON(&d)
	fmt.Println(e.Status, d.Did)
	show(c.FilesProxyAny(ctx, FilesProxyAnyInput{Proxy: "a/b c.txt", Body: "raw", Verb: "PATCH"}))
}
`

func TestGoClient(t *testing.T) {
	dir := filepath.Join(generated(t, "go", map[string]string{"packageName": "shop", "modulePath": "example.com/shop"}), "shop")
	done(t, 0, os.WriteFile(filepath.Join(dir, "client_test.go"), []byte(tryGo), 0o644))
	got := run(t, dir, "go", "test", "-vet=all", "-count=1", "-v", ".")
	if !strings.Contains(got, wantCalls) {
		t.Errorf("the client did\n%s\nwant\n%s", got, wantCalls)
	}
}

func TestSDKRefusals(t *testing.T) {
	d := openDesk(t)
	api := aws.String(d.shop("shop1", "dev"))
	get := func(api *string, stage, kind string) error {
		_, err := d.GetSdk(ctx, &v1.GetSdkInput{RestApiId: api, StageName: &stage, SdkType: &kind})
		return err
	}
	fails(t, get(api, "dev", "java"), isBad, "Invalid SDK type specified: java")
	fails(t, get(api, "zz", "go"), isMissing, "Invalid stage identifier specified")
	fails(t, get(aws.String("zz"), "dev", "go"), isMissing, "Invalid API identifier specified 000000000000:zz")
	fails(t, get(api, "dev", "go"), isMissing, "Invalid Deployment identifier specified")
	for name, parameters := range map[string]map[string]string{"packageName specified: a-b": {"packageName": "a-b"}, "modulePath specified: a b": {"modulePath": "a b"}} {
		if _, err := generateGo(client{}, parameters); err == nil || message(err) != "Invalid "+name {
			t.Errorf("generateGo(%v) = %v, want Invalid %s", parameters, err, name)
		}
	}
}

func TestSDKTypes(t *testing.T) {
	d := openDesk(t)
	list, err := d.GetSdkTypes(ctx, &v1.GetSdkTypesInput{})
	var ids []string
	for _, k := range done(t, list, err).Items {
		ids = append(ids, *k.Id)
		one, err := d.GetSdkType(ctx, &v1.GetSdkTypeInput{Id: k.Id})
		alike(t, *k.Id, done(t, one, err), &k)
	}
	if got, want := strings.Join(ids, " "), "android go java javascript objectivec ruby swift"; got != want {
		t.Errorf("types = %s, want %s", got, want)
	}
	_, err = d.GetSdkType(ctx, &v1.GetSdkTypeInput{Id: aws.String("zz")})
	fails(t, err, isMissing, "Invalid SDK type identifier specified")
}

func TestCallNames(t *testing.T) {
	for _, c := range []struct{ path, verb, want string }{
		{"/", "GET", "rootGet"},
		{"/pets/{petId}", "GET", "petsPetIdGet"},
		{"/a-b/c.d/{proxy+}", "ANY", "aBCDProxyAny"},
		{"/1", "POST", "r1Post"},
		{"/ä", "GET", "rootGet"},
	} {
		if got := callName(c.path, c.verb); got != c.want {
			t.Errorf("callName(%s, %s) = %s, want %s", c.path, c.verb, got, c.want)
		}
	}
}
