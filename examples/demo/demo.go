// Package demo is what `gatehouse serve --demo` brings up on an empty data
// folder: a small back end, and an HTTP API in front of it with routes,
// parameter mapping, CORS and a named stage. It is made by the management API,
// as any user would make it.
package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// BackendAddr is where the demo's back end listens unless another program does:
// the address that the README's first create-api call names.
const BackendAddr = "127.0.0.1:9001"

// ID is the id of the demo API, asked for by the tag _custom_id_.
const ID = "demo"

// Backend is a back end that answers every request with what it saw of it.
func Backend() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 64<<10))
		w.Header().Set("Content-Type", "application/json")
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		_ = enc.Encode(map[string]any{
			"backend": "demo", "method": r.Method, "path": r.URL.Path, "query": r.URL.RawQuery,
			"host": r.Host, "headers": r.Header, "body": string(body),
		})
	})
}

// Serve runs the back end until ctx ends, on BackendAddr or, when that is taken,
// on a free port. It returns the address.
func Serve(ctx context.Context) (string, error) {
	ln, err := net.Listen("tcp", BackendAddr)
	if errors.Is(err, syscall.EADDRINUSE) {
		ln, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return "", fmt.Errorf("demo back end: %w", err)
	}
	srv := &http.Server{Handler: Backend(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	go func() { _ = srv.Serve(ln) }()
	return ln.Addr().String(), nil
}

// Make makes the demo API unless the management API at admin (host:port) has
// APIs already, and has its stages call the back end at backend (host:port). It
// returns paths to try, relative to the API's own URL.
func Make(ctx context.Context, admin, backend string) (endpoint string, try []string, err error) {
	c := client{ctx, "http://" + admin + "/v2/apis"}
	var list struct {
		Items []struct{ APIID, APIEndpoint string }
	}
	if err := c.call(http.MethodGet, "", nil, &list); err != nil {
		return "", nil, err
	}
	if len(list.Items) > 0 {
		for _, it := range list.Items {
			if it.APIID == ID {
				return it.APIEndpoint, paths, c.moveStages(backend)
			}
		}
		return "", nil, nil
	}
	var api struct{ APIEndpoint string }
	if err := c.call(http.MethodPost, "", object{
		"name": "demo", "protocolType": "HTTP", "tags": object{"_custom_id_": ID},
		"corsConfiguration": object{"allowOrigins": []string{"*"}, "allowMethods": []string{"*"}, "allowHeaders": []string{"*"}},
	}, &api); err != nil {
		return "", nil, err
	}
	return api.APIEndpoint, paths, c.routes(backend)
}

var paths = []string{"/hello", "/orders/7?x=1", "/dev/hello"}

type object map[string]any

// stages and whom they greet.
var stages = map[string]string{"$default": "world", "dev": "developer"}

func (c client) routes(backend string) error {
	const base = "http://${stageVariables.backend}"
	for key, integration := range map[string]object{
		"GET /hello": {"integrationUri": base + "/hello", "requestParameters": object{
			"overwrite:header.x-stage": "$context.stage", "append:header.x-greeting": "hello ${stageVariables.who}"}},
		"ANY /orders/{id}":   {"integrationUri": base + "/shop/orders/{id}"},
		"ANY /any/{proxy+}":  {"integrationUri": base + "/{proxy}"},
		"GET /teapot/{what}": {"integrationUri": base + "/{what}", "responseParameters": object{"200": object{"overwrite:statuscode": "418"}}},
	} {
		integration["integrationType"], integration["integrationMethod"], integration["payloadFormatVersion"] = "HTTP_PROXY", "ANY", "1.0"
		var made struct{ IntegrationID string }
		if err := c.call(http.MethodPost, "/"+ID+"/integrations", integration, &made); err != nil {
			return err
		}
		if err := c.call(http.MethodPost, "/"+ID+"/routes", object{"routeKey": key, "target": "integrations/" + made.IntegrationID}, nil); err != nil {
			return err
		}
	}
	for stage, who := range stages {
		if err := c.call(http.MethodPost, "/"+ID+"/stages", object{"stageName": stage, "autoDeploy": true,
			"stageVariables": object{"who": who, "backend": backend}}, nil); err != nil {
			return err
		}
	}
	return nil
}

// moveStages tells the stages of an earlier run where the back end is now.
func (c client) moveStages(backend string) error {
	var list struct {
		Items []struct {
			StageName      string
			StageVariables map[string]string
		}
	}
	if err := c.call(http.MethodGet, "/"+ID+"/stages", nil, &list); err != nil {
		return err
	}
	for _, st := range list.Items {
		if stages[st.StageName] == "" || st.StageVariables["backend"] == backend {
			continue
		}
		if err := c.call(http.MethodPatch, "/"+ID+"/stages/"+st.StageName, object{"stageVariables": object{"backend": backend}}, nil); err != nil {
			return err
		}
	}
	return nil
}

// client speaks the management API's JSON.
type client struct {
	ctx  context.Context
	base string
}

func (c client) call(method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(c.ctx, 10*time.Second)
	defer cancel()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}
