package apigateway

import (
	"slices"
	"time"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) deploymentOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateDeployment", "POST", deployments, 201, s.createDeployment),
		wire.Op("GetDeployment", "GET", deployment, 200, s.getDeployment),
		wire.Op("GetDeployments", "GET", deployments, 200, s.getDeployments),
		wire.Op("UpdateDeployment", "PATCH", deployment, 200, s.updateDeployment),
		wire.Op("DeleteDeployment", "DELETE", deployment, 202, s.deleteDeployment),
	}
}

var (
	errNoMethods     = badRequest("The REST API doesn't contain any methods")
	errNotIntegrated = badRequest("No integration defined for method")
	errDeployUsed    = badRequest("Active stages pointing to this deployment must be moved or deleted")
)

// checkDeployable refuses an API that could serve nothing, or not all it says.
func (s *service) checkDeployable(a *definition.RestAPI) error {
	methods := 0
	for _, r := range a.Resources {
		for _, m := range r.ResourceMethods {
			if methods++; m.MethodIntegration == nil {
				return errNotIntegrated
			}
		}
	}
	if methods == 0 {
		return errNoMethods
	}
	if s.CheckDeployment == nil {
		return nil
	}
	return s.CheckDeployment(a.Draft())
}

func (s *service) createDeployment(c *wire.Call, in *v1.CreateDeploymentInput) (*v1.CreateDeploymentOutput, error) {
	var d types.Deployment
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if err := checkCanaryTarget(a, in); err != nil {
			return err
		}
		if err := s.checkDeployable(a); err != nil {
			return err
		}
		d = types.Deployment{CreatedDate: ptr(s.now()), Description: in.Description,
			Id: freeID(childIDLength, func(id string) bool { return a.DeploymentInfo(id) != nil })}
		tidy(&d)
		a.Deploy(d)
		return s.serve(c, a, &d, in)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateDeploymentOutput](&d), nil
}

// checkCanaryTarget wants a stage to make a canary on.
func checkCanaryTarget(a *definition.RestAPI, in *v1.CreateDeploymentInput) error {
	if in.CanarySettings == nil {
		return nil
	}
	if str(in.StageName) == "" {
		value := "null"
		if in.StageName != nil {
			value = ""
		}
		return badRequest("Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is %s", value)
	}
	if a.Stage(*in.StageName) == nil {
		return badRequest("Invalid deployment content specified.Stage %s must already be created before making a canary release deployment", *in.StageName)
	}
	return nil
}

// serve points the stage that a deployment is for to it; a stage that is not
// there is made.
func (s *service) serve(c *wire.Call, a *definition.RestAPI, d *types.Deployment, in *v1.CreateDeploymentInput) error {
	if str(in.StageName) == "" {
		return nil
	}
	st := a.Stage(*in.StageName)
	switch {
	case st == nil:
		if err := room(c, len(a.Stages), s.Limits.Stages, "Stages", "API"); err != nil {
			return err
		}
		a.Stages = append(a.Stages, s.newStage(*in.StageName))
		st = &a.Stages[len(a.Stages)-1]
		st.DeploymentId = d.Id
	case in.CanarySettings != nil:
		st.CanarySettings = &types.CanarySettings{DeploymentId: d.Id, PercentTraffic: in.CanarySettings.PercentTraffic,
			StageVariableOverrides: in.CanarySettings.StageVariableOverrides, UseStageCache: in.CanarySettings.UseStageCache}
	default:
		st.DeploymentId = d.Id
	}
	applyToStage(st, in)
	st.LastUpdatedDate = d.CreatedDate
	return prepareStage(a, st)
}

// applyToStage sets what CreateDeployment says of its stage.
func applyToStage(st *types.Stage, in *v1.CreateDeploymentInput) {
	if in.StageDescription != nil {
		st.Description = in.StageDescription
	}
	if in.CacheClusterEnabled != nil {
		st.CacheClusterEnabled = *in.CacheClusterEnabled
	}
	if in.CacheClusterSize != "" {
		st.CacheClusterSize = in.CacheClusterSize
	}
	if in.Variables != nil {
		st.Variables = in.Variables
	}
	if in.TracingEnabled != nil {
		st.TracingEnabled = *in.TracingEnabled
	}
}

func (s *service) getDeployment(c *wire.Call, in *v1.GetDeploymentInput) (*v1.GetDeploymentOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	d := a.DeploymentInfo(str(in.DeploymentId))
	if d == nil {
		return nil, errNoDeployment
	}
	out := reply[v1.GetDeploymentOutput](d)
	if slices.Contains(in.Embed, "apisummary") {
		snapshot, err := s.repo.RestDeployment(c.Context, a.ID(), *d.Id)
		if err != nil {
			return nil, storeError(err)
		}
		out.ApiSummary = summary(snapshot)
	}
	return out, nil
}

// summary is what each path of a snapshot has for methods.
func summary(d *definition.RestDeployment) map[string]map[string]types.MethodSnapshot {
	paths := map[string]map[string]types.MethodSnapshot{}
	for _, r := range d.Resources {
		for verb, m := range r.ResourceMethods {
			if paths[*r.Path] == nil {
				paths[*r.Path] = map[string]types.MethodSnapshot{}
			}
			paths[*r.Path][verb] = types.MethodSnapshot{AuthorizationType: m.AuthorizationType, ApiKeyRequired: *m.ApiKeyRequired}
		}
	}
	return paths
}

func (s *service) getDeployments(c *wire.Call, in *v1.GetDeploymentsInput) (*v1.GetDeploymentsOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	key := func(d types.Deployment) string { return d.CreatedDate.Format(time.RFC3339) + *d.Id }
	items, next, err := page(a.Deployments, key, in.Limit, in.Position)
	return &v1.GetDeploymentsOutput{Items: items, Position: next}, err
}

var deploymentPatches = patchRules[types.Deployment]{listed: "/description", rules: []rule[types.Deployment]{
	{"/description", "replace", setText(func(d *types.Deployment) **string { return &d.Description })},
}}

func (s *service) updateDeployment(c *wire.Call, in *v1.UpdateDeploymentInput) (*v1.UpdateDeploymentOutput, error) {
	var changed types.Deployment
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		d := a.DeploymentInfo(str(in.DeploymentId))
		if d == nil {
			return errNoDeployment
		}
		err := deploymentPatches.apply(d, in.PatchOperations)
		changed = *d
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateDeploymentOutput](&changed), nil
}

func (s *service) deleteDeployment(c *wire.Call, in *v1.DeleteDeploymentInput) (*v1.DeleteDeploymentOutput, error) {
	id := str(in.DeploymentId)
	return nil, s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if a.DeploymentInfo(id) == nil {
			return errNoDeployment
		}
		if slices.ContainsFunc(a.Stages, func(st types.Stage) bool { return serves(&st, id) }) {
			return errDeployUsed
		}
		a.Deployments = slices.DeleteFunc(a.Deployments, func(d types.Deployment) bool { return *d.Id == id })
		return nil
	})
}

// serves reports whether a stage or its canary points to a deployment.
func serves(st *types.Stage, id string) bool {
	return str(st.DeploymentId) == id || st.CanarySettings != nil && str(st.CanarySettings.DeploymentId) == id
}
