package compile

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/core/gwerr"
	"gatehouse/plugins"
	"gatehouse/plugins/accesslog"
	_ "gatehouse/plugins/all" // what pipelines are made of
	"gatehouse/plugins/cors"
	"gatehouse/plugins/httpapi"
)

// noHeadLimit stands for AWS's quota on request heads where it does not hold;
// the listener's own limits do.
const noHeadLimit = 1 << 30

// builder compiles one API and notes what does not serve as defined.
type builder struct {
	*Compiler
	api      *definition.HTTPAPI
	site     httpapi.Config
	problems []Problem
}

func (b *builder) problem(stage, route, format string, args ...any) {
	b.problems = append(b.problems, Problem{API: b.api.ID(), Stage: stage, Route: route, Text: fmt.Sprintf(format, args...)})
}

// compile makes the site of an API. What can't be served answers 500 and is
// told in the problems.
func (c *Compiler) compile(ctx context.Context, a *definition.HTTPAPI) (*compiled, []Problem) {
	b := &builder{Compiler: c, api: a, site: httpapi.Config{Account: c.cfg.Account, Region: a.Region, API: a.ID()}}
	if c.cfg.Extended {
		b.site.MaxHeadBytes = noHeadLimit
	}
	out := &compiled{deployments: map[string]*definition.Deployment{}}
	for i := range a.Stages {
		b.stage(ctx, &a.Stages[i], out)
	}
	site, err := httpapi.New(b.site)
	if err != nil {
		b.problem("", "", "%v", err)
		out.site = broken(c.cfg)
		return out, b.problems
	}
	out.site = site
	return out, b.problems
}

// stage adds a stage that serves a deployment. One without is not served.
func (b *builder) stage(ctx context.Context, st *types.Stage, out *compiled) {
	if st.DeploymentId == nil {
		return
	}
	name := *st.StageName
	dep, err := b.deployment(ctx, *st.DeploymentId)
	if err != nil {
		b.problem(name, "", "deployment %s: %v", *st.DeploymentId, err)
		return
	}
	out.deployments[dep.ID] = dep
	b.site.Disabled = b.site.Disabled || (dep.API.DisableExecuteApiEndpoint != nil && *dep.API.DisableExecuteApiEndpoint)
	s := httpapi.Stage{Name: name, Variables: st.StageVariables, CORS: corsPolicy(dep.API.CorsConfiguration), Log: b.accessLog(st)}
	for i := range dep.Routes {
		r := &dep.Routes[i]
		s.Routes = append(s.Routes, httpapi.Route{Key: *r.RouteKey, Settings: b.route(st, dep, r)})
	}
	b.site.Stages = append(b.site.Stages, s)
	b.notHere(st)
}

// deployment reads a snapshot, or takes the one that is in force: it never
// changes.
func (b *builder) deployment(ctx context.Context, id string) (*definition.Deployment, error) {
	if old, ok := b.apis[b.api.ID()]; ok && old.deployments[id] != nil {
		return old.deployments[id], nil
	}
	return b.repo.Deployment(ctx, b.api.ID(), id)
}

func corsPolicy(c *types.Cors) *cors.Policy {
	if c == nil {
		return nil
	}
	cfg := cors.Config{AllowOrigins: c.AllowOrigins, AllowMethods: c.AllowMethods, AllowHeaders: c.AllowHeaders,
		ExposeHeaders: c.ExposeHeaders, AllowCredentials: c.AllowCredentials != nil && *c.AllowCredentials}
	if c.MaxAge != nil {
		age := int(*c.MaxAge)
		cfg.MaxAge = &age
	}
	return cors.New(cfg)
}

func (b *builder) accessLog(st *types.Stage) *accesslog.Log {
	set := st.AccessLogSettings
	if set == nil || set.DestinationArn == nil || set.Format == nil {
		return nil
	}
	to, err := b.cfg.Logs.Destination(*set.DestinationArn)
	if err == nil {
		var log *accesslog.Log
		if log, err = accesslog.New(*set.Format, to); err == nil {
			return log
		}
	}
	b.problem(*st.StageName, "", "access log: %v", err)
	return nil
}

// notHere tells what a stage asks for that this gateway does not do.
func (b *builder) notHere(st *types.Stage) {
	throttles := func(r *types.RouteSettings) bool {
		return r != nil && (r.ThrottlingBurstLimit != nil || r.ThrottlingRateLimit != nil)
	}
	if throttles(st.DefaultRouteSettings) {
		b.problem(*st.StageName, "", "default route settings have throttling limits, which are not enforced yet")
	}
	for key, r := range st.RouteSettings {
		if throttles(&r) {
			b.problem(*st.StageName, key, "route settings have throttling limits, which are not enforced yet")
		}
	}
}

// route returns the settings of a route's pipeline. One that can't be served as
// defined answers 500: never without what it asks for.
func (b *builder) route(st *types.Stage, dep *definition.Deployment, r *types.Route) plugins.Settings {
	settings, err := b.serveRoute(st, dep, r)
	if err != nil {
		b.problem(*st.StageName, *r.RouteKey, "%v", err)
		return plugins.Settings{"httpapi.refuse": gwerr.APIConfiguration.Wrap(err)}
	}
	return settings
}

func (b *builder) serveRoute(st *types.Stage, dep *definition.Deployment, r *types.Route) (plugins.Settings, error) {
	if r.AuthorizationType != types.AuthorizationTypeNone && r.AuthorizationType != "" {
		return nil, fmt.Errorf("authorization type %s is not built yet", r.AuthorizationType)
	}
	if r.ApiKeyRequired != nil && *r.ApiKeyRequired {
		return nil, errors.New("API keys are not built yet")
	}
	id, ok := definition.IntegrationID(r.Target)
	if !ok {
		return nil, errors.New("route has no target")
	}
	in := dep.Integration(id)
	if in == nil {
		return nil, fmt.Errorf("integration %s does not exist", id)
	}
	return b.integration(st, r, in)
}
