package apigatewayv2

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func (g *gate) deploy(api, stage *string) *string {
	g.t.Helper()
	out, err := g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: api, StageName: stage})
	return ok[*v2.CreateDeploymentOutput](g.t)(out, err).DeploymentId
}

func TestDeploymentByHand(t *testing.T) {
	g := start(t)
	id := g.api()
	_, err := g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: id})
	wantError(t, err, badCode, "Unable to deploy API because no routes exist in this API")
	g.route(id, "GET /a")
	first := ok[*v2.CreateDeploymentOutput](t)(g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: id, Description: aws.String("one")}))
	if first.DeploymentStatus != "DEPLOYED" || *first.AutoDeployed || *first.Description != "one" || len(*first.DeploymentId) != 6 {
		t.Errorf("deployment = %s", show(first))
	}
	ok[*v2.CreateStageOutput](t)(g.CreateStage(ctx, &v2.CreateStageInput{ApiId: id, StageName: aws.String("dev"), DeploymentId: first.DeploymentId}))

	g.route(id, "GET /b") // invisible until deployed
	if d, err := g.repo.Deployment(ctx, *id, *g.stage(id, "dev").DeploymentId); err != nil || len(d.Routes) != 1 {
		t.Errorf("snapshot in use = %+v, %v, want one route", d, err)
	}
	second := g.deploy(id, aws.String("dev"))
	if got := *g.stage(id, "dev").DeploymentId; got != *second {
		t.Errorf("stage points to %s, want %s", got, *second)
	}
	if d, err := g.repo.Deployment(ctx, *id, *second); err != nil || len(d.Routes) != 2 {
		t.Errorf("second snapshot = %+v, %v, want two routes", d, err)
	}

	_, err = g.DeleteDeployment(ctx, &v2.DeleteDeploymentInput{ApiId: id, DeploymentId: second})
	wantError(t, err, badCode, "Active stages pointing to this deployment must be moved or deleted")
	ok[*v2.UpdateStageOutput](t)(g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("dev"), DeploymentId: first.DeploymentId}))
	ok[*v2.DeleteDeploymentOutput](t)(g.DeleteDeployment(ctx, &v2.DeleteDeploymentInput{ApiId: id, DeploymentId: second}))
	if _, err := g.repo.Deployment(ctx, *id, *second); err == nil {
		t.Error("the snapshot outlives its deployment")
	}
	_, err = g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("dev"), DeploymentId: second})
	wantError(t, err, missingCode, "Invalid deployment identifier specified")
}

func TestUnknownDeployment(t *testing.T) {
	g := start(t)
	id, x := g.api(), aws.String("zzz")
	const message = "Invalid deployment identifier specified"
	_, err := g.GetDeployment(ctx, &v2.GetDeploymentInput{ApiId: id, DeploymentId: x})
	wantError(t, err, missingCode, message)
	_, err = g.UpdateDeployment(ctx, &v2.UpdateDeploymentInput{ApiId: id, DeploymentId: x})
	wantError(t, err, missingCode, message)
	_, err = g.DeleteDeployment(ctx, &v2.DeleteDeploymentInput{ApiId: id, DeploymentId: x})
	wantError(t, err, missingCode, message)
	_, err = g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: id, Description: aws.String(strings.Repeat("x", 1025))})
	wantError(t, err, badCode, "Invalid description specified: it can have at most 1024 characters")
}

// TestAutoDeploy makes each kind of change and looks for a new snapshot.
func TestAutoDeploy(t *testing.T) {
	g := start(t)
	id := g.api()
	g.autoStage(id, "$default")
	if st := g.stage(id, "$default"); st.DeploymentId != nil || *st.LastDeploymentStatusMessage != "Deployment attempt failed: Unable to deploy API because no routes exist in this API" {
		t.Errorf("stage of an empty API: %s", show(st))
	}
	var i, r, x *string
	last := ""
	for _, c := range []struct {
		name    string
		deploys bool
		change  func()
	}{
		{"route", true, func() { r = g.route(id, "GET /a") }},
		{"integration", true, func() { i = g.integration(id) }},
		{"authorizer", true, func() { x = g.jwt(id) }},
		{"route update", true, func() {
			ok[*v2.UpdateRouteOutput](t)(g.UpdateRoute(ctx, &v2.UpdateRouteInput{ApiId: id, RouteId: r, Target: aws.String("integrations/" + *i), AuthorizationType: "JWT", AuthorizerId: x}))
		}},
		{"CORS", true, func() {
			ok[*v2.UpdateApiOutput](t)(g.UpdateApi(ctx, &v2.UpdateApiInput{ApiId: id, CorsConfiguration: &types.Cors{AllowOrigins: []string{"*"}}}))
		}},
		{"CORS removal", true, func() {
			ok[*v2.DeleteCorsConfigurationOutput](t)(g.DeleteCorsConfiguration(ctx, &v2.DeleteCorsConfigurationInput{ApiId: id}))
		}},
		{"stage variables", false, func() {
			ok[*v2.UpdateStageOutput](t)(g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("$default"), StageVariables: map[string]string{"a": "b"}}))
		}},
		{"tags", false, func() {
			ok[*v2.TagResourceOutput](t)(g.TagResource(ctx, &v2.TagResourceInput{ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/apis/" + *id), Tags: map[string]string{"a": "b"}}))
		}},
		{"deployment for no stage", false, func() { g.deploy(id, nil) }},
		{"last route", true, func() {
			ok[*v2.DeleteRouteOutput](t)(g.DeleteRoute(ctx, &v2.DeleteRouteInput{ApiId: id, RouteId: r}))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.change()
			st := g.stage(id, "$default")
			if (*st.DeploymentId != last) != c.deploys {
				t.Errorf("deployment %q after %q: new = %v, want %v", *st.DeploymentId, last, *st.DeploymentId != last, c.deploys)
			}
			last = *st.DeploymentId
			if want := "Successfully deployed stage with deployment ID '" + last + "'"; *st.LastDeploymentStatusMessage != want {
				t.Errorf("status message = %q, want %q", *st.LastDeploymentStatusMessage, want)
			}
			checkSnapshotIsCurrent(t, g, id, last)
		})
	}
}

func checkSnapshotIsCurrent(t *testing.T, g *gate, api *string, deployment string) {
	t.Helper()
	a, err := g.repo.Get(ctx, *api)
	if err != nil {
		t.Fatal(err)
	}
	d, err := g.repo.Deployment(ctx, *api, deployment)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(len(d.Routes), len(d.Integrations), len(d.Authorizers), d.API.CorsConfiguration != nil) !=
		fmt.Sprint(len(a.Routes), len(a.Integrations), len(a.Authorizers), a.API.CorsConfiguration != nil) {
		t.Errorf("the snapshot is not what the API is:\n%+v\n%+v", d, a)
	}
}

func TestAutoDeployRefusesDeploymentIDs(t *testing.T) {
	g := start(t)
	id := g.api()
	g.route(id, "GET /a")
	other := g.deploy(id, nil)
	g.autoStage(id, "$default")
	const message = "Deployment ID cannot be set on a stage with auto-deploy enabled"
	_, err := g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("$default"), DeploymentId: other})
	wantError(t, err, badCode, message)
	_, err = g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: id, StageName: aws.String("$default")})
	wantError(t, err, badCode, message)
	own := g.stage(id, "$default").DeploymentId
	ok[*v2.UpdateStageOutput](t)(g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("$default"), DeploymentId: own}))
	st := ok[*v2.UpdateStageOutput](t)(g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("$default"), AutoDeploy: aws.Bool(false), DeploymentId: other}))
	if *st.DeploymentId != *other || st.AutoDeploy != nil || st.LastDeploymentStatusMessage != nil {
		t.Errorf("after switching auto-deploy off: %s", show(st))
	}
	g.route(id, "GET /b")
	if got := g.stage(id, "$default"); *got.DeploymentId != *other {
		t.Error("a stage without autoDeploy was deployed")
	}
	st = ok[*v2.UpdateStageOutput](t)(g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("$default"), AutoDeploy: aws.Bool(true)}))
	if *st.DeploymentId == *other || !*st.AutoDeploy {
		t.Errorf("switching auto-deploy on did not deploy: %s", show(st))
	}
}

func TestOldAutomaticDeploymentsLeave(t *testing.T) {
	g := start(t)
	id := g.api()
	g.route(id, "GET /a")
	byHand := g.deploy(id, nil)
	g.autoStage(id, "$default")
	for n := range 30 {
		g.route(id, fmt.Sprintf("GET /%d", n))
	}
	list := ok[*v2.GetDeploymentsOutput](t)(g.GetDeployments(ctx, &v2.GetDeploymentsInput{ApiId: id})).Items
	snapshots, err := g.store.List(ctx, "deployments/")
	if err != nil || len(list) != keptSuperseded+2 || len(snapshots) != len(list) {
		t.Errorf("%d deployments, %d snapshots (%v), want %d", len(list), len(snapshots), err, keptSuperseded+2)
	}
	ok[*v2.GetDeploymentOutput](t)(g.GetDeployment(ctx, &v2.GetDeploymentInput{ApiId: id, DeploymentId: byHand}))
	ok[*v2.GetDeploymentOutput](t)(g.GetDeployment(ctx, &v2.GetDeploymentInput{ApiId: id, DeploymentId: g.stage(id, "$default").DeploymentId}))
}
