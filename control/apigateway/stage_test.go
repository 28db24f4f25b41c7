package apigateway

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func TestStageErrors(t *testing.T) {
	create := func(r *rest, name, deployment string) error {
		return only(r.CreateStage(ctx, &v1.CreateStageInput{RestApiId: r.id, StageName: &name, DeploymentId: &deployment}))
	}
	deploy := func(r *rest, stage *string) error {
		return only(r.CreateDeployment(ctx, &v1.CreateDeploymentInput{RestApiId: r.id, StageName: stage, CanarySettings: &types.DeploymentCanarySettings{}}))
	}
	edit := func(ops ...types.PatchOperation) func(*rest) error {
		return func(r *rest) error { return only(r.edit(ops...)) }
	}
	listed := func(path string) string {
		return "Invalid method setting path: " + path + ". Must be one of: [" + stagePaths + "]"
	}
	none := func(key string) string {
		return "Cannot remove method setting " + key + " because there is no method setting for this method "
	}
	copies := "Invalid copy operation with path: /variables and from /deploymentId. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]"
	checkRefusals(t, []refusal{
		{"unknown", func(r *rest) error {
			return only(r.GetStage(ctx, &v1.GetStageInput{RestApiId: r.id, StageName: aws.String("nope")}))
		}, isMissing, "Invalid stage identifier specified"},
		{"twice", func(r *rest) error { return create(r, "prod", *r.stage("prod").DeploymentId) }, isConflict, "Stage already exists"},
		{"no deployment", func(r *rest) error { return create(r, "a", "") }, isBad, "DeploymentId cannot be empty"},
		{"unknown deployment", func(r *rest) error { return create(r, "a", "nope") }, isBad, "Deployment id does not exist"},
		{"name", func(r *rest) error { return create(r, "a.b", *r.stage("prod").DeploymentId) }, isBad, "Stage name only allows a-zA-Z0-9_-"},
		{"unknown canary", func(r *rest) error {
			return only(r.CreateStage(ctx, &v1.CreateStageInput{RestApiId: r.id, StageName: aws.String("a"), DeploymentId: r.stage("prod").DeploymentId,
				CanarySettings: &types.CanarySettings{DeploymentId: aws.String("nope")}}))
		}, isBad, "Deployment id does not exist"},
		{"canary without stage", func(r *rest) error { return deploy(r, nil) }, isBad,
			"Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is null"},
		{"canary with empty stage", func(r *rest) error { return deploy(r, aws.String("")) }, isBad,
			"Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is "},
		{"canary on unknown stage", func(r *rest) error { return deploy(r, aws.String("a")) }, isBad,
			"Invalid deployment content specified.Stage a must already be created before making a canary release deployment"},
		{"deployment used", func(r *rest) error {
			return only(r.DeleteDeployment(ctx, &v1.DeleteDeploymentInput{RestApiId: r.id, DeploymentId: r.stage("prod").DeploymentId}))
		}, isBad, "Active stages pointing to this deployment must be moved or deleted"},
		{"deployment unknown", func(r *rest) error {
			return only(r.GetDeployment(ctx, &v1.GetDeploymentInput{RestApiId: r.id, DeploymentId: aws.String("nope")}))
		}, isMissing, "Invalid Deployment identifier specified"},
		{"no integration", func(r *rest) error {
			r.method(r.root, "PUT")
			return only(r.CreateDeployment(ctx, &v1.CreateDeploymentInput{RestApiId: r.id}))
		}, isBad, "No integration defined for method"},
		{"no methods", func(r *rest) error {
			return only(r.CreateDeployment(ctx, &v1.CreateDeploymentInput{RestApiId: r.rest().id}))
		}, isBad, "The REST API doesn't contain any methods"},
		{"patch unknown", edit(patch("replace", "/wrong", "x")), isBad, listed("/wrong")},
		{"patch canary whole", edit(patch("replace", "/canarySettings", "x")), isBad, listed("/canarySettings")},
		{"patch setting unknown", edit(patch("replace", "/*/*/wrong/x", "x")), isBad, listed("/*/*/wrong/x")},
		{"remove setting", edit(patch("remove", "/*/*", "")), isBad, none("*/*")},
		{"remove log format", edit(patch("remove", "/accessLogSettings/format", "")), isBad, none("accessLogSettings/format")},
		{"remove percent", edit(patch("remove", "/canarySettings/percentTraffic", "")), isBad, none("canarySettings/percentTraffic")},
		{"log path", edit(patch("replace", "/accessLogSettings/wrong", "x")), isBad, "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]"},
		{"log value", edit(patch("replace", "/accessLogSettings/format", "")), isBad, "Access Log value must not be empty"},
		{"add canary deployment", edit(patch("add", "/canarySettings/deploymentId", "x")), isBad, "Invalid add operation with path: /canarySettings/deploymentId"},
		{"bad copy", edit(copyOp("/variables", "/deploymentId")), isBad, copies},
		{"promote nothing", edit(copyOp("/deploymentId", "/canarySettings/deploymentId")), isBad, "Promotion not available. Canary does not exist."},
		{"patch deployment", edit(patch("replace", "/deploymentId", "nope")), isBad, "Deployment id does not exist"},
		{"patch no path", edit(types.PatchOperation{Op: "replace"}), isBad, "Invalid patch path null"},
		{"percent", edit(patch("replace", "/canarySettings/percentTraffic", "101")), isBad, "Invalid canary percentTraffic specified, must be between 0.0 and 100.0"},
		{"certificate", edit(patch("replace", "/clientCertificateId", "nope")), isMissing, "Invalid Client Certificate identifier specified"},
	})
}

func TestMethodSettings(t *testing.T) {
	r := openDesk(t).rest()
	r.mock(r.root, "GET")
	r.deploy("prod")
	for _, c := range []struct{ path, value, key string }{
		{"/*/*/metrics/enabled", "true", "*/*"},
		{"/*/*/logging/loglevel", "INFO", "*/*"},
		{"/test/GET/throttling/burstLimit", "7", "test/GET"},
		{"/~1resourceName/GET/caching/ttlInSeconds", "10", "~1resourceName/GET"},
		{"/~1/POST/caching/unauthorizedCacheControlHeaderStrategy", "FAIL_WITH_403", "~1/POST"},
	} {
		out, err := r.edit(patch("replace", c.path, c.value))
		if _, ok := done(t, out, err).MethodSettings[c.key]; !ok {
			t.Errorf("after %s settings are %v, want a key %q", c.path, out.MethodSettings, c.key)
		}
	}
	got := r.stage("prod").MethodSettings
	level := "INFO"
	want := defaultSetting()
	want.MetricsEnabled, want.LoggingLevel = true, &level
	if s := got["*/*"]; printed(&s) != printed(&want) {
		t.Errorf("*/* = %s, want %s", printed(&s), printed(&want))
	}
	if s := got["test/GET"]; s.ThrottlingBurstLimit != 7 || s.ThrottlingRateLimit != 10000 || s.LoggingLevel != nil {
		t.Errorf("test/GET = %s", printed(&s))
	}
	out, err := r.edit(patch("remove", "/test/GET", ""))
	if _, ok := done(t, out, err).MethodSettings["test/GET"]; ok {
		t.Error("a removed key stays")
	}
}

// TestCanary goes the way of a release: canary, override, promotion, removal.
func TestCanary(t *testing.T) {
	r := openDesk(t).rest()
	r.mock(r.root, "GET")
	first := r.deploy("prod")
	out, err := r.CreateDeployment(ctx, &v1.CreateDeploymentInput{RestApiId: r.id, StageName: aws.String("prod"),
		CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: 10, StageVariableOverrides: map[string]string{"v": "2"}}})
	second := done(t, out, err).Id
	st := r.stage("prod")
	if *st.DeploymentId != *first || *st.CanarySettings.DeploymentId != *second || st.CanarySettings.PercentTraffic != 10 {
		t.Fatalf("with a canary the stage is %s", printed(st))
	}
	up, err := r.edit(patch("replace", "/variables/w", "1"), patch("replace", "/canarySettings/stageVariableOverrides/x", "3"),
		copyOp("/deploymentId", "/canarySettings/deploymentId"), copyOp("/variables", "/canarySettings/stageVariableOverrides"))
	st = reply[v1.GetStageOutput](done(t, up, err))
	if *st.DeploymentId != *second || st.CanarySettings == nil || len(st.Variables) != 3 || st.Variables["v"] != "2" {
		t.Errorf("promoted the stage is %s", printed(st))
	}
	up, err = r.edit(patch("remove", "/canarySettings", ""))
	if done(t, up, err).CanarySettings != nil {
		t.Error("a removed canary stays")
	}
	up, err = r.edit(patch("replace", "/canarySettings/deploymentId", *first))
	if c := done(t, up, err).CanarySettings; *c.DeploymentId != *first || c.PercentTraffic != 0 {
		t.Errorf("replacing the deployment makes %v", c)
	}
}

// TestPatchIsAtomic: the second operation's error undoes the first.
func TestPatchIsAtomic(t *testing.T) {
	r := openDesk(t).rest()
	r.mock(r.root, "GET")
	r.deploy("prod")
	before := r.stage("prod")
	if _, err := r.edit(patch("replace", "/description", "x"), patch("replace", "/wrong", "y")); err == nil {
		t.Fatal("no error")
	}
	alike(t, "the stage after a refused patch", r.stage("prod"), before)
}

// TestDeploymentIsASnapshot: later edits of the API stay out of it.
func TestDeploymentIsASnapshot(t *testing.T) {
	r := openDesk(t).rest()
	pets := r.resource("pets")
	r.mock(pets, "GET")
	id := r.deploy("prod")
	_, err := r.DeleteResource(ctx, &v1.DeleteResourceInput{RestApiId: r.id, ResourceId: pets})
	if err != nil {
		t.Fatal(err)
	}
	r.mock(r.root, "POST")
	d, err := r.repo.RestDeployment(ctx, *r.id, *id)
	if err != nil || len(d.Resources) != 2 || d.Resource(*pets).ResourceMethods["GET"].MethodIntegration == nil || len(d.Models) != 2 {
		t.Errorf("RestDeployment = %+v, %v", d, err)
	}
	out, err := r.GetDeployment(ctx, &v1.GetDeploymentInput{RestApiId: r.id, DeploymentId: id, Embed: []string{"apisummary"}})
	sum := done(t, out, err).ApiSummary
	if len(sum) != 1 || *sum["/pets"]["GET"].AuthorizationType != "NONE" {
		t.Errorf("ApiSummary = %v", sum)
	}
	plain, err := r.GetDeployment(ctx, &v1.GetDeploymentInput{RestApiId: r.id, DeploymentId: id})
	if done(t, plain, err).ApiSummary != nil {
		t.Error("a summary that was not asked for")
	}
}

func TestCreateDeploymentMakesAndRepointsStages(t *testing.T) {
	r := openDesk(t).rest()
	r.mock(r.root, "GET")
	out, err := r.CreateDeployment(ctx, &v1.CreateDeploymentInput{RestApiId: r.id, StageName: aws.String("prod"), StageDescription: aws.String("s"),
		Variables: map[string]string{"a": "1"}, CacheClusterEnabled: aws.Bool(true), TracingEnabled: aws.Bool(true)})
	first := done(t, out, err).Id
	st := r.stage("prod")
	if *st.DeploymentId != *first || *st.Description != "s" || st.Variables["a"] != "1" || st.CacheClusterSize != "0.5" || st.CacheClusterStatus != "AVAILABLE" || !st.TracingEnabled {
		t.Errorf("the new stage is %s", printed(st))
	}
	second := r.deploy("prod")
	if again := r.stage("prod"); *again.DeploymentId != *second || again.Variables["a"] != "1" || !again.CacheClusterEnabled {
		t.Errorf("the repointed stage is %s", printed(again))
	}
	up, err := r.edit(patch("replace", "/deploymentId", *first)) // rollback
	if *done(t, up, err).DeploymentId != *first {
		t.Error("no rollback")
	}
	list, err := r.GetStages(ctx, &v1.GetStagesInput{RestApiId: r.id, DeploymentId: second})
	if n := len(done(t, list, err).Item); n != 0 {
		t.Errorf("%d stages on a deployment that none serves", n)
	}
}

func TestFlush(t *testing.T) {
	var flushed []string
	d := openWith(t, func(c *Config) {
		c.FlushCache = func(api, stage string) error { flushed = append(flushed, "data "+stage); return nil }
		c.FlushAuthorizers = func(api, stage string) error { flushed = append(flushed, "authorizers "+stage); return nil }
	})
	r := d.rest()
	r.mock(r.root, "GET")
	r.deploy("prod")
	if err := only(r.FlushStageCache(ctx, &v1.FlushStageCacheInput{RestApiId: r.id, StageName: aws.String("prod")})); err != nil {
		t.Error(err)
	}
	if err := only(r.FlushStageAuthorizersCache(ctx, &v1.FlushStageAuthorizersCacheInput{RestApiId: r.id, StageName: aws.String("prod")})); err != nil {
		t.Error(err)
	}
	if got := strings.Join(flushed, ", "); got != "data prod, authorizers prod" {
		t.Errorf("flushed %s", got)
	}
	fails(t, only(r.FlushStageCache(ctx, &v1.FlushStageCacheInput{RestApiId: r.id, StageName: aws.String("nope")})), isMissing, "Invalid stage identifier specified")
}
