package apigatewayv2

import (
	"fmt"
	"regexp"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1types "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
)

const certificate = "arn:aws:acm:us-east-1:000000000000:certificate/c"

func (g *gate) domain(name string) *string {
	g.t.Helper()
	out, err := g.CreateDomainName(ctx, &v2.CreateDomainNameInput{DomainName: &name,
		DomainNameConfigurations: []types.DomainNameConfiguration{{CertificateArn: aws.String(certificate), EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2"}}})
	return ok[*v2.CreateDomainNameOutput](g.t)(out, err).DomainName
}

// restAPI stores a REST API with a stage "dev".
func (g *gate) restAPI(id string) *string {
	g.t.Helper()
	a := &definition.RestAPI{Region: "us-east-1", API: v1types.RestApi{Id: &id}, Stages: []v1types.Stage{{StageName: aws.String("dev")}}}
	if err := g.repo.CreateRest(ctx, a); err != nil {
		g.t.Fatal(err)
	}
	return &id
}

func (g *gate) httpAPI() *string {
	g.t.Helper()
	id := g.api()
	g.autoStage(id, "$default")
	return id
}

func TestDomainLife(t *testing.T) {
	g := start(t)
	name := aws.String("d.example.com")
	in := &v2.CreateDomainNameInput{DomainName: name, Tags: map[string]string{"a": "b"},
		MutualTlsAuthentication:  &types.MutualTlsAuthenticationInput{TruststoreUri: aws.String("s3://b/k"), TruststoreVersion: aws.String("1")},
		DomainNameConfigurations: []types.DomainNameConfiguration{{CertificateArn: aws.String(certificate), EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2"}}}
	d := ok[*v2.CreateDomainNameOutput](t)(g.CreateDomainName(ctx, in))
	c := d.DomainNameConfigurations[0]
	if !regexp.MustCompile(`^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$`).MatchString(*c.ApiGatewayDomainName) || *c.HostedZoneId != "Z1UJRXOUMOOFQ8" ||
		c.DomainNameStatus != "AVAILABLE" || c.EndpointType != "REGIONAL" || c.IpAddressType != "ipv4" || c.SecurityPolicy != "TLS_1_2" ||
		*d.ApiMappingSelectionExpression != "$request.basepath" || d.RoutingMode != "API_MAPPING_ONLY" || *d.DomainNameArn != "arn:aws:apigateway:us-east-1::/domainnames/d.example.com" {
		t.Errorf("created: %s", show(d))
	}
	for range 2 {
		same(t, "the domain", ok[*v2.GetDomainNameOutput](t)(g.GetDomainName(ctx, &v2.GetDomainNameInput{DomainName: name})), d)
	}
	up := ok[*v2.UpdateDomainNameOutput](t)(g.UpdateDomainName(ctx, &v2.UpdateDomainNameInput{DomainName: name, RoutingMode: "ROUTING_RULE_THEN_API_MAPPING",
		MutualTlsAuthentication:  &types.MutualTlsAuthenticationInput{TruststoreUri: aws.String("")},
		DomainNameConfigurations: []types.DomainNameConfiguration{{CertificateArn: aws.String(certificate + "2"), EndpointType: "REGIONAL", IpAddressType: "dualstack"}}}))
	if n := up.DomainNameConfigurations[0]; up.MutualTlsAuthentication != nil || up.RoutingMode != "ROUTING_RULE_THEN_API_MAPPING" || *n.CertificateArn != certificate+"2" ||
		n.IpAddressType != "dualstack" || *n.ApiGatewayDomainName != *c.ApiGatewayDomainName || up.Tags["a"] != "b" {
		t.Errorf("updated: %s", show(up))
	}
	same(t, "the updated domain", ok[*v2.GetDomainNameOutput](t)(g.GetDomainName(ctx, &v2.GetDomainNameInput{DomainName: name})), up)
	nothing := ok[*v2.UpdateDomainNameOutput](t)(g.UpdateDomainName(ctx, &v2.UpdateDomainNameInput{DomainName: name}))
	same(t, "an empty update", nothing, up)
	if list := ok[*v2.GetDomainNamesOutput](t)(g.GetDomainNames(ctx, &v2.GetDomainNamesInput{})).Items; len(list) != 1 || *list[0].DomainName != *name {
		t.Errorf("list = %v", list)
	}
	ok[*v2.DeleteDomainNameOutput](t)(g.DeleteDomainName(ctx, &v2.DeleteDomainNameInput{DomainName: name}))
	const gone = "Invalid domain name identifier specified"
	_, err := g.GetDomainName(ctx, &v2.GetDomainNameInput{DomainName: name})
	wantError(t, err, missingCode, gone)
	_, err = g.UpdateDomainName(ctx, &v2.UpdateDomainNameInput{DomainName: name})
	wantError(t, err, missingCode, gone)
	_, err = g.DeleteDomainName(ctx, &v2.DeleteDomainNameInput{DomainName: name})
	wantError(t, err, missingCode, gone)
}

func TestDomainRefuses(t *testing.T) {
	g := start(t)
	g.domain("d.example.com")
	one := []types.DomainNameConfiguration{{EndpointType: "REGIONAL"}}
	for _, c := range []struct {
		name, domain string
		in           v2.CreateDomainNameInput
		text         string
	}{
		{"twice", "d.example.com", v2.CreateDomainNameInput{DomainNameConfigurations: one}, "The domain name you provided already exists."},
		{"no configuration", "e.example.com", v2.CreateDomainNameInput{}, "Invalid input. Expected one domain name configuration"},
		{"two", "e.example.com", v2.CreateDomainNameInput{DomainNameConfigurations: append(one, one...)}, "Invalid input. Expected one domain name configuration"},
		{"no name", "example", v2.CreateDomainNameInput{DomainNameConfigurations: one}, "Invalid domain name specified"},
		{"EDGE", "e.example.com", v2.CreateDomainNameInput{DomainNameConfigurations: []types.DomainNameConfiguration{{EndpointType: "EDGE"}}}, "Invalid endpointType specified: HTTP and WebSocket APIs need a REGIONAL domain name"},
		{"certificate", "e.example.com", v2.CreateDomainNameInput{DomainNameConfigurations: []types.DomainNameConfiguration{{CertificateArn: aws.String("x")}}}, "Invalid ARN. ARN is not well formed x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.DomainName = &c.domain
			_, err := g.CreateDomainName(ctx, &c.in)
			wantError(t, err, badCode, c.text)
		})
	}
}

// TestEdgeDomainIsSeen: v1 makes it, also with both types, and v2 shows it.
func TestEdgeDomainIsSeen(t *testing.T) {
	g := start(t)
	d := &definition.Domain{Region: "us-east-1", Domain: v1types.DomainName{DomainName: aws.String("e.example.com"), CertificateArn: aws.String(certificate),
		EndpointConfiguration: &v1types.EndpointConfiguration{Types: []v1types.EndpointType{"EDGE"}}}}
	d.Settle("000000000000", newID)
	if err := g.repo.Domains().Create(ctx, d); err != nil {
		t.Fatal(err)
	}
	got := ok[*v2.GetDomainNameOutput](t)(g.GetDomainName(ctx, &v2.GetDomainNameInput{DomainName: aws.String("e.example.com")}))
	if c := got.DomainNameConfigurations[0]; c.EndpointType != "EDGE" || *c.HostedZoneId != "Z2FDTNDATAQYW2" || *c.CertificateArn != certificate {
		t.Errorf("read: %s", show(got))
	}
	err := g.repo.Domains().Change(ctx, "us-east-1", "e.example.com", func(d *definition.Domain) error {
		d.Domain.EndpointConfiguration.Types = []v1types.EndpointType{"EDGE", "REGIONAL"}
		d.Settle("000000000000", newID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	up := ok[*v2.UpdateDomainNameOutput](t)(g.UpdateDomainName(ctx, &v2.UpdateDomainNameInput{DomainName: aws.String("e.example.com"), RoutingMode: "ROUTING_RULE_ONLY"}))
	if len(up.DomainNameConfigurations) != 2 || up.DomainNameConfigurations[1].EndpointType != "REGIONAL" || up.RoutingMode != "ROUTING_RULE_ONLY" {
		t.Errorf("with both types: %s", show(up))
	}
}

func TestMappingLife(t *testing.T) {
	g := start(t)
	domain, api := g.domain("d.example.com"), g.httpAPI()
	m := ok[*v2.CreateApiMappingOutput](t)(g.CreateApiMapping(ctx, &v2.CreateApiMappingInput{DomainName: domain, ApiId: api, Stage: aws.String("$default"), ApiMappingKey: aws.String("a/b/c")}))
	if len(*m.ApiMappingId) != 6 || *m.ApiMappingKey != "a/b/c" {
		t.Errorf("created: %s", show(m))
	}
	for range 2 {
		same(t, "the mapping", ok[*v2.GetApiMappingOutput](t)(g.GetApiMapping(ctx, &v2.GetApiMappingInput{DomainName: domain, ApiMappingId: m.ApiMappingId})), m)
	}
	empty := ok[*v2.CreateApiMappingOutput](t)(g.CreateApiMapping(ctx, &v2.CreateApiMappingInput{DomainName: domain, ApiId: g.restAPI("rest1"), Stage: aws.String("dev")}))
	if *empty.ApiMappingKey != "" {
		t.Errorf("catch-all: %s", show(empty))
	}
	up := ok[*v2.UpdateApiMappingOutput](t)(g.UpdateApiMapping(ctx, &v2.UpdateApiMappingInput{DomainName: domain, ApiId: api, ApiMappingId: m.ApiMappingId, ApiMappingKey: aws.String("z")}))
	if *up.ApiMappingKey != "z" || *up.Stage != "$default" {
		t.Errorf("updated: %s", show(up))
	}
	if list := ok[*v2.GetApiMappingsOutput](t)(g.GetApiMappings(ctx, &v2.GetApiMappingsInput{DomainName: domain})).Items; len(list) != 2 {
		t.Errorf("list = %v", list)
	}
	_, err := g.DeleteApi(ctx, &v2.DeleteApiInput{ApiId: api})
	wantError(t, err, badCode, "Deleting API "+*api+" failed. Please remove all API mappings for the API from your custom domain names.")
	ok[*v2.DeleteApiMappingOutput](t)(g.DeleteApiMapping(ctx, &v2.DeleteApiMappingInput{DomainName: domain, ApiMappingId: m.ApiMappingId}))
	const gone = "Invalid API mapping identifier specified"
	_, err = g.GetApiMapping(ctx, &v2.GetApiMappingInput{DomainName: domain, ApiMappingId: m.ApiMappingId})
	wantError(t, err, missingCode, gone)
	_, err = g.UpdateApiMapping(ctx, &v2.UpdateApiMappingInput{DomainName: domain, ApiId: api, ApiMappingId: m.ApiMappingId})
	wantError(t, err, missingCode, gone)
	_, err = g.DeleteApiMapping(ctx, &v2.DeleteApiMappingInput{DomainName: domain, ApiMappingId: m.ApiMappingId})
	wantError(t, err, missingCode, gone)
	ok[*v2.DeleteApiOutput](t)(g.DeleteApi(ctx, &v2.DeleteApiInput{ApiId: api}))
}

func TestMappingRefuses(t *testing.T) {
	g := start(t)
	domain, api := g.domain("d.example.com"), g.httpAPI()
	create := func(domain, api, stage, key string) error {
		_, err := g.CreateApiMapping(ctx, &v2.CreateApiMappingInput{DomainName: &domain, ApiId: &api, Stage: &stage, ApiMappingKey: &key})
		return err
	}
	if err := create(*domain, *api, "$default", "k"); err != nil {
		t.Fatal(err)
	}
	wantError(t, create(*domain, *api, "$default", "k"), conflictCode, "ApiMapping key already exists for this domain name")
	wantError(t, create("x.example.com", *api, "$default", "l"), missingCode, "Invalid domain name identifier specified")
	wantError(t, create(*domain, "zzz", "$default", "l"), missingCode, "Invalid API identifier specified 000000000000:zzz")
	wantError(t, create(*domain, *api, "zzz", "l"), missingCode, "Invalid stage identifier specified")
	for _, key := range []string{"/a", "a/", "a//b", "a b", "ä"} {
		wantError(t, create(*domain, *api, "$default", key), badCode, "Invalid API mapping key specified: "+key)
	}
	_, err := g.UpdateDomainName(ctx, &v2.UpdateDomainNameInput{DomainName: domain, RoutingMode: "ROUTING_RULE_THEN_API_MAPPING"})
	wantError(t, err, badCode, "HTTP APIs cannot be mapped to a domain name with routing mode ROUTING_RULE_THEN_API_MAPPING")
	socket := &definition.HTTPAPI{Region: "us-east-1", API: types.Api{ApiId: aws.String("ws1"), ProtocolType: "WEBSOCKET"}, Stages: []types.Stage{{StageName: aws.String("s")}}}
	if err := g.repo.Create(ctx, socket); err != nil {
		t.Fatal(err)
	}
	wantError(t, create(*domain, "ws1", "s", "l"), badCode, "Only WebSocket APIs can be mapped to the same domain name as other WebSocket APIs")
}

func TestRuleLife(t *testing.T) {
	g := start(t)
	domain, api := g.domain("d.example.com"), g.restAPI("rest1")
	act := []types.RoutingRuleAction{{InvokeApi: &types.RoutingRuleActionInvokeApi{ApiId: api, Stage: aws.String("dev")}}}
	in := &v2.CreateRoutingRuleInput{DomainName: domain, Priority: aws.Int32(20), Actions: act, Conditions: []types.RoutingRuleCondition{
		{MatchBasePaths: &types.RoutingRuleMatchBasePaths{AnyOf: []string{"a/b"}}},
		{MatchHeaders: &types.RoutingRuleMatchHeaders{AnyOf: []types.RoutingRuleMatchHeaderValue{{Header: aws.String("X-V"), ValueGlob: aws.String("*beta*")}}}}}}
	r := ok[*v2.CreateRoutingRuleOutput](t)(g.CreateRoutingRule(ctx, in))
	if len(*r.RoutingRuleId) != 6 || *r.RoutingRuleArn != "arn:aws:apigateway:us-east-1:000000000000:/domainnames/d.example.com/routingrules/"+*r.RoutingRuleId || *r.Actions[0].InvokeApi.StripBasePath {
		t.Errorf("created: %s", show(r))
	}
	get := &v2.GetRoutingRuleInput{DomainName: domain, RoutingRuleId: r.RoutingRuleId}
	for range 2 {
		same(t, "the rule", ok[*v2.GetRoutingRuleOutput](t)(g.GetRoutingRule(ctx, get)), r)
	}
	_, err := g.CreateRoutingRule(ctx, in)
	wantError(t, err, conflictCode, "A routing rule with the same priority already exists for this domain name")
	first := ok[*v2.CreateRoutingRuleOutput](t)(g.CreateRoutingRule(ctx, &v2.CreateRoutingRuleInput{DomainName: domain, Priority: aws.Int32(3), Actions: act, Conditions: []types.RoutingRuleCondition{}}))
	p := v2.NewListRoutingRulesPaginator(g.Client, &v2.ListRoutingRulesInput{DomainName: domain, MaxResults: aws.Int32(1)})
	var order []string
	for p.HasMorePages() {
		out := ok[*v2.ListRoutingRulesOutput](t)(p.NextPage(ctx))
		order = append(order, *out.RoutingRules[0].RoutingRuleId)
	}
	if fmt.Sprint(order) != fmt.Sprint([]string{*first.RoutingRuleId, *r.RoutingRuleId}) {
		t.Errorf("order = %v, want the lowest priority first", order)
	}
	put := &v2.PutRoutingRuleInput{DomainName: domain, RoutingRuleId: r.RoutingRuleId, Priority: aws.Int32(1), Actions: act, Conditions: []types.RoutingRuleCondition{}}
	up := ok[*v2.PutRoutingRuleOutput](t)(g.PutRoutingRule(ctx, put))
	if *up.Priority != 1 || up.Conditions == nil || len(up.Conditions) != 0 || *up.RoutingRuleArn != *r.RoutingRuleArn {
		t.Errorf("put: %s", show(up))
	}
	same(t, "the put rule", ok[*v2.GetRoutingRuleOutput](t)(g.GetRoutingRule(ctx, get)), up)
	if names, err := g.repo.MappedDomains(ctx, "us-east-1", *api); err != nil || len(names) != 1 {
		t.Errorf("MappedDomains = %v, %v, want the domain of the rule", names, err)
	}
	ok[*v2.DeleteRoutingRuleOutput](t)(g.DeleteRoutingRule(ctx, &v2.DeleteRoutingRuleInput{DomainName: domain, RoutingRuleId: r.RoutingRuleId}))
	const gone = "Invalid routing rule identifier specified"
	_, err = g.GetRoutingRule(ctx, get)
	wantError(t, err, missingCode, gone)
	_, err = g.PutRoutingRule(ctx, put)
	wantError(t, err, missingCode, gone)
	_, err = g.DeleteRoutingRule(ctx, &v2.DeleteRoutingRuleInput{DomainName: domain, RoutingRuleId: r.RoutingRuleId})
	wantError(t, err, missingCode, gone)
}

func TestRuleRefuses(t *testing.T) {
	g := start(t)
	domain, api, other := g.domain("d.example.com"), g.restAPI("rest1"), g.httpAPI()
	act := func(api, stage string) []types.RoutingRuleAction {
		return []types.RoutingRuleAction{{InvokeApi: &types.RoutingRuleActionInvokeApi{ApiId: &api, Stage: &stage}}}
	}
	header := func(name, glob string) types.RoutingRuleCondition {
		return types.RoutingRuleCondition{MatchHeaders: &types.RoutingRuleMatchHeaders{AnyOf: []types.RoutingRuleMatchHeaderValue{{Header: &name, ValueGlob: &glob}}}}
	}
	base := func(anyOf ...string) types.RoutingRuleCondition {
		return types.RoutingRuleCondition{MatchBasePaths: &types.RoutingRuleMatchBasePaths{AnyOf: anyOf}}
	}
	good := act(*api, "dev")
	for _, c := range []struct {
		name       string
		priority   int32
		actions    []types.RoutingRuleAction
		conditions []types.RoutingRuleCondition
		code, text string
	}{
		{"priority low", 0, good, nil, badCode, "Invalid priority specified: it must be between 1 and 1000000"},
		{"priority high", 1000001, good, nil, badCode, "Invalid priority specified: it must be between 1 and 1000000"},
		{"no action", 1, nil, nil, badCode, "A routing rule needs exactly one invokeApi action"},
		{"two actions", 1, append(act(*api, "dev"), good...), nil, badCode, "A routing rule needs exactly one invokeApi action"},
		{"HTTP API", 1, act(*other, "$default"), nil, badCode, "Routing rules can invoke stages of REST APIs only"},
		{"no API", 1, act("zzz", "dev"), nil, missingCode, "Invalid API identifier specified 000000000000:zzz"},
		{"no stage", 1, act(*api, "zzz"), nil, missingCode, "Invalid stage identifier specified"},
		{"empty condition", 1, good, []types.RoutingRuleCondition{{}}, badCode, "Invalid condition specified: it needs one of matchBasePaths and matchHeaders"},
		{"two paths", 1, good, []types.RoutingRuleCondition{base("a"), base("b")}, badCode, "A routing rule can have at most one matchBasePaths and 2 matchHeaders conditions"},
		{"three headers", 1, good, []types.RoutingRuleCondition{header("a", "b"), header("a", "b"), header("a", "b")}, badCode, "A routing rule can have at most one matchBasePaths and 2 matchHeaders conditions"},
		{"paths in one", 1, good, []types.RoutingRuleCondition{base("a", "b")}, badCode, "Invalid matchBasePaths condition specified: it needs exactly one base path"},
		{"star inside", 1, good, []types.RoutingRuleCondition{header("a", "b*c")}, badCode, "Invalid matchHeaders condition specified: a: b*c"},
		{"header name", 1, good, []types.RoutingRuleCondition{header("a b", "c")}, badCode, "Invalid matchHeaders condition specified: a b: c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.actions == nil {
				c.actions = []types.RoutingRuleAction{}
			}
			if c.conditions == nil {
				c.conditions = []types.RoutingRuleCondition{}
			}
			_, err := g.CreateRoutingRule(ctx, &v2.CreateRoutingRuleInput{DomainName: domain, Priority: &c.priority, Actions: c.actions, Conditions: c.conditions})
			wantError(t, err, c.code, c.text)
		})
	}
}

func TestRulesAtOnce(t *testing.T) {
	g := start(t)
	domain, api := g.domain("d.example.com"), g.restAPI("rest1")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			_, err := g.CreateRoutingRule(ctx, &v2.CreateRoutingRuleInput{DomainName: domain, Priority: aws.Int32(int32(1 + i%10)), Conditions: []types.RoutingRuleCondition{},
				Actions: []types.RoutingRuleAction{{InvokeApi: &types.RoutingRuleActionInvokeApi{ApiId: api, Stage: aws.String("dev")}}}})
			if err != nil {
				wantError(t, err, conflictCode, "A routing rule with the same priority already exists for this domain name")
			}
		})
	}
	wg.Wait()
	if list := ok[*v2.ListRoutingRulesOutput](t)(g.ListRoutingRules(ctx, &v2.ListRoutingRulesInput{DomainName: domain})).RoutingRules; len(list) != 10 {
		t.Errorf("%d rules, want 10", len(list))
	}
}

// TestTagsOfShared: what v1 made can be tagged here too.
func TestTagsOfShared(t *testing.T) {
	g := start(t)
	domain, api := g.domain("d.example.com"), g.restAPI("rest1")
	link := &definition.RESTVPCLink{Region: "us-east-1", Link: v1types.VpcLink{Id: aws.String("link1")}}
	if err := g.repo.RESTVPCLinks().Create(ctx, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/domainnames/" + *domain, "/restapis/" + *api, "/vpclinks/link1"} {
		arn := aws.String("arn:aws:apigateway:us-east-1::" + path)
		ok[*v2.TagResourceOutput](t)(g.TagResource(ctx, &v2.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"a": "b"}}))
		if got := ok[*v2.GetTagsOutput](t)(g.GetTags(ctx, &v2.GetTagsInput{ResourceArn: arn})).Tags; len(got) != 1 || got["a"] != "b" {
			t.Errorf("tags of %s = %v", path, got)
		}
	}
}
