package apigatewayv2

import (
	"fmt"
	"slices"
	"strings"

	v1types "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

const (
	ruleIDLength  = 6
	maxPriority   = 1000000
	maxRuleHeader = 2 // matchHeaders conditions per rule
)

var (
	errNoRule       = notFound("RoutingRule", "Invalid routing rule identifier specified")
	errRulesFirst   = badRequest("HTTP APIs cannot be mapped to a domain name with routing mode ROUTING_RULE_THEN_API_MAPPING")
	errPriorityUsed = conflict("A routing rule with the same priority already exists for this domain name")
)

func (s *service) createRule(c *wire.Call, in *v2.CreateRoutingRuleInput) (*v2.CreateRoutingRuleOutput, error) {
	r := types.RoutingRule{Actions: in.Actions, Conditions: in.Conditions, Priority: in.Priority}
	err := s.changeDomain(c, in.DomainName, in.DomainNameId, func(d *definition.Domain) error {
		r.RoutingRuleId = freeID(ruleIDLength, func(id string) bool { return d.Rule(id) != nil })
		r.RoutingRuleArn = ptr(ruleARN(c, d, *r.RoutingRuleId))
		if err := s.checkRule(c, d, &r); err != nil {
			return err
		}
		d.Rules = append(d.Rules, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.CreateRoutingRuleOutput](&r), nil
}

func ruleARN(c *wire.Call, d *definition.Domain, id string) string {
	name := definition.DomainID(*d.Domain.DomainName, d.Domain.DomainNameId)
	return fmt.Sprintf("arn:aws:apigateway:%s:%s:/domainnames/%s/routingrules/%s", c.Region, c.Account, name, id)
}

// checkRule checks a rule that d has or shall get, and fills in its defaults.
func (s *service) checkRule(c *wire.Call, d *definition.Domain, r *types.RoutingRule) error {
	if n := *r.Priority; n < 1 || n > maxPriority {
		return badRequest("Invalid priority specified: it must be between 1 and %d", maxPriority)
	}
	if slices.ContainsFunc(d.Rules, func(o types.RoutingRule) bool {
		return *o.Priority == *r.Priority && *o.RoutingRuleId != *r.RoutingRuleId
	}) {
		return errPriorityUsed
	}
	if r.Conditions == nil {
		r.Conditions = []types.RoutingRuleCondition{}
	}
	if err := checkConditions(r.Conditions); err != nil {
		return err
	}
	return s.checkAction(c, r)
}

func checkConditions(list []types.RoutingRuleCondition) error {
	paths, headers := 0, 0
	for _, x := range list {
		if (x.MatchBasePaths == nil) == (x.MatchHeaders == nil) {
			return badRequest("Invalid condition specified: it needs one of matchBasePaths and matchHeaders")
		}
		if x.MatchBasePaths != nil {
			paths++
			if err := checkMatchPath(x.MatchBasePaths.AnyOf); err != nil {
				return err
			}
			continue
		}
		headers++
		if err := checkMatchHeader(x.MatchHeaders.AnyOf); err != nil {
			return err
		}
	}
	if paths > 1 || headers > maxRuleHeader {
		return badRequest("A routing rule can have at most one matchBasePaths and %d matchHeaders conditions", maxRuleHeader)
	}
	return nil
}

func checkMatchPath(anyOf []string) error {
	if len(anyOf) != 1 || !mappingKey.MatchString(anyOf[0]) {
		return badRequest("Invalid matchBasePaths condition specified: it needs exactly one base path")
	}
	return nil
}

// checkMatchHeader allows a wildcard at the ends of the value only.
func checkMatchHeader(anyOf []types.RoutingRuleMatchHeaderValue) error {
	if len(anyOf) != 1 {
		return badRequest("Invalid matchHeaders condition specified: it needs exactly one header")
	}
	glob := str(anyOf[0].ValueGlob)
	inner := strings.TrimSuffix(strings.TrimPrefix(glob, "*"), "*")
	if !isToken(str(anyOf[0].Header)) || glob == "" || len(glob) > 128 || strings.Contains(inner, "*") || !visible(strings.ReplaceAll(inner, " ", "")) && inner != "" {
		return badRequest("Invalid matchHeaders condition specified: %s: %s", str(anyOf[0].Header), glob)
	}
	return nil
}

// checkAction demands one stage of a REST API to invoke.
func (s *service) checkAction(c *wire.Call, r *types.RoutingRule) error {
	if len(r.Actions) != 1 || r.Actions[0].InvokeApi == nil {
		return badRequest("A routing rule needs exactly one invokeApi action")
	}
	act := *r.Actions[0].InvokeApi
	protocol, err := s.stageProtocol(c, act.ApiId, act.Stage)
	if err != nil {
		return err
	}
	if protocol != definition.ProtocolREST || str(act.Stage) == "" {
		return badRequest("Routing rules can invoke stages of REST APIs only")
	}
	if act.StripBasePath == nil {
		act.StripBasePath = ptr(false)
	}
	r.Actions = []types.RoutingRuleAction{{InvokeApi: &act}}
	return nil
}

// checkMode refuses rules where they can't work: on EDGE domains, and before
// mappings to HTTP APIs.
func (s *service) checkMode(c *wire.Call, d *definition.Domain) error {
	mode := d.Domain.RoutingMode
	if mode == v1types.RoutingModeBasePathMappingOnly {
		return nil
	}
	if !d.Has(v1types.EndpointTypeRegional) && !d.Has(v1types.EndpointTypePrivate) {
		return badRequest("Routing rules need a REGIONAL or PRIVATE domain name")
	}
	if mode == v1types.RoutingModeRoutingRuleOnly {
		return nil
	}
	for _, m := range d.Mappings {
		if protocol, err := s.repo.StageOf(c.Context, c.Region, *m.ApiId, ""); err == nil && protocol == definition.ProtocolHTTP {
			return errRulesFirst
		}
	}
	return nil
}

func (s *service) getRule(c *wire.Call, in *v2.GetRoutingRuleInput) (*v2.GetRoutingRuleOutput, error) {
	d, err := s.domain(c, in.DomainName, in.DomainNameId)
	if err != nil {
		return nil, err
	}
	r := d.Rule(str(in.RoutingRuleId))
	if r == nil {
		return nil, errNoRule
	}
	return reply[v2.GetRoutingRuleOutput](r), nil
}

func (s *service) listRules(c *wire.Call, in *v2.ListRoutingRulesInput) (*v2.ListRoutingRulesOutput, error) {
	d, err := s.domain(c, in.DomainName, in.DomainNameId)
	if err != nil {
		return nil, err
	}
	limit := wire.DefaultResult
	if in.MaxResults != nil && *in.MaxResults > 0 {
		limit = min(int(*in.MaxResults), wire.MaxPage)
	}
	key := func(r types.RoutingRule) string { return fmt.Sprintf("%07d %s", *r.Priority, *r.RoutingRuleId) }
	items, next, err := wire.Page(d.Rules, key, limit, in.NextToken)
	return &v2.ListRoutingRulesOutput{RoutingRules: items, NextToken: next}, err
}

func (s *service) putRule(c *wire.Call, in *v2.PutRoutingRuleInput) (*v2.PutRoutingRuleOutput, error) {
	var r types.RoutingRule
	err := s.changeDomain(c, in.DomainName, in.DomainNameId, func(d *definition.Domain) error {
		stored := d.Rule(str(in.RoutingRuleId))
		if stored == nil {
			return errNoRule
		}
		r = *stored
		r.Actions, r.Conditions, r.Priority = in.Actions, in.Conditions, in.Priority
		if err := s.checkRule(c, d, &r); err != nil {
			return err
		}
		*stored = r
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.PutRoutingRuleOutput](&r), nil
}

func (s *service) deleteRule(c *wire.Call, in *v2.DeleteRoutingRuleInput) (*v2.DeleteRoutingRuleOutput, error) {
	id := str(in.RoutingRuleId)
	return nil, s.changeDomain(c, in.DomainName, in.DomainNameId, func(d *definition.Domain) error {
		if d.Rule(id) == nil {
			return errNoRule
		}
		d.Rules = slices.DeleteFunc(d.Rules, func(r types.RoutingRule) bool { return *r.RoutingRuleId == id })
		return nil
	})
}
