package apigatewayv2

import (
	"slices"
	"time"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) createDeployment(c *wire.Call, in *v2.CreateDeploymentInput) (*v2.CreateDeploymentOutput, error) {
	var d types.Deployment
	err := s.change(c, in.ApiId, func(a *definition.HTTPAPI) error {
		if err := checkLength("description", in.Description, maxDescription); err != nil {
			return err
		}
		st, err := deployTarget(a, in.StageName)
		if err != nil {
			return err
		}
		if len(a.Routes) == 0 {
			return errNoRoutes
		}
		d = s.deploy(a, false, in.Description)
		if st != nil {
			st.DeploymentId, st.LastUpdatedDate = d.DeploymentId, d.CreatedDate
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.CreateDeploymentOutput](&d), nil
}

// deployTarget finds the stage that a deployment by hand is for, if it is for
// one.
func deployTarget(a *definition.HTTPAPI, name *string) (*types.Stage, error) {
	if str(name) == "" {
		return nil, nil
	}
	st := a.Stage(*name)
	if st == nil {
		return nil, errNoStage
	}
	if isTrue(st.AutoDeploy) {
		return nil, errAutoStage
	}
	return st, nil
}

// deploy takes a snapshot of a.
func (s *service) deploy(a *definition.HTTPAPI, auto bool, description *string) types.Deployment {
	d := types.Deployment{
		AutoDeployed:     &auto,
		CreatedDate:      ptr(s.now()),
		DeploymentId:     freeID(deploymentIDLength, func(id string) bool { return a.DeploymentInfo(id) != nil }),
		DeploymentStatus: types.DeploymentStatusDeployed,
		Description:      description,
	}
	tidy(&d)
	a.Deploy(d)
	return d
}

func (s *service) getDeployment(c *wire.Call, in *v2.GetDeploymentInput) (*v2.GetDeploymentOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	d := a.DeploymentInfo(str(in.DeploymentId))
	if d == nil {
		return nil, errNoDeployment
	}
	return reply[v2.GetDeploymentOutput](d), nil
}

func (s *service) getDeployments(c *wire.Call, in *v2.GetDeploymentsInput) (*v2.GetDeploymentsOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	key := func(d types.Deployment) string { return d.CreatedDate.Format(time.RFC3339) + *d.DeploymentId }
	items, next, err := page(a.Deployments, key, in.MaxResults, in.NextToken)
	return &v2.GetDeploymentsOutput{Items: items, NextToken: next}, err
}

func (s *service) updateDeployment(c *wire.Call, in *v2.UpdateDeploymentInput) (*v2.UpdateDeploymentOutput, error) {
	var d types.Deployment
	err := s.change(c, in.ApiId, func(a *definition.HTTPAPI) error {
		stored := a.DeploymentInfo(str(in.DeploymentId))
		if stored == nil {
			return errNoDeployment
		}
		merge(stored, in)
		tidy(stored)
		d = *stored
		return checkLength("description", d.Description, maxDescription)
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateDeploymentOutput](&d), nil
}

func (s *service) deleteDeployment(c *wire.Call, in *v2.DeleteDeploymentInput) (*v2.DeleteDeploymentOutput, error) {
	id := str(in.DeploymentId)
	return nil, s.change(c, in.ApiId, func(a *definition.HTTPAPI) error {
		if a.DeploymentInfo(id) == nil {
			return errNoDeployment
		}
		if inUse(a, id) {
			return errDeployUsed
		}
		a.Deployments = slices.DeleteFunc(a.Deployments, func(d types.Deployment) bool { return *d.DeploymentId == id })
		return nil
	})
}

// inUse reports whether a stage points to a deployment.
func inUse(a *definition.HTTPAPI, id string) bool {
	return slices.ContainsFunc(a.Stages, func(st types.Stage) bool { return str(st.DeploymentId) == id })
}
