package apigateway

import (
	"slices"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) stageOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateStage", "POST", stages, 201, s.createStage),
		wire.Op("GetStage", "GET", stage, 200, s.getStage),
		wire.Op("GetStages", "GET", stages, 200, s.getStages),
		wire.Op("UpdateStage", "PATCH", stage, 200, s.updateStage),
		wire.Op("DeleteStage", "DELETE", stage, 202, s.deleteStage),
		wire.Op("FlushStageCache", "DELETE", stage+"/cache/data", 202, s.flushStageCache),
		wire.Op("FlushStageAuthorizersCache", "DELETE", stage+"/cache/authorizers", 202, s.flushStageAuthorizersCache),
	}
}

var (
	errStageExists   = conflict("Stage already exists")
	errNoDeployID    = badRequest("DeploymentId cannot be empty")
	errDeployMissing = badRequest("Deployment id does not exist")
)

// newStage is a stage with what every one has.
func (s *service) newStage(name string) types.Stage {
	now := s.now()
	return types.Stage{StageName: &name, CreatedDate: &now, LastUpdatedDate: &now}
}

func (s *service) createStage(c *wire.Call, in *v1.CreateStageInput) (*v1.CreateStageOutput, error) {
	var made types.Stage
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if err := room(c, len(a.Stages), s.Limits.Stages, "Stages", "API"); err != nil {
			return err
		}
		if a.Stage(str(in.StageName)) != nil {
			return errStageExists
		}
		st := s.newStage(str(in.StageName))
		copyMembers(&st, in)
		if err := prepareStage(a, &st); err != nil {
			return err
		}
		a.Stages = append(a.Stages, st)
		made = st
		return nil
	})
	if err != nil {
		return nil, err
	}
	view := stageView(made)
	view.Tags = in.Tags
	return reply[v1.CreateStageOutput](view), nil
}

func (s *service) findStage(c *wire.Call, apiID, name *string) (*definition.RestAPI, *types.Stage, error) {
	a, err := s.api(c, apiID)
	if err != nil {
		return nil, nil, err
	}
	st := a.Stage(str(name))
	if st == nil {
		return nil, nil, errNoStage
	}
	return a, st, nil
}

func (s *service) getStage(c *wire.Call, in *v1.GetStageInput) (*v1.GetStageOutput, error) {
	_, st, err := s.findStage(c, in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	return reply[v1.GetStageOutput](stageView(*st)), nil
}

// getStages is the one list of v1 that has no pages.
func (s *service) getStages(c *wire.Call, in *v1.GetStagesInput) (*v1.GetStagesOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	out := &v1.GetStagesOutput{Item: []types.Stage{}}
	for _, st := range a.Stages {
		if in.DeploymentId != nil && *in.DeploymentId != *st.DeploymentId {
			continue
		}
		view := *stageView(st)
		view.Tags = st.Tags
		out.Item = append(out.Item, view)
	}
	return out, nil
}

func (s *service) updateStage(c *wire.Call, in *v1.UpdateStageInput) (*v1.UpdateStageOutput, error) {
	if err := s.checkCertificate(c, in); err != nil {
		return nil, err
	}
	var changed types.Stage
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		st := a.Stage(str(in.StageName))
		if st == nil {
			return errNoStage
		}
		e := stageEdit{api: a, Stage: st}
		for _, op := range in.PatchOperations {
			if err := e.apply(op); err != nil {
				return err
			}
		}
		if err := prepareStage(a, st); err != nil {
			return err
		}
		st.LastUpdatedDate = ptr(s.now())
		changed = *st
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateStageOutput](stageView(changed)), nil
}

// checkCertificate wants each client certificate that a patch names to be there.
func (s *service) checkCertificate(c *wire.Call, in *v1.UpdateStageInput) error {
	for _, op := range in.PatchOperations {
		if str(op.Path) != "/clientCertificateId" || str(op.Value) == "" {
			continue
		}
		if _, err := s.repo.ClientCertificates().Get(c.Context, c.Region, *op.Value); err != nil {
			return gone(err, errNoCertificate)
		}
	}
	return nil
}

func (s *service) deleteStage(c *wire.Call, in *v1.DeleteStageInput) (*v1.DeleteStageOutput, error) {
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if a.Stage(str(in.StageName)) == nil {
			return errNoStage
		}
		a.Stages = slices.DeleteFunc(a.Stages, func(st types.Stage) bool { return *st.StageName == *in.StageName })
		return nil
	})
	if err == nil {
		s.forgetStage(c, str(in.RestApiId), str(in.StageName))
	}
	return nil, err
}

func (s *service) flushStageCache(c *wire.Call, in *v1.FlushStageCacheInput) (*v1.FlushStageCacheOutput, error) {
	return nil, s.flush(c, in.RestApiId, in.StageName, s.FlushCache)
}

func (s *service) flushStageAuthorizersCache(c *wire.Call, in *v1.FlushStageAuthorizersCacheInput) (*v1.FlushStageAuthorizersCacheOutput, error) {
	return nil, s.flush(c, in.RestApiId, in.StageName, s.FlushAuthorizers)
}

func (s *service) flush(c *wire.Call, apiID, name *string, drop func(apiID, stage string) error) error {
	a, st, err := s.findStage(c, apiID, name)
	if err != nil || drop == nil {
		return err
	}
	return drop(a.ID(), *st.StageName)
}

// stageView is a stage as it is shown.
func stageView(st types.Stage) *types.Stage {
	st.Tags, st.MethodSettings = shown(st.Tags), shown(st.MethodSettings)
	return &st
}
