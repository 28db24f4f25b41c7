package apigatewayv2

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/plugins/accesslog"
)

const (
	maxStageVariables = 100
	maxVariableName   = 64   // characters
	maxVariableValue  = 512  // characters
	maxLogFormat      = 3072 // bytes, 3 KB
)

var (
	stageName     = regexp.MustCompile(`^(\$default|[A-Za-z0-9_-]{1,128})$`)
	variableName  = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
	variableValue = regexp.MustCompile(`^[A-Za-z0-9\-._~:/?#&=,]+$`)
	logTarget     = regexp.MustCompile(`^arn:aws[a-z-]*:(logs:[a-z0-9-]+:\d{12}:log-group:[\w./#-]{1,512}(:\*)?|firehose:[a-z0-9-]+:\d{12}:deliverystream/amazon-apigateway-[\w.-]+)$`)
)

// prepareStage checks a stage that is to be in a, and takes out what is empty.
// given are the route settings of the call: their routes must exist.
func prepareStage(a *definition.HTTPAPI, st *types.Stage, given map[string]types.RouteSettings) error {
	if !stageName.MatchString(str(st.StageName)) {
		return errStageName
	}
	tidy(st)
	if !isTrue(st.AutoDeploy) {
		st.AutoDeploy = nil // AWS shows it only when it is on
	}
	if err := prepareSettings(a, st, given); err != nil {
		return err
	}
	if st.ClientCertificateId != nil {
		return notForHTTP("clientCertificateId")
	}
	return cmp.Or(
		checkLength("description", st.Description, maxDescription),
		checkStageDeployment(a, st),
		prepareAccessLog(st),
		checkStageVariables(st.StageVariables),
		checkTags(st.Tags),
	)
}

// checkDeploymentID refuses to point a stage that deploys by itself elsewhere.
// The id it has already may be repeated: Terraform sends back what it read.
func checkDeploymentID(a *definition.HTTPAPI, st *types.Stage, given *string) error {
	before := a.Stage(*st.StageName)
	if isTrue(st.AutoDeploy) && given != nil && *given != str(before.DeploymentId) {
		return errAutoStage
	}
	return nil
}

func checkStageDeployment(a *definition.HTTPAPI, st *types.Stage) error {
	if st.DeploymentId == nil {
		return nil
	}
	if a.Stage(*st.StageName) == nil && isTrue(st.AutoDeploy) { // CreateStage
		return errAutoStage
	}
	if a.DeploymentInfo(*st.DeploymentId) == nil {
		return errNoDeployment
	}
	return nil
}

func prepareAccessLog(st *types.Stage) error {
	l := st.AccessLogSettings
	if l == nil {
		return nil
	}
	arn, format := str(l.DestinationArn), str(l.Format)
	switch {
	case arn == "" && format == "":
		st.AccessLogSettings = nil // {} removes it
	case !validLogTarget(arn):
		return badRequest("Invalid ARN specified in the request. Access log destination must be a log group or a Firehose delivery stream: %s", arn)
	case format == "":
		return badRequest("Format must be specified for access log settings")
	case len(format) > maxLogFormat:
		return badRequest("The access log format can have at most %d bytes", maxLogFormat)
	}
	if err := accesslog.ValidateFormat(format); err != nil {
		return badRequest("Invalid access log format specified: %s", format).Wrap(err)
	}
	return nil
}

// validLogTarget allows the ARN of a log group or a Firehose stream for which
// access logs have a place.
func validLogTarget(arn string) bool {
	_, err := accesslog.Name(arn)
	return err == nil && logTarget.MatchString(arn)
}

func checkStageVariables(variables map[string]string) error {
	if len(variables) > maxStageVariables {
		return badRequest("A stage can have at most %d stage variables", maxStageVariables)
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if len(name) > maxVariableName || !variableName.MatchString(name) {
			return badRequest("Invalid stage variable name specified: %s", name)
		}
		if v := variables[name]; len(v) > maxVariableValue || !variableValue.MatchString(v) {
			return badRequest("Invalid stage variable value for %s: %s", name, v)
		}
	}
	return nil
}

// prepareSettings checks default and route settings and takes out what says that
// execution logs are off: HTTP APIs have none.
func prepareSettings(a *definition.HTTPAPI, st *types.Stage, given map[string]types.RouteSettings) error {
	if err := prepareSetting(st.DefaultRouteSettings); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !hasRoute(a, key) {
			return noRouteSetting(key)
		}
		setting := given[key]
		if err := prepareSetting(&setting); err != nil {
			return err
		}
		st.RouteSettings[key] = setting
	}
	return nil
}

func prepareSetting(r *types.RouteSettings) error {
	switch {
	case isTrue(r.DataTraceEnabled), r.LoggingLevel == types.LoggingLevelError, r.LoggingLevel == types.LoggingLevelInfo:
		return errNoExecLogs
	case r.ThrottlingBurstLimit != nil && *r.ThrottlingBurstLimit < 0:
		return badRequest("Invalid throttlingBurstLimit specified: %d", *r.ThrottlingBurstLimit)
	case r.ThrottlingRateLimit != nil && !(*r.ThrottlingRateLimit >= 0): // NaN, too
		return badRequest("Invalid throttlingRateLimit specified: %v", *r.ThrottlingRateLimit)
	}
	r.DataTraceEnabled, r.LoggingLevel = nil, ""
	return nil
}

func hasRoute(a *definition.HTTPAPI, key string) bool {
	return slices.ContainsFunc(a.Routes, func(r types.Route) bool { return *r.RouteKey == key })
}

func noRouteSetting(key string) error {
	return notFound("RouteSettings", "Unable to find Route by key %s within the provided RouteSettings", key)
}
