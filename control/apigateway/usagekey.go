package apigateway

import (
	"errors"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

const (
	apiKeyType     = "API_KEY"
	maxPlansPerKey = 10
)

var (
	errInPlan    = conflict("Usage Plan already contains this API Key")
	errManyPlans = badRequest("API Key cannot reference multiple Usage Plans with the same API stage")
)

func (s *service) createUsagePlanKey(c *wire.Call, in *v1.CreateUsagePlanKeyInput) (*v1.CreateUsagePlanKeyOutput, error) {
	if str(in.KeyType) != apiKeyType {
		return nil, badRequest("Invalid keyType specified: it must be %s", apiKeyType)
	}
	plan, id := str(in.UsagePlanId), str(in.KeyId)
	if err := s.joinPlan(c, plan, id); err != nil {
		return nil, err
	}
	k, err := s.repo.CallerKeys().Get(c.Context, c.Region, id)
	if err != nil {
		return nil, gone(err, errNoKey)
	}
	return reply[v1.CreateUsagePlanKeyOutput](planKey(k)), nil
}

// planKey is a key as a member of a plan.
func planKey(k *definition.CallerKey) *types.UsagePlanKey {
	return &types.UsagePlanKey{Id: k.Key.Id, Type: ptr(apiKeyType), Value: k.Key.Value, Name: k.Key.Name}
}

// joinPlan puts a key into a plan. Two calls at one time may put it into two plans
// with the same stage: requests then count against the first.
func (s *service) joinPlan(c *wire.Call, plan, id string) error {
	all, err := s.repo.UsagePlans().List(c.Context, c.Region)
	if all == nil {
		return storeError(err)
	}
	err = s.repo.UsagePlans().Change(c.Context, c.Region, plan, func(p *definition.UsagePlan) error {
		if _, err := s.repo.CallerKeys().Get(c.Context, c.Region, id); err != nil {
			return gone(err, errNoKey)
		}
		if p.Has(id) {
			return errInPlan
		}
		if err := roomForPlan(c, p, id, all); err != nil {
			return err
		}
		p.Keys = append(p.Keys, id)
		return nil
	})
	return gone(err, errNoPlan)
}

// roomForPlan refuses a key that is in another plan with a stage of p's, or in
// too many.
func roomForPlan(c *wire.Call, p *definition.UsagePlan, id string, all []*definition.UsagePlan) error {
	plans := 0
	for _, o := range all {
		if *o.Plan.Id == *p.Plan.Id || !o.Has(id) {
			continue
		}
		if plans++; shareStage(o, p) {
			return errManyPlans
		}
	}
	return room(c, plans, maxPlansPerKey, "usage plans", "API key")
}

func shareStage(a, b *definition.UsagePlan) bool {
	return slices.ContainsFunc(a.Plan.ApiStages, func(st types.ApiStage) bool { return b.Stage(str(st.ApiId), str(st.Stage)) != nil })
}

// checkKeysOf does that for all keys of a plan that has got another stage.
func (s *service) checkKeysOf(c *wire.Call, p *definition.UsagePlan) error {
	if len(p.Keys) == 0 {
		return nil
	}
	all, err := s.repo.UsagePlans().List(c.Context, c.Region)
	if all == nil {
		return err
	}
	for _, o := range all {
		shared := slices.ContainsFunc(o.Keys, p.Has)
		if *o.Plan.Id != *p.Plan.Id && shared && shareStage(o, p) {
			return errManyPlans
		}
	}
	return nil
}

// planMember reads a plan and a key that is in it.
func (s *service) planMember(c *wire.Call, plan, id string) (*definition.UsagePlan, *definition.CallerKey, error) {
	p, err := s.repo.UsagePlans().Get(c.Context, c.Region, plan)
	if err != nil {
		return nil, nil, gone(err, errNoPlan)
	}
	if !p.Has(id) {
		return nil, nil, errNoKey
	}
	k, err := s.repo.CallerKeys().Get(c.Context, c.Region, id)
	return p, k, gone(err, errNoKey)
}

func (s *service) getUsagePlanKey(c *wire.Call, in *v1.GetUsagePlanKeyInput) (*v1.GetUsagePlanKeyOutput, error) {
	_, k, err := s.planMember(c, str(in.UsagePlanId), str(in.KeyId))
	if err != nil {
		return nil, err
	}
	return reply[v1.GetUsagePlanKeyOutput](planKey(k)), nil
}

// getUsagePlanKeys lists a plan's keys; a plan that isn't there has none, as at
// AWS.
func (s *service) getUsagePlanKeys(c *wire.Call, in *v1.GetUsagePlanKeysInput) (*v1.GetUsagePlanKeysOutput, error) {
	p, err := s.repo.UsagePlans().Get(c.Context, c.Region, str(in.UsagePlanId))
	if errors.Is(err, store.ErrNotFound) {
		return &v1.GetUsagePlanKeysOutput{Items: []types.UsagePlanKey{}}, nil
	}
	if err != nil {
		return nil, storeError(err)
	}
	list, err := s.keysOf(c, p, str(in.NameQuery))
	if err != nil {
		return nil, err
	}
	key := func(k *definition.CallerKey) string { return newestFirst(k.Created, *k.Key.Id) }
	part, next, err := page(list, key, in.Limit, in.Position)
	items := make([]types.UsagePlanKey, len(part))
	for i, k := range part {
		items[i] = *planKey(k)
	}
	return &v1.GetUsagePlanKeysOutput{Items: items, Position: next}, err
}

// keysOf reads the keys of a plan whose names begin with prefix.
func (s *service) keysOf(c *wire.Call, p *definition.UsagePlan, prefix string) ([]*definition.CallerKey, error) {
	var list []*definition.CallerKey
	for _, id := range p.Keys {
		k, err := s.repo.CallerKeys().Get(c.Context, c.Region, id)
		if errors.Is(err, store.ErrNotFound) {
			continue // deleted while it joined
		}
		if err != nil {
			return nil, storeError(err)
		}
		if strings.HasPrefix(str(k.Key.Name), prefix) {
			list = append(list, k)
		}
	}
	return list, nil
}

func (s *service) deleteUsagePlanKey(c *wire.Call, in *v1.DeleteUsagePlanKeyInput) (*v1.DeleteUsagePlanKeyOutput, error) {
	return nil, gone(s.leavePlan(c, str(in.UsagePlanId), str(in.KeyId)), errNoPlan)
}

// leavePlan takes a key out of a plan and forgets what it used of it.
func (s *service) leavePlan(c *wire.Call, plan, id string) error {
	err := s.repo.UsagePlans().Change(c.Context, c.Region, plan, func(p *definition.UsagePlan) error {
		if !p.Has(id) {
			return errNoKey
		}
		p.Keys = slices.DeleteFunc(p.Keys, func(k string) bool { return k == id })
		return nil
	})
	if err == nil {
		s.repo.DeleteUsage(c.Context, plan, id)
	}
	return err
}
