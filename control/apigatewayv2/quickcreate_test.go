package apigatewayv2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func (g *gate) quick(target string, edit func(*v2.CreateApiInput)) *string {
	g.t.Helper()
	in := &v2.CreateApiInput{Name: aws.String("q"), ProtocolType: types.ProtocolTypeHttp, Target: &target}
	if edit != nil {
		edit(in)
	}
	out, err := g.CreateApi(ctx, in)
	return ok[*v2.CreateApiOutput](g.t)(out, err).ApiId
}

func (g *gate) onlyIntegration(id *string) types.Integration {
	g.t.Helper()
	out, err := g.GetIntegrations(ctx, &v2.GetIntegrationsInput{ApiId: id})
	list := ok[*v2.GetIntegrationsOutput](g.t)(out, err).Items
	if len(list) != 1 {
		g.t.Fatalf("%d integrations, want 1", len(list))
	}
	return list[0]
}

func (g *gate) onlyRoute(id *string) types.Route {
	g.t.Helper()
	out, err := g.GetRoutes(ctx, &v2.GetRoutesInput{ApiId: id})
	list := ok[*v2.GetRoutesOutput](g.t)(out, err).Items
	if len(list) != 1 {
		g.t.Fatalf("%d routes, want 1", len(list))
	}
	return list[0]
}

func TestQuickCreate(t *testing.T) {
	for _, c := range []struct {
		name, target, method, payload string
		kind                          types.IntegrationType
	}{
		{"URL", shopURL, "ANY", "1.0", types.IntegrationTypeHttpProxy},
		{"TLS URL", "https://back.test", "ANY", "1.0", types.IntegrationTypeHttpProxy},
		{"function", echoARN, "POST", "2.0", types.IntegrationTypeAwsProxy},
		{"function's invocation", echoURI, "POST", "2.0", types.IntegrationTypeAwsProxy},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t)
			id := g.quick(c.target, func(in *v2.CreateApiInput) { in.CredentialsArn = aws.String(roleForIt) })
			i := g.onlyIntegration(id)
			if i.IntegrationType != c.kind || *i.IntegrationMethod != c.method || *i.PayloadFormatVersion != c.payload || *i.IntegrationUri != c.target ||
				*i.TimeoutInMillis != 30000 || i.ConnectionType != types.ConnectionTypeInternet || !*i.ApiGatewayManaged || *i.CredentialsArn != roleForIt {
				t.Errorf("integration = %s", show(&i))
			}
			r := g.onlyRoute(id)
			if *r.RouteKey != "$default" || *r.Target != "integrations/"+*i.IntegrationId || !*r.ApiGatewayManaged || r.AuthorizationType != "NONE" || *r.ApiKeyRequired {
				t.Errorf("route = %s", show(&r))
			}
			checkQuickStage(t, g, id)
		})
	}
}

func checkQuickStage(t *testing.T, g *gate, id *string) {
	t.Helper()
	st := g.stage(id, "$default")
	deps := ok[*v2.GetDeploymentsOutput](t)(g.GetDeployments(ctx, &v2.GetDeploymentsInput{ApiId: id})).Items
	if len(deps) != 1 || !*deps[0].AutoDeployed || deps[0].DeploymentStatus != "DEPLOYED" ||
		*deps[0].Description != "Automatic deployment triggered by changes to the Api configuration" {
		t.Fatalf("deployments = %v", deps)
	}
	if !*st.AutoDeploy || !*st.ApiGatewayManaged || *st.DeploymentId != *deps[0].DeploymentId ||
		*st.LastDeploymentStatusMessage != "Successfully deployed stage with deployment ID '"+*st.DeploymentId+"'" {
		t.Errorf("stage = %s", show(st))
	}
	d, err := g.repo.Deployment(ctx, *id, *st.DeploymentId)
	if err != nil || len(d.Routes) != 1 || len(d.Integrations) != 1 {
		t.Errorf("snapshot = %+v, %v", d, err)
	}
}

func TestQuickCreateWithRouteKey(t *testing.T) {
	g := start(t)
	id := g.quick(shopURL, func(in *v2.CreateApiInput) { in.RouteKey = aws.String("GET /shop") })
	if r := g.onlyRoute(id); *r.RouteKey != "GET /shop" {
		t.Errorf("route key = %q", *r.RouteKey)
	}
	ok[*v2.UpdateApiOutput](t)(g.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, RouteKey: aws.String("POST /shop")}))
	if r := g.onlyRoute(id); *r.RouteKey != "POST /shop" {
		t.Errorf("route key after update = %q", *r.RouteKey)
	}
	_, err := g.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, RouteKey: aws.String("POST shop")})
	wantError(t, err, badCode, "The provided route key has a path that does not begin with a slash")
}

func TestQuickUpdate(t *testing.T) {
	g := start(t)
	id := g.quick(shopURL, nil)
	before := *g.stage(id, "$default").DeploymentId
	ok[*v2.UpdateApiOutput](t)(g.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, Target: aws.String(echoARN), CredentialsArn: aws.String(roleForIt)}))
	i := g.onlyIntegration(id)
	if i.IntegrationType != types.IntegrationTypeAwsProxy || *i.IntegrationUri != echoARN || *i.PayloadFormatVersion != "2.0" || *i.CredentialsArn != roleForIt {
		t.Errorf("integration after update = %s", show(&i))
	}
	if *g.stage(id, "$default").DeploymentId == before {
		t.Error("the new target was not deployed")
	}
	ok[*v2.UpdateApiOutput](t)(g.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, CredentialsArn: aws.String("")}))
	if i := g.onlyIntegration(id); i.CredentialsArn != nil {
		t.Errorf("credentialsArn after removal = %q", *i.CredentialsArn)
	}
	_, err := g.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, Target: aws.String("")})
	wantError(t, err, badCode, "Invalid function ARN or invalid uri")
	_, err = g.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, RouteKey: aws.String("GET /")})
	wantError(t, err, badCode, "The route key of a managed $default route cannot be changed")
	_, err = g.UpdateRoute(ctx, &v2.UpdateRouteInput{ApiId: id, RouteId: g.onlyRoute(id).RouteId, RouteKey: aws.String("GET /")})
	wantError(t, err, badCode, "The route key of a managed $default route cannot be changed")
}

func TestManagedObjectsLeave(t *testing.T) {
	g := start(t)
	id := g.quick(shopURL, nil)
	i := g.onlyIntegration(id).IntegrationId
	ok[*v2.DeleteRouteOutput](t)(g.DeleteRoute(ctx, &v2.DeleteRouteInput{ApiId: id, RouteId: g.onlyRoute(id).RouteId}))
	_, err := g.DeleteIntegration(ctx, &v2.DeleteIntegrationInput{ApiId: id, IntegrationId: i})
	wantError(t, err, badCode, "An integration that is managed by API Gateway cannot be deleted")
	ok[*v2.DeleteStageOutput](t)(g.DeleteStage(ctx, &v2.DeleteStageInput{ApiId: id, StageName: aws.String("$default")}))
}
