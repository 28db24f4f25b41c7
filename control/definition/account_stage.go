package definition

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/store"
)

// ErrNoStage is the error for a stage that its API doesn't have. An API that
// isn't there is store.ErrNotFound.
var ErrNoStage = errors.New("the API has no such stage")

// Protocols of APIs, as StageOf tells them.
const (
	ProtocolREST = "REST"
	ProtocolHTTP = "HTTP"
)

// StageOf tells which protocol the API of a Region speaks and makes sure that it
// has a stage of the name; "" stands for any. Errors: store.ErrNotFound,
// ErrNoStage, ErrFormat.
func (r *Repository) StageOf(ctx context.Context, region, apiID, stage string) (protocol string, err error) {
	a, err := r.anyAPI(ctx, apiID)
	if err != nil {
		return "", err
	}
	if a.region() != region {
		return "", fmt.Errorf("api %s is in %s: %w", apiID, a.region(), store.ErrNotFound)
	}
	protocol, has := stageOf(a, stage)
	if stage != "" && !has {
		return protocol, fmt.Errorf("stage %s of %s: %w", stage, apiID, ErrNoStage)
	}
	return protocol, nil
}

func stageOf(a document, stage string) (protocol string, has bool) {
	switch a := a.(type) {
	case *RestAPI:
		return ProtocolREST, a.Stage(stage) != nil
	case *HTTPAPI:
		return string(a.API.ProtocolType), a.Stage(stage) != nil
	}
	return "", false
}

// ForgetStage takes an API's stage, or with "" all its stages, out of the usage
// plans of a Region: for whoever has deleted it.
func (r *Repository) ForgetStage(ctx context.Context, region, apiID, stage string) error {
	plans, err := r.UsagePlans().List(ctx, region)
	if plans == nil {
		return err
	}
	failed := []error{err}
	for _, p := range plans {
		if len(p.without(apiID, stage)) == len(p.Plan.ApiStages) {
			continue
		}
		err := r.UsagePlans().Change(ctx, region, *p.Plan.Id, func(p *UsagePlan) error {
			p.Plan.ApiStages = p.without(apiID, stage)
			return nil
		})
		if !errors.Is(err, store.ErrNotFound) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
