package apigatewayv2

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

const logARN = "arn:aws:logs:us-east-1:000000000000:log-group:shop"

func TestStageDefaults(t *testing.T) {
	g := start(t)
	id := g.api()
	st := ok[*v2.CreateStageOutput](t)(g.CreateStage(ctx, &v2.CreateStageInput{ApiId: id, StageName: aws.String("dev"),
		DefaultRouteSettings: &types.RouteSettings{LoggingLevel: types.LoggingLevelOff, DataTraceEnabled: aws.Bool(false)}}))
	if st.RouteSettings == nil || st.StageVariables == nil || st.Tags == nil || st.AutoDeploy != nil || st.DeploymentId != nil || st.LastDeploymentStatusMessage != nil {
		t.Errorf("stage = %s", show(st))
	}
	if d := st.DefaultRouteSettings; d == nil || *d.DetailedMetricsEnabled || d.LoggingLevel != "" || d.DataTraceEnabled != nil {
		t.Errorf("default route settings = %v", d)
	}
}

func TestCreateStageRefuses(t *testing.T) {
	g := start(t)
	id := g.api()
	g.route(id, "GET /a")
	dep := ok[*v2.CreateDeploymentOutput](t)(g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: id})).DeploymentId
	g.autoStage(id, "taken")
	many := map[string]string{}
	for i := range 101 {
		many["v"+strings.Repeat("x", i/10)+string(rune('0'+i%10))] = "1"
	}
	settings := func(s types.RouteSettings) func(*v2.CreateStageInput) {
		return func(in *v2.CreateStageInput) { in.DefaultRouteSettings = &s }
	}
	variable := func(k, v string) func(*v2.CreateStageInput) {
		return func(in *v2.CreateStageInput) { in.StageVariables = map[string]string{k: v} }
	}
	logs := func(arn, format string) func(*v2.CreateStageInput) {
		return func(in *v2.CreateStageInput) {
			in.AccessLogSettings = &types.AccessLogSettings{DestinationArn: &arn, Format: &format}
		}
	}
	const logText = "Invalid ARN specified in the request. Access log destination must be a log group or a Firehose delivery stream: "
	for _, c := range []struct {
		name          string
		stage         string
		edit          func(*v2.CreateStageInput)
		code, message string
	}{
		{"taken", "taken", nil, conflictCode, "Stage already exists"},
		{"dollar", "$other", nil, badCode, "Stage name only allows a-zA-Z0-9_-"},
		{"slash", "a/b", nil, badCode, "Stage name only allows a-zA-Z0-9_-"},
		{"long name", strings.Repeat("x", 129), nil, badCode, "Stage name only allows a-zA-Z0-9_-"},
		{"unknown deployment", "s", func(in *v2.CreateStageInput) { in.DeploymentId = aws.String("zzz") }, missingCode, "Invalid deployment identifier specified"},
		{"deployment of its own", "s", func(in *v2.CreateStageInput) { in.DeploymentId, in.AutoDeploy = dep, aws.Bool(true) }, badCode, "Deployment ID cannot be set on a stage with auto-deploy enabled"},
		{"client certificate", "s", func(in *v2.CreateStageInput) { in.ClientCertificateId = aws.String("c") }, badCode, "ClientCertificateId is not supported for HTTP APIs"},
		{"description", "s", func(in *v2.CreateStageInput) { in.Description = aws.String(strings.Repeat("x", 1025)) }, badCode, "Invalid description specified: it can have at most 1024 characters"},
		{"tag", "s", func(in *v2.CreateStageInput) { in.Tags = map[string]string{"AWS:x": ""} }, badCode, "Invalid tag key AWS:x: the prefix aws: is reserved"},
		{"unknown route", "s", func(in *v2.CreateStageInput) { in.RouteSettings = map[string]types.RouteSettings{"GET /b": {}} }, missingCode, "Unable to find Route by key GET /b within the provided RouteSettings"},
		{"bad route setting", "s", func(in *v2.CreateStageInput) {
			in.RouteSettings = map[string]types.RouteSettings{"GET /a": {ThrottlingBurstLimit: aws.Int32(-1)}}
		}, badCode, "Invalid throttlingBurstLimit specified: -1"},
		{"rate", "s", settings(types.RouteSettings{ThrottlingRateLimit: aws.Float64(-0.5)}), badCode, "Invalid throttlingRateLimit specified: -0.5"},
		{"data trace", "s", settings(types.RouteSettings{DataTraceEnabled: aws.Bool(true)}), badCode, "Execution logs are not supported on protocolType HTTP"},
		{"logging", "s", settings(types.RouteSettings{LoggingLevel: types.LoggingLevelInfo}), badCode, "Execution logs are not supported on protocolType HTTP"},
		{"many variables", "s", func(in *v2.CreateStageInput) { in.StageVariables = many }, badCode, "A stage can have at most 100 stage variables"},
		{"variable name", "s", variable("a-b", "x"), badCode, "Invalid stage variable name specified: a-b"},
		{"long variable name", "s", variable(strings.Repeat("x", 65), "x"), badCode, "Invalid stage variable name specified: " + strings.Repeat("x", 65)},
		{"variable value", "s", variable("a", "x y"), badCode, "Invalid stage variable value for a: x y"},
		{"empty variable", "s", variable("a", ""), badCode, "Invalid stage variable value for a: "},
		{"log target", "s", logs("arn:aws:s3:::b", "x"), badCode, logText + "arn:aws:s3:::b"},
		{"Firehose name", "s", logs("arn:aws:firehose:us-east-1:000000000000:deliverystream/shop", "x"), badCode, logText + "arn:aws:firehose:us-east-1:000000000000:deliverystream/shop"},
		{"no format", "s", logs(logARN, ""), badCode, "Format must be specified for access log settings"},
		{"long format", "s", logs(logARN, strings.Repeat("x", 3073)), badCode, "The access log format can have at most 3072 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &v2.CreateStageInput{ApiId: id, StageName: &c.stage}
			if c.edit != nil {
				c.edit(in)
			}
			_, err := g.CreateStage(ctx, in)
			wantError(t, err, c.code, c.message)
		})
	}
}

func TestUpdateStage(t *testing.T) {
	g := start(t)
	id := g.api()
	g.route(id, "GET /a")
	g.route(id, "GET /b/{x}")
	ok[*v2.CreateStageOutput](t)(g.CreateStage(ctx, &v2.CreateStageInput{ApiId: id, StageName: aws.String("dev"),
		StageVariables: map[string]string{"a": "1", "b": "2"}, RouteSettings: map[string]types.RouteSettings{"GET /a": {ThrottlingBurstLimit: aws.Int32(1)}},
		DefaultRouteSettings: &types.RouteSettings{ThrottlingBurstLimit: aws.Int32(5), ThrottlingRateLimit: aws.Float64(2.5)}}))
	st := ok[*v2.UpdateStageOutput](t)(g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("dev"),
		StageVariables:       map[string]string{"a": "", "c": "3"},
		RouteSettings:        map[string]types.RouteSettings{"GET /b/{x}": {DetailedMetricsEnabled: aws.Bool(true)}},
		DefaultRouteSettings: &types.RouteSettings{ThrottlingRateLimit: aws.Float64(0)},
		AccessLogSettings:    &types.AccessLogSettings{DestinationArn: aws.String(logARN), Format: aws.String("$context.requestId")}}))
	if len(st.StageVariables) != 2 || st.StageVariables["b"] != "2" || st.StageVariables["c"] != "3" {
		t.Errorf("stage variables = %v", st.StageVariables)
	}
	if len(st.RouteSettings) != 2 || *st.RouteSettings["GET /a"].ThrottlingBurstLimit != 1 || !*st.RouteSettings["GET /b/{x}"].DetailedMetricsEnabled {
		t.Errorf("route settings = %s", show(st))
	}
	if d := st.DefaultRouteSettings; *d.ThrottlingBurstLimit != 5 || *d.ThrottlingRateLimit != 0 || *d.DetailedMetricsEnabled {
		t.Errorf("default settings = %s", show(st))
	}
	ok[*v2.DeleteRouteSettingsOutput](t)(g.DeleteRouteSettings(ctx, &v2.DeleteRouteSettingsInput{ApiId: id, StageName: aws.String("dev"), RouteKey: aws.String("GET /b/{x}")}))
	ok[*v2.DeleteAccessLogSettingsOutput](t)(g.DeleteAccessLogSettings(ctx, &v2.DeleteAccessLogSettingsInput{ApiId: id, StageName: aws.String("dev")}))
	if got := g.stage(id, "dev"); len(got.RouteSettings) != 1 || got.AccessLogSettings != nil {
		t.Errorf("after deleting settings: %s", show(got))
	}
	_, err := g.DeleteRouteSettings(ctx, &v2.DeleteRouteSettingsInput{ApiId: id, StageName: aws.String("dev"), RouteKey: aws.String("GET /b/{x}")})
	wantError(t, err, missingCode, "Unable to find Route by key GET /b/{x} within the provided RouteSettings")
	_, err = g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("dev"), RouteSettings: map[string]types.RouteSettings{"GET /zzz": {}}})
	wantError(t, err, missingCode, "Unable to find Route by key GET /zzz within the provided RouteSettings")
}

func TestAccessLogTargets(t *testing.T) {
	g := start(t)
	id := g.api()
	for _, arn := range []string{logARN, logARN + ":*", "arn:aws:logs:us-east-1:000000000000:log-group:/aws/http-api/shop", "arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-shop"} {
		st := ok[*v2.CreateStageOutput](t)(g.CreateStage(ctx, &v2.CreateStageInput{ApiId: id, StageName: aws.String("s"),
			AccessLogSettings: &types.AccessLogSettings{DestinationArn: &arn, Format: aws.String(strings.Repeat("x", 3072))}}))
		if *st.AccessLogSettings.DestinationArn != arn {
			t.Errorf("destination = %q, want %q", *st.AccessLogSettings.DestinationArn, arn)
		}
		out := ok[*v2.UpdateStageOutput](t)(g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: aws.String("s"), AccessLogSettings: &types.AccessLogSettings{}}))
		if out.AccessLogSettings != nil {
			t.Errorf("{} leaves access log settings: %s", show(out))
		}
		ok[*v2.DeleteStageOutput](t)(g.DeleteStage(ctx, &v2.DeleteStageInput{ApiId: id, StageName: aws.String("s")}))
	}
}

func TestUnknownStage(t *testing.T) {
	g := start(t)
	id, x := g.api(), aws.String("zzz")
	const message = "Invalid stage identifier specified"
	_, err := g.GetStage(ctx, &v2.GetStageInput{ApiId: id, StageName: x})
	wantError(t, err, missingCode, message)
	_, err = g.UpdateStage(ctx, &v2.UpdateStageInput{ApiId: id, StageName: x})
	wantError(t, err, missingCode, message)
	_, err = g.DeleteStage(ctx, &v2.DeleteStageInput{ApiId: id, StageName: x})
	wantError(t, err, missingCode, message)
	_, err = g.DeleteAccessLogSettings(ctx, &v2.DeleteAccessLogSettingsInput{ApiId: id, StageName: x})
	wantError(t, err, missingCode, message)
	_, err = g.DeleteRouteSettings(ctx, &v2.DeleteRouteSettingsInput{ApiId: id, StageName: x, RouteKey: aws.String("GET /")})
	wantError(t, err, missingCode, message)
	_, err = g.CreateDeployment(ctx, &v2.CreateDeploymentInput{ApiId: id, StageName: x})
	wantError(t, err, missingCode, message)
}
