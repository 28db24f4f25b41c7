package apigateway

import (
	"cmp"
	"errors"
	"slices"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

const maxPlans = 300 // per Region

var errNoPlan = notFound("Invalid Usage Plan ID specified")

func (s *service) usageOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateUsagePlan", "POST", usagePlans, 201, s.createUsagePlan),
		wire.Op("GetUsagePlan", "GET", usagePlan, 200, s.getUsagePlan),
		wire.Op("GetUsagePlans", "GET", usagePlans, 200, s.getUsagePlans),
		wire.Op("UpdateUsagePlan", "PATCH", usagePlan, 200, s.updateUsagePlan),
		wire.Op("DeleteUsagePlan", "DELETE", usagePlan, 202, s.deleteUsagePlan),
		wire.Op("CreateUsagePlanKey", "POST", usagePlanKeys, 201, s.createUsagePlanKey),
		wire.Op("GetUsagePlanKey", "GET", usagePlanKey, 200, s.getUsagePlanKey),
		wire.Op("GetUsagePlanKeys", "GET", usagePlanKeys, 200, s.getUsagePlanKeys),
		wire.Op("DeleteUsagePlanKey", "DELETE", usagePlanKey, 202, s.deleteUsagePlanKey),
		wire.Op("GetUsage", "GET", usagePlan+"/usage", 200, s.getUsage),
		wire.Op("UpdateUsage", "PATCH", usagePlanKey+"/usage", 200, s.updateUsage),
	}
}

func (s *service) createUsagePlan(c *wire.Call, in *v1.CreateUsagePlanInput) (*v1.CreateUsagePlanOutput, error) {
	p := types.UsagePlan{Name: in.Name, Description: in.Description, ApiStages: in.ApiStages, Throttle: in.Throttle, Quota: in.Quota, Tags: in.Tags}
	if err := cmp.Or(checkPlan(&p), checkTags(p.Tags)); err != nil {
		return nil, err
	}
	n, err := s.repo.UsagePlans().Count(c.Context, c.Region)
	if err == nil {
		err = room(c, n, maxPlans, "usage plans", "account")
	}
	if err != nil {
		return nil, storeError(err)
	}
	for {
		p.Id = ptr(newID(childIDLength))
		if err := s.checkPlanStages(c, &p); err != nil {
			return nil, err
		}
		doc := &definition.UsagePlan{Region: c.Region, Created: s.Now().UTC(), Plan: p}
		err := s.repo.UsagePlans().Create(c.Context, doc)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		v := planView(p)
		return reply[v1.CreateUsagePlanOutput](&v), storeError(err)
	}
}

// checkPlan checks what a plan says by itself.
func checkPlan(p *types.UsagePlan) error {
	if str(p.Name) == "" {
		return badRequest("Usage Plan name cannot be blank")
	}
	if err := checkThrottle(p.Throttle); err != nil {
		return err
	}
	for i, st := range p.ApiStages {
		for j := range st.Throttle {
			t := st.Throttle[j]
			if err := checkThrottle(&t); err != nil {
				return err
			}
		}
		if slices.ContainsFunc(p.ApiStages[:i], func(o types.ApiStage) bool { return str(o.ApiId) == str(st.ApiId) && str(o.Stage) == str(st.Stage) }) {
			return badRequest("Invalid API Stage specified")
		}
	}
	return checkQuota(p.Quota)
}

func checkThrottle(t *types.ThrottleSettings) error {
	if t != nil && (t.BurstLimit < 0 || t.RateLimit < 0) {
		return badRequest("Usage Plan throttle limits cannot be negative")
	}
	return nil
}

// maxOffset bounds a quota's offset, by period.
var maxOffset = map[types.QuotaPeriodType]int32{types.QuotaPeriodTypeDay: 0, types.QuotaPeriodTypeWeek: 6, types.QuotaPeriodTypeMonth: 27}

func checkQuota(q *types.QuotaSettings) error {
	if q == nil {
		return nil
	}
	most, known := maxOffset[q.Period]
	switch {
	case !known:
		return badRequest("Usage Plan quota period must be one of DAY, WEEK, MONTH")
	case q.Limit < 0:
		return badRequest("Usage Plan quota limit cannot be negative")
	case q.Offset < 0 || q.Offset > most:
		return badRequest("Usage Plan quota offset must be between 0 and %d for the period %s", most, q.Period)
	}
	return nil
}

// checkPlanStages makes sure that all stages of a new plan exist.
func (s *service) checkPlanStages(c *wire.Call, p *types.UsagePlan) error {
	for _, st := range p.ApiStages {
		if err := s.checkPlanStage(c, *p.Id, str(st.ApiId), str(st.Stage)); err != nil {
			return err
		}
	}
	return nil
}

func (s *service) checkPlanStage(c *wire.Call, plan, api, stage string) error {
	if api == "" || stage == "" {
		return badRequest("Invalid API Stage specified")
	}
	_, err := s.repo.StageOf(c.Context, c.Region, api, stage)
	if errors.Is(err, definition.ErrNoStage) || errors.Is(err, store.ErrNotFound) {
		return noPlanStage(plan, api, stage)
	}
	return storeError(err)
}

func noPlanStage(plan, api, stage string) error {
	return notFound("Invalid API Stage {api: %s, stage: %s} specified for usageplan %s", api, stage, plan)
}

func (s *service) getUsagePlan(c *wire.Call, in *v1.GetUsagePlanInput) (*v1.GetUsagePlanOutput, error) {
	p, err := s.repo.UsagePlans().Get(c.Context, c.Region, str(in.UsagePlanId))
	if err != nil {
		return nil, gone(err, errNoPlan)
	}
	v := planView(p.Plan)
	v.Tags = shown(v.Tags)
	return reply[v1.GetUsagePlanOutput](&v), nil
}

func (s *service) getUsagePlans(c *wire.Call, in *v1.GetUsagePlansInput) (*v1.GetUsagePlansOutput, error) {
	list, err := s.repo.UsagePlans().List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	s.logUnread("usage plans", err)
	if in.KeyId != nil {
		list = slices.DeleteFunc(list, func(p *definition.UsagePlan) bool { return !p.Has(*in.KeyId) })
	}
	key := func(p *definition.UsagePlan) string { return oldestFirst(p.Created, *p.Plan.Id) }
	part, next, err := page(list, key, in.Limit, in.Position)
	items := make([]types.UsagePlan, len(part))
	for i, p := range part {
		items[i] = planView(p.Plan)
	}
	return &v1.GetUsagePlansOutput{Items: items, Position: next}, err
}

// deleteUsagePlan refuses while a stage that exists is in the plan.
func (s *service) deleteUsagePlan(c *wire.Call, in *v1.DeleteUsagePlanInput) (*v1.DeleteUsagePlanOutput, error) {
	id := str(in.UsagePlanId)
	err := s.repo.UsagePlans().Delete(c.Context, c.Region, id, func(p *definition.UsagePlan) error {
		for _, st := range p.Plan.ApiStages {
			_, err := s.repo.StageOf(c.Context, c.Region, str(st.ApiId), str(st.Stage))
			if err == nil {
				return badRequest("Cannot delete Usage Plan %s because there are API Stages associated with it, including %s:%s", id, *st.ApiId, *st.Stage)
			}
			if !errors.Is(err, definition.ErrNoStage) && !errors.Is(err, store.ErrNotFound) {
				return err // the store failed
			}
		}
		return nil
	})
	if err != nil {
		return nil, gone(err, errNoPlan)
	}
	s.repo.DeleteUsage(c.Context, id, "")
	return nil, nil
}

// planView is a plan as it is shown.
func planView(p types.UsagePlan) types.UsagePlan {
	if p.ApiStages == nil {
		p.ApiStages = []types.ApiStage{}
	}
	return p
}
