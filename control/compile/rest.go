package compile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/core/snapshot"
	"gatehouse/plugins"
	"gatehouse/plugins/accesslog"
	"gatehouse/plugins/compress"
	"gatehouse/plugins/expr"
	"gatehouse/plugins/rest"
	"gatehouse/plugins/restapi"
	"gatehouse/plugins/tohttp"
	"gatehouse/plugins/tomock"
	"gatehouse/plugins/transform"
	"gatehouse/plugins/validate"
)

// restBuilder compiles one REST API and notes what does not serve as defined.
type restBuilder struct {
	*Compiler
	api      *definition.RestAPI
	problems []Problem
}

func (b *restBuilder) problem(stage, route, format string, args ...any) {
	b.problems = append(b.problems, Problem{API: b.api.ID(), Stage: stage, Route: route, Text: fmt.Sprintf(format, args...)})
}

// compileRest makes the site of a REST API. A method that can't be served answers
// 500 and is told in the problems.
func (c *Compiler) compileRest(ctx context.Context, a *definition.RestAPI) (*compiled, []Problem) {
	b := &restBuilder{Compiler: c, api: a}
	cfg := restapi.Config{Account: c.cfg.Account, Region: a.Region, API: a.ID()}
	out := &compiled{rests: map[string]*definition.RestDeployment{}}
	for i := range a.Stages {
		st := &a.Stages[i]
		s, err := b.stage(ctx, st, out, &cfg)
		if err != nil {
			b.problem(str(st.StageName), "", "%v", err)
			continue
		}
		cfg.Stages = append(cfg.Stages, s)
	}
	site, err := restapi.New(cfg)
	if err != nil {
		b.problem("", "", "%v", err)
		out.site = brokenRest(cfg)
		return out, b.problems
	}
	out.site = site
	return out, b.problems
}

// brokenRest answers 403 to every request, as an API without stages does: all
// that can fail at a method has failed there alone before.
func brokenRest(cfg restapi.Config) snapshot.Site {
	cfg.Stages = nil
	site, err := restapi.New(cfg)
	if err != nil {
		panic(err) // a plugin is not linked in
	}
	return site
}

func (b *restBuilder) stage(ctx context.Context, st *types.Stage, out *compiled, cfg *restapi.Config) (restapi.Stage, error) {
	s := restapi.Stage{Name: str(st.StageName), Log: b.accessLog(st)}
	main, err := b.deployment(ctx, str(st.DeploymentId), out)
	if err != nil {
		return s, err
	}
	cfg.Disabled = cfg.Disabled || main.API.DisableExecuteApiEndpoint
	s.Main = b.variant(st, main, st.Variables)
	if can := st.CanarySettings; can != nil {
		dep := main
		if can.DeploymentId != nil && *can.DeploymentId != main.ID {
			if dep, err = b.deployment(ctx, *can.DeploymentId, out); err != nil {
				return s, fmt.Errorf("canary: %w", err)
			}
		}
		v := b.variant(st, dep, overlay(st.Variables, can.StageVariableOverrides))
		s.Canary, s.Percent = &v, can.PercentTraffic
	}
	b.notHere(st)
	return s, nil
}

// overlay lays over upon base; neither changes.
func overlay(base, over map[string]string) map[string]string {
	out := make(map[string]string, len(base)+len(over))
	for k, v := range base {
		out[k] = v
	}
	for k, v := range over {
		out[k] = v
	}
	return out
}

// deployment reads a snapshot, or takes the one that is in force: it never
// changes.
func (b *restBuilder) deployment(ctx context.Context, id string, out *compiled) (*definition.RestDeployment, error) {
	if id == "" {
		return nil, errors.New("the stage has no deployment")
	}
	dep := out.rests[id]
	if old, ok := b.apis[b.api.ID()]; ok && dep == nil {
		dep = old.rests[id]
	}
	if dep == nil {
		var err error
		if dep, err = b.repo.RestDeployment(ctx, b.api.ID(), id); err != nil {
			return nil, fmt.Errorf("deployment %s: %w", id, err)
		}
	}
	out.rests[id] = dep
	return dep, nil
}

// accessLog compiles a stage's access log settings; nil without.
func (b *restBuilder) accessLog(st *types.Stage) *accesslog.Log {
	set := st.AccessLogSettings
	if set == nil || set.DestinationArn == nil || set.Format == nil {
		return nil
	}
	to, err := b.cfg.Logs.Destination(*set.DestinationArn)
	if err == nil {
		var log *accesslog.Log
		if log, err = accesslog.NewFor(expr.RESTLog, *set.Format, to); err == nil {
			return log
		}
	}
	b.problem(str(st.StageName), "", "access log: %v", err)
	return nil
}

// notHere tells what a stage asks for that this gateway does not do.
func (b *restBuilder) notHere(st *types.Stage) {
	if st.CacheClusterEnabled {
		b.problem(str(st.StageName), "", "the response cache is not built yet: every request reaches its integration")
	}
	if st.ClientCertificateId != nil {
		b.problem(str(st.StageName), "", "client certificates are not presented to back ends yet")
	}
	for key, m := range st.MethodSettings {
		if m.ThrottlingRateLimit > 0 || m.ThrottlingBurstLimit > 0 {
			b.problem(str(st.StageName), key, "method settings have throttling limits, which are not enforced yet")
		}
	}
}

// variant compiles a deployment with the variables that it runs with.
func (b *restBuilder) variant(st *types.Stage, dep *definition.RestDeployment, variables map[string]string) restapi.Variant {
	v := restapi.Variant{Deployment: dep.ID, Variables: variables, Responses: gatewayResponses(dep)}
	m := b.methods(dep, st, variables)
	for i := range dep.Resources {
		r := &dep.Resources[i]
		for _, verb := range definition.Verbs(r) {
			method := r.ResourceMethods[verb]
			v.Methods = append(v.Methods, restapi.Method{ResourceID: str(r.Id), Path: str(r.Path), Verb: verb,
				Settings: m.settings(r, verb, &method)})
		}
	}
	return v
}

func gatewayResponses(dep *definition.RestDeployment) []restapi.Response {
	var out []restapi.Response
	for i := range dep.GatewayResponses {
		r := &dep.GatewayResponses[i]
		out = append(out, restapi.Response{Type: string(r.ResponseType), Status: str(r.StatusCode),
			Parameters: r.ResponseParameters, Templates: r.ResponseTemplates})
	}
	return out
}

// methodBuilder compiles the methods of one deployment on one stage.
type methodBuilder struct {
	*restBuilder
	dep       *definition.RestDeployment
	stage     string
	variables map[string]string
	binary    *rest.MediaTypes
	models    map[string]*validate.Model
	faults    map[string]error // models that can't be used
	closed    error            // why no method may be served
}

func (b *restBuilder) methods(dep *definition.RestDeployment, st *types.Stage, variables map[string]string) *methodBuilder {
	m := &methodBuilder{restBuilder: b, dep: dep, stage: str(st.StageName), variables: variables,
		binary: rest.NewMediaTypes(dep.API.BinaryMediaTypes)}
	schemas := map[string]string{}
	for i := range dep.Models {
		schemas[str(dep.Models[i].Name)] = str(dep.Models[i].Schema)
	}
	m.models, m.faults = validate.Compile(dep.APIID, schemas)
	switch {
	case dep.API.Policy != nil && *dep.API.Policy != "":
		m.closed = errors.New("resource policies are not built yet")
	case st.WebAclArn != nil && *st.WebAclArn != "":
		m.closed = errors.New("web ACLs are not built yet")
	}
	return m
}

// settings returns the settings of a method's pipeline. One that can't be served
// as defined answers 500: never without what it asks for.
func (m *methodBuilder) settings(r *types.Resource, verb string, method *types.Method) plugins.Settings {
	s, err := m.serve(method)
	if err == nil { // tried here so that one bad method does not end the API
		_, err = plugins.Build(nil, s)
	}
	if err != nil {
		m.problem(m.stage, verb+" "+str(r.Path), "%v", err)
		return plugins.Settings{"restapi.refuse": rest.Configuration.Wrap(reason(err))}
	}
	return s
}

// reason is what an execution log says of a method that can't be served.
func reason(err error) error {
	if errors.Is(err, errEndpoint) {
		return rest.InvalidEndpoint
	}
	return err
}

var errEndpoint = errors.New("invalid endpoint address")

func (m *methodBuilder) serve(method *types.Method) (plugins.Settings, error) {
	in := method.MethodIntegration
	switch {
	case m.closed != nil:
		return nil, m.closed
	case method.AuthorizationType != nil && *method.AuthorizationType != "" && *method.AuthorizationType != "NONE":
		return nil, fmt.Errorf("authorization type %s is not built yet", *method.AuthorizationType)
	case method.ApiKeyRequired != nil && *method.ApiKeyRequired:
		return nil, errors.New("API keys are not built yet")
	case in == nil:
		return nil, errors.New("the method has no integration")
	}
	s := plugins.Settings{"compress.request": compress.Decoder{Workers: m.workers}}
	if err := m.validator(method, s); err != nil {
		return nil, err
	}
	if size := m.dep.API.MinimumCompressionSize; size != nil && in.ResponseTransferMode != types.ResponseTransferModeStream {
		s["compress"] = compress.Encoder{Minimum: int(*size), Workers: m.workers}
	}
	switch in.Type {
	case types.IntegrationTypeMock:
		s["tomock"] = tomock.Step{}
		m.transforms(method, in, transform.Mock, s)
		return s, nil
	case types.IntegrationTypeHttp:
		m.transforms(method, in, transform.HTTP, s)
	case types.IntegrationTypeHttpProxy:
		m.transforms(method, in, transform.HTTPProxy, s)
	default:
		return nil, fmt.Errorf("integration type %s is not built yet", in.Type)
	}
	call, err := m.call(in)
	s["tohttp.rest"] = call
	return s, err
}

// validator adds the check of requests, where the method has a validator. One
// that was deleted checks nothing.
func (m *methodBuilder) validator(method *types.Method, s plugins.Settings) error {
	if method.RequestValidatorId == nil {
		return nil
	}
	v := m.dep.RequestValidator(*method.RequestValidatorId)
	if v == nil {
		return nil
	}
	c := validate.Config{Workers: m.workers}
	if v.ValidateRequestParameters {
		for name, required := range method.RequestParameters {
			if required {
				c.Parameters = append(c.Parameters, name)
			}
		}
	}
	if v.ValidateRequestBody {
		c.Models = map[string]*validate.Model{}
		for mime, name := range method.RequestModels {
			if err := m.faults[name]; err != nil {
				return err
			}
			if model := m.models[name]; model != nil {
				c.Models[mime] = model
			}
		}
	}
	s["validate"] = c
	return nil
}

// transforms adds both sides of the integration.
func (m *methodBuilder) transforms(method *types.Method, in *types.Integration, kind transform.Kind, s plugins.Settings) {
	s["transform.request"] = transform.Request{
		Kind: kind, API: m.dep.APIID, Method: str(in.HttpMethod), Binary: m.binary,
		ContentHandling: string(in.ContentHandling), Passthrough: str(in.PassthroughBehavior),
		Templates: in.RequestTemplates, Parameters: in.RequestParameters, Workers: m.workers,
	}
	r := transform.Response{Kind: kind, Binary: m.binary, Declared: map[string][]string{}, Workers: m.workers,
		Stream: in.ResponseTransferMode == types.ResponseTransferModeStream}
	for status, declared := range method.MethodResponses {
		names := []string{}
		for key := range declared.ResponseParameters {
			names = append(names, strings.TrimPrefix(key, "method.response.header."))
		}
		r.Declared[status] = names
	}
	for status, a := range in.IntegrationResponses {
		r.Answers = append(r.Answers, transform.Answer{Status: status, Pattern: str(a.SelectionPattern),
			ContentHandling: string(a.ContentHandling), Templates: a.ResponseTemplates, Parameters: a.ResponseParameters})
	}
	s["transform.response"] = r
}

// call is the request to the back end. A VPC link is no more than the network
// here: the URI's host is called.
func (m *methodBuilder) call(in *types.Integration) (tohttp.RESTConfig, error) {
	stream := in.ResponseTransferMode == types.ResponseTransferModeStream
	proxy := in.Type == types.IntegrationTypeHttpProxy
	c := tohttp.RESTConfig{Client: m.cfg.Upstream, API: m.dep.APIID, Method: str(in.HttpMethod),
		URI: restVariables(str(in.Uri), m.variables), Timeout: time.Duration(in.TimeoutInMillis) * time.Millisecond,
		Longer: m.cfg.Extended, Proxy: proxy, Stream: stream && proxy, Whole: !stream, Limit: payload,
		SkipIssuer: in.TlsConfig != nil && in.TlsConfig.InsecureSkipVerification}
	if stream || m.cfg.Extended {
		c.Limit = 0
	}
	if _, err := tohttp.NewREST(c); err != nil {
		return c, fmt.Errorf("integration: %w: %w", errEndpoint, err)
	}
	return c, nil
}

// restVariables puts stage variables into a URI. AWS: one that is missing is
// empty; any other ${…} is text.
func restVariables(uri string, variables map[string]string) string {
	const mark = "${stageVariables."
	var b strings.Builder
	for {
		before, after, found := strings.Cut(uri, mark)
		b.WriteString(before)
		name, rest, closed := strings.Cut(after, "}")
		if !found || !closed {
			if found {
				b.WriteString(mark + after)
			}
			return b.String()
		}
		b.WriteString(variables[name])
		uri = rest
	}
}
