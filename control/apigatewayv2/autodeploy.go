package apigatewayv2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
)

const (
	autoDescription = "Automatic deployment triggered by changes to the Api configuration"
	autoFailed      = "Deployment attempt failed: Unable to deploy API because no routes exist in this API"

	// keptSuperseded is how many automatic deployments that no stage uses any more
	// stay listed. Without a bound, each change of an API would cost a snapshot
	// for ever.
	keptSuperseded = 20
)

// autoStages gives the stages that deploy by themselves.
func autoStages(a *definition.HTTPAPI) []*types.Stage {
	var stages []*types.Stage
	for i := range a.Stages {
		if isTrue(a.Stages[i].AutoDeploy) {
			stages = append(stages, &a.Stages[i])
		}
	}
	return stages
}

// autoDeploy makes one deployment of what a is now and points stages of a to it.
//
// An API without routes can't be deployed, so a stage without a deployment stays
// without. One that has a deployment gets the empty one: a route that was
// deleted must not go on answering.
func (s *service) autoDeploy(a *definition.HTTPAPI, stages []*types.Stage) {
	if len(a.Routes) == 0 {
		stages = slices.DeleteFunc(stages, func(st *types.Stage) bool {
			if st.DeploymentId == nil {
				st.LastDeploymentStatusMessage = ptr(autoFailed)
			}
			return st.DeploymentId == nil
		})
	}
	if len(stages) == 0 {
		return
	}
	d := s.deploy(a, true, ptr(autoDescription))
	for _, st := range stages {
		st.DeploymentId, st.LastUpdatedDate = d.DeploymentId, d.CreatedDate
		st.LastDeploymentStatusMessage = ptr("Successfully deployed stage with deployment ID '" + *d.DeploymentId + "'")
	}
	prune(a)
}

// prune drops the oldest superseded automatic deployments.
func prune(a *definition.HTTPAPI) {
	kept := 0
	for i := len(a.Deployments) - 1; i >= 0; i-- {
		d := a.Deployments[i]
		if !isTrue(d.AutoDeployed) || inUse(a, *d.DeploymentId) {
			continue
		}
		if kept++; kept > keptSuperseded {
			a.Deployments = slices.Delete(a.Deployments, i, i+1)
		}
	}
}
