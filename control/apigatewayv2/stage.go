package apigatewayv2

import (
	"maps"
	"slices"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

// newStage is a stage with what every one has.
func (s *service) newStage(name string) types.Stage {
	now := s.now()
	return types.Stage{StageName: &name, CreatedDate: &now, LastUpdatedDate: &now,
		DefaultRouteSettings: &types.RouteSettings{DetailedMetricsEnabled: ptr(false)}}
}

func (s *service) createStage(c *wire.Call, in *v2.CreateStageInput) (*v2.CreateStageOutput, error) {
	var st types.Stage
	err := s.change(c, in.ApiId, func(a *definition.HTTPAPI) error {
		if err := room(len(a.Stages), s.Limits.Stages, "Stages", "API"); err != nil {
			return err
		}
		if a.Stage(str(in.StageName)) != nil {
			return errStageExists
		}
		st = s.newStage(str(in.StageName))
		defaults := st.DefaultRouteSettings
		merge(&st, in)
		st.DefaultRouteSettings = mergeSettings(defaults, in.DefaultRouteSettings)
		if err := prepareStage(a, &st, in.RouteSettings); err != nil {
			return err
		}
		a.Stages = append(a.Stages, st)
		if isTrue(st.AutoDeploy) {
			s.autoDeploy(a, []*types.Stage{a.Stage(*st.StageName)})
			st = *a.Stage(*st.StageName)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.CreateStageOutput](stageView(st)), nil
}

// mergeSettings applies the members of in that are there to a copy of old.
func mergeSettings(old, in *types.RouteSettings) *types.RouteSettings {
	merged := *old
	if in != nil {
		merge(&merged, in)
	}
	return &merged
}

func (s *service) getStage(c *wire.Call, in *v2.GetStageInput) (*v2.GetStageOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	st := a.Stage(str(in.StageName))
	if st == nil {
		return nil, errNoStage
	}
	return reply[v2.GetStageOutput](stageView(*st)), nil
}

func (s *service) getStages(c *wire.Call, in *v2.GetStagesInput) (*v2.GetStagesOutput, error) {
	a, err := s.api(c, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := page(a.Stages, func(st types.Stage) string { return *st.StageName }, in.MaxResults, in.NextToken)
	for i := range items {
		items[i] = *stageView(items[i])
	}
	return &v2.GetStagesOutput{Items: items, NextToken: next}, err
}

func (s *service) updateStage(c *wire.Call, in *v2.UpdateStageInput) (*v2.UpdateStageOutput, error) {
	var st types.Stage
	err := s.change(c, in.ApiId, func(a *definition.HTTPAPI) error {
		stored := a.Stage(str(in.StageName))
		if stored == nil {
			return errNoStage
		}
		st = *stored
		switchedOn := isTrue(in.AutoDeploy) && !isTrue(st.AutoDeploy)
		mergeStage(&st, in)
		if err := checkDeploymentID(a, &st, in.DeploymentId); err != nil {
			return err
		}
		if err := prepareStage(a, &st, in.RouteSettings); err != nil {
			return err
		}
		st.LastUpdatedDate = ptr(s.now())
		*stored = st
		if switchedOn {
			s.autoDeploy(a, []*types.Stage{stored})
			st = *stored
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateStageOutput](stageView(st)), nil
}

func mergeStage(st *types.Stage, in *v2.UpdateStageInput) {
	old := *st
	merge(st, in)
	st.DefaultRouteSettings = mergeSettings(old.DefaultRouteSettings, in.DefaultRouteSettings)
	st.StageVariables = mergeMap(old.StageVariables, in.StageVariables, func(v string) bool { return v == "" })
	st.RouteSettings = maps.Clone(old.RouteSettings)
	if st.RouteSettings == nil {
		st.RouteSettings = map[string]types.RouteSettings{}
	}
	maps.Copy(st.RouteSettings, in.RouteSettings)
	if !isTrue(st.AutoDeploy) {
		st.LastDeploymentStatusMessage = nil
	}
}

func (s *service) deleteStage(c *wire.Call, in *v2.DeleteStageInput) (*v2.DeleteStageOutput, error) {
	return nil, s.change(c, in.ApiId, func(a *definition.HTTPAPI) error {
		before := len(a.Stages)
		a.Stages = slices.DeleteFunc(a.Stages, func(st types.Stage) bool { return *st.StageName == str(in.StageName) })
		if len(a.Stages) == before {
			return errNoStage
		}
		return nil
	})
}

// changeStage edits one stage, which then has a new date.
func (s *service) changeStage(c *wire.Call, api, stage *string, f func(*types.Stage) error) error {
	return s.change(c, api, func(a *definition.HTTPAPI) error {
		st := a.Stage(str(stage))
		if st == nil {
			return errNoStage
		}
		st.LastUpdatedDate = ptr(s.now())
		return f(st)
	})
}

func (s *service) deleteAccessLogSettings(c *wire.Call, in *v2.DeleteAccessLogSettingsInput) (*v2.DeleteAccessLogSettingsOutput, error) {
	return nil, s.changeStage(c, in.ApiId, in.StageName, func(st *types.Stage) error {
		st.AccessLogSettings = nil
		return nil
	})
}

func (s *service) deleteRouteSettings(c *wire.Call, in *v2.DeleteRouteSettingsInput) (*v2.DeleteRouteSettingsOutput, error) {
	return nil, s.changeStage(c, in.ApiId, in.StageName, func(st *types.Stage) error {
		if _, set := st.RouteSettings[str(in.RouteKey)]; !set {
			return noRouteSetting(str(in.RouteKey))
		}
		delete(st.RouteSettings, *in.RouteKey)
		return nil
	})
}

// stageView is a stage as it is shown.
func stageView(st types.Stage) *types.Stage {
	st.Tags, st.StageVariables, st.RouteSettings = shown(st.Tags), shown(st.StageVariables), shown(st.RouteSettings)
	return &st
}
