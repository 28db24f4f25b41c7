package apigateway

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

func (s *service) updateUsagePlan(c *wire.Call, in *v1.UpdateUsagePlanInput) (*v1.UpdateUsagePlanOutput, error) {
	id := str(in.UsagePlanId)
	var v types.UsagePlan
	err := s.repo.UsagePlans().Change(c.Context, c.Region, id, func(doc *definition.UsagePlan) error {
		for _, op := range in.PatchOperations {
			if err := s.patchPlan(c, doc, op); err != nil {
				return err
			}
		}
		v = planView(doc.Plan)
		return checkPlan(&doc.Plan)
	})
	if err != nil {
		return nil, gone(err, errNoPlan)
	}
	v.Tags = shown(v.Tags)
	return reply[v1.UpdateUsagePlanOutput](&v), nil
}

func (s *service) patchPlan(c *wire.Call, doc *definition.UsagePlan, op types.PatchOperation) error {
	if rest, ok := strings.CutPrefix(str(op.Path), "/apiStages/"); ok {
		return patchStageThrottle(doc, op, rest)
	}
	p := &doc.Plan
	quota, throttle := *orNew(p.Quota), *orNew(p.Throttle)
	// A member of quota or throttle makes the whole when there was none.
	setQuota := func(e edit) edit { return then(e, func() { p.Quota = &quota }) }
	setThrottle := func(e edit) edit { return then(e, func() { p.Throttle = &throttle }) }
	return edits{
		"/name":                text(&p.Name, replaceOnly),
		"/description":         text(&p.Description, replaceOnly),
		"/productCode":         text(&p.ProductCode, anyEdit),
		"/apiStages":           s.planStages(c, doc),
		"/quota":               {removeOnly, func(types.Op, string) error { p.Quota = nil; return nil }},
		"/quota/limit":         setQuota(number("/quota/limit", &quota.Limit, addReplace)),
		"/quota/offset":        setQuota(number("/quota/offset", &quota.Offset, addReplace)),
		"/quota/period":        setQuota(period(&quota.Period)),
		"/throttle":            {removeOnly, func(types.Op, string) error { p.Throttle = nil; return nil }},
		"/throttle/burstLimit": setThrottle(number("/throttle/burstLimit", &throttle.BurstLimit, addReplace)),
		"/throttle/rateLimit":  setThrottle(rate("/throttle/rateLimit", &throttle.RateLimit, addReplace)),
	}.apply(op)
}

func orNew[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}

// then is e with something to do after it.
func then(e edit, after func()) edit {
	return edit{e.ops, func(op types.Op, value string) error {
		err := e.do(op, value)
		after()
		return err
	}}
}

func period(p *types.QuotaPeriodType) edit {
	return edit{addReplace, func(_ types.Op, value string) error {
		*p = types.QuotaPeriodType(value)
		return nil
	}}
}

// planStages adds and removes stages, "{api}:{stage}".
func (s *service) planStages(c *wire.Call, doc *definition.UsagePlan) edit {
	return edit{addRemove, func(op types.Op, value string) error {
		api, stage, ok := strings.Cut(value, ":")
		if !ok || api == "" || stage == "" {
			return badRequest("Invalid API Stage specified")
		}
		has := doc.Stage(api, stage) != nil
		switch {
		case op == types.OpRemove && has:
			doc.Plan.ApiStages = slices.DeleteFunc(doc.Plan.ApiStages, func(st types.ApiStage) bool {
				return str(st.ApiId) == api && str(st.Stage) == stage
			})
			return nil
		case op == types.OpRemove:
			return noPlanStage(*doc.Plan.Id, api, stage)
		case has:
			return nil
		}
		if err := s.checkPlanStage(c, *doc.Plan.Id, api, stage); err != nil {
			return err
		}
		doc.Plan.ApiStages = append(doc.Plan.ApiStages, types.ApiStage{ApiId: &api, Stage: &stage})
		return s.checkKeysOf(c, doc)
	}}
}

// patchStageThrottle edits the method throttles of one stage. rest is
// "{api}:{stage}/throttle", maybe with the method and a member behind it. Between
// "throttle/" and the member everything is the method, "{path}/{VERB}", escaped
// or not: Terraform doesn't escape.
func patchStageThrottle(doc *definition.UsagePlan, op types.PatchOperation, rest string) error {
	stage, method, whole := cutThrottle(rest)
	api, name, _ := strings.Cut(stage, ":")
	st := doc.Stage(api, name)
	if st == nil {
		return noPlanStage(*doc.Plan.Id, api, name)
	}
	throttle := maps.Clone(st.Throttle)
	if throttle == nil {
		throttle = map[string]types.ThrottleSettings{}
	}
	var err error
	switch {
	case whole:
		throttle, err = wholeThrottle(op)
	case method == "":
		return badEditPath(*op.Path, nil)
	default:
		err = methodThrottle(throttle, method, op)
	}
	if st.Throttle = throttle; len(throttle) == 0 {
		st.Throttle = nil
	}
	return err
}

// cutThrottle splits what is behind "/apiStages/". whole is set for a path that
// ends in "/throttle".
func cutThrottle(rest string) (stage, method string, whole bool) {
	if stage, ok := strings.CutSuffix(rest, "/throttle"); ok && !strings.Contains(stage, "/") {
		return stage, "", true
	}
	stage, method, _ = strings.Cut(rest, "/throttle/")
	return stage, method, false
}

// wholeThrottle reads all method throttles of a stage from one JSON value.
func wholeThrottle(op types.PatchOperation) (map[string]types.ThrottleSettings, error) {
	if op.Op == types.OpRemove {
		return nil, nil
	}
	if op.Op != types.OpAdd && op.Op != types.OpReplace {
		return nil, badEditOp(op)
	}
	var m map[string]struct {
		BurstLimit int32   `json:"burstLimit"`
		RateLimit  float64 `json:"rateLimit"`
	}
	if err := json.Unmarshal([]byte(str(op.Value)), &m); err != nil {
		return nil, badValue(*op.Path, str(op.Value))
	}
	out := make(map[string]types.ThrottleSettings, len(m))
	for key, t := range m {
		out[key] = types.ThrottleSettings{BurstLimit: t.BurstLimit, RateLimit: t.RateLimit}
	}
	return out, nil
}

// methodThrottle edits the throttle of one method in place.
func methodThrottle(throttle map[string]types.ThrottleSettings, method string, op types.PatchOperation) error {
	key, isRate := strings.CutSuffix(method, "/rateLimit")
	key, isBurst := strings.CutSuffix(key, "/burstLimit")
	key = "/" + strings.TrimPrefix(strings.NewReplacer("~1", "/", "~0", "~").Replace(key), "/")
	t := throttle[key]
	e := edit{removeOnly, func(types.Op, string) error {
		delete(throttle, key)
		return nil
	}}
	keep := func() { throttle[key] = t }
	switch {
	case isRate:
		e = then(rate(*op.Path, &t.RateLimit, addReplace), keep)
	case isBurst:
		e = then(number(*op.Path, &t.BurstLimit, addReplace), keep)
	}
	return edits{*op.Path: e}.apply(op)
}
