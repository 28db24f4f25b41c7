package apigateway

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/plugins/accesslog"
	"gatehouse/plugins/expr"
)

const (
	maxStageVariables = 100
	maxVariableName   = 64  // characters
	maxVariableValue  = 512 // characters
)

var (
	stageName     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	variableName  = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
	variableValue = regexp.MustCompile(`^[A-Za-z0-9\-._~:/?#&=,]+$`)
	logTarget     = regexp.MustCompile(`^arn:aws[a-z-]*:(logs:[a-z0-9-]+:\d{12}:log-group:[\w./#-]{1,512}(:\*)?|firehose:[a-z0-9-]+:\d{12}:deliverystream/amazon-apigateway-[\w.-]+)$`)

	errStageName = badRequest("Stage name only allows a-zA-Z0-9_-")
)

// prepareStage checks a stage that is to be in a, and fills in what AWS shows.
func prepareStage(a *definition.RestAPI, st *types.Stage) error {
	if !stageName.MatchString(str(st.StageName)) {
		return errStageName
	}
	tidy(st)
	prepareCache(st)
	if err := checkStageDeployments(a, st); err != nil {
		return err
	}
	if v := st.DocumentationVersion; v != nil && a.Documentation(*v) == nil {
		return errNoDocVersion
	}
	if err := checkStageVariables(st.Variables); err != nil {
		return err
	}
	return checkAccessLog(st.AccessLogSettings)
}

// prepareCache: a cache is there as soon as it is asked for.
func prepareCache(st *types.Stage) {
	if st.CacheClusterStatus = types.CacheClusterStatusNotAvailable; !st.CacheClusterEnabled {
		return
	}
	st.CacheClusterStatus = types.CacheClusterStatusAvailable
	if st.CacheClusterSize == "" {
		st.CacheClusterSize = types.CacheClusterSizeSize0Point5Gb
	}
}

func checkStageDeployments(a *definition.RestAPI, st *types.Stage) error {
	if st.DeploymentId == nil {
		return errNoDeployID
	}
	if a.DeploymentInfo(*st.DeploymentId) == nil {
		return errDeployMissing
	}
	canary := st.CanarySettings
	if canary == nil {
		return nil
	}
	if a.DeploymentInfo(str(canary.DeploymentId)) == nil {
		return errDeployMissing
	}
	if !(canary.PercentTraffic >= 0 && canary.PercentTraffic <= 100) { // NaN, too
		return badRequest("Invalid canary percentTraffic specified, must be between 0.0 and 100.0")
	}
	return checkStageVariables(canary.StageVariableOverrides)
}

func checkStageVariables(variables map[string]string) error {
	if len(variables) > maxStageVariables {
		return badRequest("A stage can have at most %d stage variables", maxStageVariables)
	}
	for _, name := range sorted(variables) {
		if len(name) > maxVariableName || !variableName.MatchString(name) {
			return badRequest("Invalid stage variable name specified: %s", name)
		}
		if v := variables[name]; len(v) > maxVariableValue || !variableValue.MatchString(v) {
			return badRequest("Invalid stage variable value for %s: %s", name, v)
		}
	}
	return nil
}

// checkAccessLog looks at what is there: a stage may have a format before it has
// a destination.
func checkAccessLog(l *types.AccessLogSettings) error {
	if l == nil {
		return nil
	}
	if arn := l.DestinationArn; arn != nil {
		if _, err := accesslog.Name(*arn); err != nil || !logTarget.MatchString(*arn) {
			return badRequest("Invalid ARN specified in the request. Access log destination must be a log group or a Firehose delivery stream: %s", *arn)
		}
	}
	if l.Format != nil {
		if _, err := expr.CompileLine(*l.Format, expr.RESTLog); err != nil {
			return badRequest("Invalid access log format specified: %s", *l.Format).Wrap(err)
		}
	}
	return nil
}
