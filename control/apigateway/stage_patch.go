package apigateway

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// stagePaths is the list that AWS prints, with the separators it forgets.
const stagePaths = "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled"

var (
	errLogPath   = badRequest("Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]")
	errLogValue  = badRequest("Access Log value must not be empty")
	errPromotion = badRequest("Promotion not available. Canary does not exist.")
)

// stageEdit is a stage while it is patched. Its rules differ from those of other
// resources: most words are of their own, and copy exists.
type stageEdit struct {
	*types.Stage
	api *definition.RestAPI
}

// apply runs one operation of a PATCH.
func (e *stageEdit) apply(op types.PatchOperation) error {
	if op.Path == nil {
		return badRequest("Invalid patch path null")
	}
	p := patchOp{op: op.Op, path: *op.Path, value: str(op.Value), given: op.Value != nil, from: str(op.From)}
	switch p.op {
	case types.OpCopy:
		return e.promote(p)
	case types.OpRemove:
		return e.remove(p)
	case types.OpAdd, types.OpReplace:
		return e.set(p)
	}
	return badOp(p)
}

// promote copies from the canary.
func (e *stageEdit) promote(p patchOp) error {
	deployment := p.path == "/deploymentId" && p.from == "/canarySettings/deploymentId"
	variables := p.path == "/variables" && p.from == "/canarySettings/stageVariableOverrides"
	if !deployment && !variables {
		return badRequest("Invalid copy operation with path: %s and from %s. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]", p.path, p.from)
	}
	if e.CanarySettings == nil {
		return errPromotion
	}
	if deployment {
		e.DeploymentId = e.CanarySettings.DeploymentId
		return nil
	}
	e.Variables = shown(e.Variables)
	maps.Copy(e.Variables, e.CanarySettings.StageVariableOverrides)
	return nil
}

// remove takes away what can be absent.
func (e *stageEdit) remove(p patchOp) error {
	key := strings.TrimPrefix(p.path, "/")
	segments := strings.Split(key, "/")
	switch {
	case key == "accessLogSettings":
		e.AccessLogSettings = nil
		return nil
	case key == "canarySettings":
		e.CanarySettings = nil
		return nil
	case len(segments) == 2 && segments[0] == "variables":
		delete(e.Variables, pointerEscapes.Replace(segments[1]))
		return nil
	case len(segments) == 3 && segments[0] == "canarySettings" && segments[1] == "stageVariableOverrides" && e.CanarySettings != nil:
		delete(e.CanarySettings.StageVariableOverrides, pointerEscapes.Replace(segments[2]))
		return nil
	}
	if _, set := e.MethodSettings[key]; !set {
		return badRequest("Cannot remove method setting %s because there is no method setting for this method ", key)
	}
	delete(e.MethodSettings, key)
	return nil
}

// set is what add and replace do.
func (e *stageEdit) set(p patchOp) error {
	segments := strings.Split(strings.TrimPrefix(p.path, "/"), "/")
	switch {
	case segments[0] == "accessLogSettings":
		return e.setAccessLog(p)
	case segments[0] == "canarySettings" && len(segments) > 1:
		return e.setCanary(p, segments[1:])
	case segments[0] == "variables" && len(segments) == 2:
		e.Variables = shown(e.Variables)
		e.Variables[pointerEscapes.Replace(segments[1])] = p.value
		return nil
	case len(segments) == 4:
		return e.setMethod(p, segments)
	}
	if p.op == types.OpAdd && slices.Contains(stageMembers, segments[0]) && len(segments) == 1 {
		return badRequest("Invalid add operation with path: %s", p.path)
	}
	return e.setMember(p)
}

var stageMembers = []string{"deploymentId", "description", "cacheClusterEnabled", "cacheClusterSize", "clientCertificateId", "documentationVersion", "tracingEnabled"}

func (e *stageEdit) setMember(p patchOp) error {
	switch p.path {
	case "/deploymentId":
		if e.api.DeploymentInfo(p.value) == nil {
			return errDeployMissing
		}
		e.DeploymentId = &p.value
	case "/description":
		e.Description = &p.value
	case "/clientCertificateId":
		e.ClientCertificateId = &p.value
	case "/documentationVersion":
		e.DocumentationVersion = &p.value
	case "/tracingEnabled":
		e.TracingEnabled = isTrueText(p.value)
	case "/cacheClusterEnabled":
		e.CacheClusterEnabled = isTrueText(p.value)
	case "/cacheClusterSize":
		return setEnum(func(st *types.Stage) *types.CacheClusterSize { return &st.CacheClusterSize })(e.Stage, p)
	default:
		return badStagePath(p)
	}
	return nil
}

func badStagePath(p patchOp) error {
	return badRequest("Invalid method setting path: %s. Must be one of: [%s]", p.path, stagePaths)
}

func (e *stageEdit) setAccessLog(p patchOp) error {
	l := types.AccessLogSettings{}
	if e.AccessLogSettings != nil {
		l = *e.AccessLogSettings
	}
	switch p.path {
	case "/accessLogSettings/destinationArn":
		l.DestinationArn = &p.value
	case "/accessLogSettings/format":
		l.Format = &p.value
	default:
		return errLogPath
	}
	if p.value == "" {
		return errLogValue
	}
	e.AccessLogSettings = &l
	return nil
}

// setCanary edits the canary; the first edit makes it, on the stage's own
// deployment.
func (e *stageEdit) setCanary(p patchOp, path []string) error {
	override := len(path) == 2 && path[0] == "stageVariableOverrides"
	if p.op == types.OpAdd && !override {
		return badRequest("Invalid add operation with path: %s", p.path)
	}
	canary := types.CanarySettings{DeploymentId: e.DeploymentId}
	if e.CanarySettings != nil {
		canary = *e.CanarySettings
	}
	switch {
	case override:
		canary.StageVariableOverrides = shown(canary.StageVariableOverrides)
		canary.StageVariableOverrides[pointerEscapes.Replace(path[1])] = p.value
	case path[0] == "deploymentId":
		if e.api.DeploymentInfo(p.value) == nil {
			return errDeployMissing
		}
		canary.DeploymentId = &p.value
	case path[0] == "useStageCache":
		canary.UseStageCache = isTrueText(p.value)
	case path[0] == "percentTraffic":
		percent, err := strconv.ParseFloat(p.value, 64)
		if err != nil {
			return badPatchValue(p)
		}
		canary.PercentTraffic = percent
	default:
		return badStagePath(p)
	}
	e.CanarySettings = &canary
	return nil
}

// setMethod edits one method setting. Its key is what stood before the setting,
// as it was written.
func (e *stageEdit) setMethod(p patchOp, segments []string) error {
	key, name := segments[0]+"/"+segments[1], segments[2]+"/"+segments[3]
	edit, known := methodSettings[name]
	if !known || segments[0] == "" || segments[1] != "*" && !slices.Contains(verbs, segments[1]) {
		return badStagePath(p)
	}
	setting, set := e.MethodSettings[key]
	if !set {
		setting = defaultSetting()
	}
	if err := edit(&setting, p); err != nil {
		return err
	}
	e.MethodSettings = shown(e.MethodSettings)
	e.MethodSettings[key] = setting
	return nil
}

// defaultSetting is what the first write to a key creates.
func defaultSetting() types.MethodSetting {
	return types.MethodSetting{ThrottlingBurstLimit: 5000, ThrottlingRateLimit: 10000, CacheTtlInSeconds: 300,
		RequireAuthorizationForCacheControl:    true,
		UnauthorizedCacheControlHeaderStrategy: types.UnauthorizedCacheControlHeaderStrategySucceedWithResponseHeader}
}

const maxCacheTTL = 3600 // seconds

var methodSettings = map[string]func(*types.MethodSetting, patchOp) error{
	"metrics/enabled":                             setFlag(func(m *types.MethodSetting) *bool { return &m.MetricsEnabled }),
	"logging/dataTrace":                           setFlag(func(m *types.MethodSetting) *bool { return &m.DataTraceEnabled }),
	"caching/enabled":                             setFlag(func(m *types.MethodSetting) *bool { return &m.CachingEnabled }),
	"caching/dataEncrypted":                       setFlag(func(m *types.MethodSetting) *bool { return &m.CacheDataEncrypted }),
	"caching/requireAuthorizationForCacheControl": setFlag(func(m *types.MethodSetting) *bool { return &m.RequireAuthorizationForCacheControl }),
	"caching/unauthorizedCacheControlHeaderStrategy": setEnum(func(m *types.MethodSetting) *types.UnauthorizedCacheControlHeaderStrategy {
		return &m.UnauthorizedCacheControlHeaderStrategy
	}),
	"logging/loglevel": func(m *types.MethodSetting, p patchOp) error {
		if !slices.Contains([]string{"OFF", "ERROR", "INFO"}, p.value) {
			return badPatchValue(p)
		}
		m.LoggingLevel = &p.value
		return nil
	},
	"throttling/burstLimit": func(m *types.MethodSetting, p patchOp) error {
		n, err := strconv.ParseInt(p.value, 10, 32)
		if err != nil || n < -1 {
			return badPatchValue(p)
		}
		m.ThrottlingBurstLimit = int32(n)
		return nil
	},
	"throttling/rateLimit": func(m *types.MethodSetting, p patchOp) error {
		rate, err := strconv.ParseFloat(p.value, 64)
		if err != nil || !(rate >= -1) || rate > 1e9 { // NaN, too
			return badPatchValue(p)
		}
		m.ThrottlingRateLimit = rate
		return nil
	},
	"caching/ttlInSeconds": func(m *types.MethodSetting, p patchOp) error {
		n, err := strconv.ParseInt(p.value, 10, 32)
		if err != nil || n < 0 || n > maxCacheTTL {
			return badPatchValue(p)
		}
		m.CacheTtlInSeconds = int32(n)
		return nil
	},
}
