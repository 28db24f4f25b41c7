package definition

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2types "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/store"
)

func newKey(id, value string) *CallerKey {
	return &CallerKey{Region: "us-east-1", Created: birth, Key: types.ApiKey{Id: &id, Value: &value}}
}

func TestCollectionLife(t *testing.T) {
	s := memory(t)
	plans := New(s).UsagePlans()
	p := &UsagePlan{Region: "us-east-1", Created: birth, Plan: types.UsagePlan{Id: aws.String("p1"), Name: aws.String("n"),
		Throttle: &types.ThrottleSettings{RateLimit: 1.5}}, Keys: []string{"k"}}
	must(t, plans.Create(t.Context(), p))
	if err := plans.Create(t.Context(), p); !errors.Is(err, store.ErrConflict) {
		t.Errorf("second Create = %v, want ErrConflict", err)
	}
	if err := plans.Create(t.Context(), &UsagePlan{Plan: types.UsagePlan{Id: aws.String("A/b")}}); err == nil {
		t.Error("Create takes an id that is none")
	}
	got, err := plans.Get(t.Context(), "us-east-1", "p1")
	must(t, err)
	if fmt.Sprint(got.Keys, got.Created, *got.Plan.Name, *got.Plan.Throttle) != fmt.Sprint(p.Keys, birth, "n", *p.Plan.Throttle) {
		t.Errorf("Get = %+v, want %+v", got, p)
	}
	must(t, plans.Change(t.Context(), "us-east-1", "p1", func(p *UsagePlan) error { p.Keys = nil; return nil }))
	refused := errors.New("refused")
	if err := plans.Change(t.Context(), "us-east-1", "p1", func(*UsagePlan) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("Change = %v, want its argument's error", err)
	}
	if err := plans.Delete(t.Context(), "us-east-1", "p1", func(*UsagePlan) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("Delete = %v, want its argument's error", err)
	}
	put(t, s, UsagePlanPrefix+"later", `{"Format":9,"Kind":"usage-plan","Region":"us-east-1"}`+"\n{}")
	list, err := plans.List(t.Context(), "us-east-1")
	if len(list) != 1 || !errors.Is(err, ErrFormat) {
		t.Errorf("List = %v, %v, want one plan and ErrFormat", list, err)
	}
	if n, err := plans.Count(t.Context(), "us-east-1"); n != 2 || err != nil {
		t.Errorf("Count = %d, %v, want 2", n, err)
	}
	for _, c := range []struct{ region, id string }{{"eu-west-1", "p1"}, {"us-east-1", "zz"}, {"us-east-1", ""}, {"us-east-1", "../x"}} {
		if _, err := plans.Get(t.Context(), c.region, c.id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Get(%q, %q) = %v, want ErrNotFound", c.region, c.id, err)
		}
		if err := plans.Delete(t.Context(), c.region, c.id, nil); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Delete(%q, %q) = %v, want ErrNotFound", c.region, c.id, err)
		}
	}
	must(t, plans.Delete(t.Context(), "us-east-1", "p1", nil))
	wantKeys(t, s, UsagePlanPrefix+"later")
}

func TestKeyValues(t *testing.T) {
	s := memory(t)
	r := New(s)
	must(t, r.CreateCallerKey(t.Context(), newKey("k1", "v")))
	if err := r.CreateCallerKey(t.Context(), newKey("k2", "v")); !errors.Is(err, ErrValueTaken) {
		t.Errorf("a taken value = %v, want ErrValueTaken", err)
	}
	if err := r.CreateCallerKey(t.Context(), newKey("k1", "w")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a taken id = %v, want ErrConflict", err)
	}
	if n := len(keys(t, s)); n != 2 {
		t.Errorf("%d documents, want the key and its value: %v", n, keys(t, s))
	}
	k, err := r.CallerKeyByValue(t.Context(), "us-east-1", "v")
	must(t, err)
	if *k.Key.Id != "k1" {
		t.Errorf("CallerKeyByValue = %s, want k1", *k.Key.Id)
	}
	for _, c := range []struct{ region, value string }{{"us-east-1", "w"}, {"eu-west-1", "v"}} {
		if _, err := r.CallerKeyByValue(t.Context(), c.region, c.value); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("CallerKeyByValue(%s, %s) = %v, want ErrNotFound", c.region, c.value, err)
		}
	}
	must(t, r.DeleteCallerKey(t.Context(), "us-east-1", "k1"))
	wantKeys(t, s)
}

// TestAbandonedValue: a crash between a value and its key blocks the value for
// SweepAge, not for ever.
func TestAbandonedValue(t *testing.T) {
	r := New(memory(t))
	must(t, r.claimValue(t.Context(), "v", claim{Region: "us-east-1", KeyID: "lost", Since: birth}))
	soon := newKey("k1", "v")
	soon.Created = birth.Add(SweepAge - 1)
	if err := r.CreateCallerKey(t.Context(), soon); !errors.Is(err, ErrValueTaken) {
		t.Errorf("a young claim = %v, want ErrValueTaken", err)
	}
	soon.Created = birth.Add(SweepAge)
	must(t, r.CreateCallerKey(t.Context(), soon))
	if k, err := r.CallerKeyByValue(t.Context(), "us-east-1", "v"); err != nil || *k.Key.Id != "k1" {
		t.Errorf("CallerKeyByValue = %v, %v, want k1", k, err)
	}
}

// TestUsageOfManyNodes has each counter write through a Repository of its own.
func TestUsageOfManyNodes(t *testing.T) {
	s := memory(t)
	const nodes, each = 4, 15
	var wg sync.WaitGroup
	for range nodes {
		wg.Go(func() {
			r := New(s)
			for range each {
				err := r.ChangeUsage(context.Background(), "us-east-1", "p", "k", birth, func(u *Usage) error {
					u.Days["2026-01-02"] = UsageDay{Used: u.Days["2026-01-02"].Used + 1}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	r := New(s)
	u, err := r.Usage(t.Context(), "us-east-1", "p", "k")
	must(t, err)
	if u.Days["2026-01-02"].Used != nodes*each || u.Started != "2026-01-02" {
		t.Errorf("Usage = %+v, want %d", u, nodes*each)
	}
	later := birth.AddDate(0, 0, MaxUsageDays+1)
	must(t, r.ChangeUsage(t.Context(), "us-east-1", "p", "k", later, func(*Usage) error { return nil }))
	if u, err = r.Usage(t.Context(), "us-east-1", "p", "k"); err != nil || len(u.Days) != 0 || u.Started != "2026-01-02" {
		t.Errorf("an old record = %+v, %v, want no days", u, err)
	}
	must(t, r.ChangeUsage(t.Context(), "us-east-1", "p", "k2", birth, func(*Usage) error { return nil }))
	r.DeleteUsage(t.Context(), "p", "k")
	wantKeys(t, s, "usage/p/k2")
	r.DeleteUsage(t.Context(), "p", "")
	wantKeys(t, s)
}

func TestPrivateKeyIsNotPrinted(t *testing.T) {
	c := &ClientCertificate{Region: "us-east-1", Certificate: types.ClientCertificate{ClientCertificateId: aws.String("c1")}, PrivateKey: "hush"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", c.PrivateKey)
	for _, text := range []string{fmt.Sprint(c.PrivateKey), fmt.Sprintf("%v %+v %#v %q %x %s", *c, *c, *c, c.PrivateKey, c.PrivateKey, c.PrivateKey), log.String()} {
		if strings.Contains(text, "hush") || strings.Contains(text, "68757368") {
			t.Errorf("the key is in %q", text)
		}
	}
	text, err := json.Marshal(c)
	must(t, err)
	var back ClientCertificate
	must(t, json.Unmarshal(text, &back))
	if back.PrivateKey != "hush" {
		t.Error("the key does not survive its document")
	}
}

func TestAccountSettings(t *testing.T) {
	r := New(memory(t))
	a, err := r.Account(t.Context(), "us-east-1")
	must(t, err)
	if a.CloudwatchRoleArn != nil {
		t.Errorf("a fresh account = %+v", a)
	}
	for _, role := range []string{"a", "b"} {
		must(t, r.ChangeAccount(t.Context(), "us-east-1", func(a *Account) error { a.CloudwatchRoleArn = &role; return nil }))
		if a, err = r.Account(t.Context(), "us-east-1"); err != nil || *a.CloudwatchRoleArn != role {
			t.Errorf("Account = %+v, %v, want %s", a, err, role)
		}
	}
	if a, err = r.Account(t.Context(), "eu-west-1"); err != nil || a.CloudwatchRoleArn != nil {
		t.Errorf("another Region = %+v, %v", a, err)
	}
}

func TestSettle(t *testing.T) {
	n := 0
	id := func(int) string { n++; return fmt.Sprint("id", n) }
	d := &Domain{Region: "xx-north-1", Domain: types.DomainName{DomainName: aws.String("a.b"), EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{"REGIONAL"}}}}
	d.Settle("1", id)
	before := *d.Domain.RegionalDomainName
	if before != "d-id1.execute-api.xx-north-1.amazonaws.com" || *d.Domain.RegionalHostedZoneId != RegionalZone("xx-north-1") || len(RegionalZone("xx-north-1")) != 14 {
		t.Errorf("REGIONAL: %s in %s", before, *d.Domain.RegionalHostedZoneId)
	}
	d.Domain.EndpointConfiguration.Types = []types.EndpointType{"EDGE", "REGIONAL"}
	d.Settle("1", id)
	if *d.Domain.RegionalDomainName != before || *d.Domain.DistributionDomainName != "did2.cloudfront.net" {
		t.Errorf("both: %s, %s, want the old and a new one", *d.Domain.RegionalDomainName, *d.Domain.DistributionDomainName)
	}
}

func TestValidDomainName(t *testing.T) {
	for name, want := range map[string]bool{
		"a.b": true, "*.example.com": true, "x-1.example.com": true, "": false, "a": false, "A.b": false, "a..b": false, "-a.b": false, "a-.b": false,
		"a.*.b": false, "a.b.": false, "a_b.c": false, strings.Repeat("a", 64) + ".b": false, strings.Repeat("a.", 126) + "bc": false,
	} {
		if got := ValidDomainName(name); got != want {
			t.Errorf("ValidDomainName(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestStageOf(t *testing.T) {
	r := New(memory(t))
	must(t, r.CreateRest(t.Context(), &RestAPI{Region: "us-east-1", API: types.RestApi{Id: aws.String("rest")}, Stages: []types.Stage{{StageName: aws.String("s")}}}))
	a := newAPI("http")
	a.Stages = []v2types.Stage{{StageName: aws.String("s")}}
	must(t, r.Create(t.Context(), a))
	for _, c := range []struct {
		region, api, stage, protocol string
		err                          error
	}{
		{"us-east-1", "rest", "s", ProtocolREST, nil},
		{"us-east-1", "rest", "", ProtocolREST, nil},
		{"us-east-1", "http", "s", ProtocolHTTP, nil},
		{"us-east-1", "http", "t", ProtocolHTTP, ErrNoStage},
		{"us-east-1", "none", "s", "", store.ErrNotFound},
		{"eu-west-1", "rest", "s", "", store.ErrNotFound},
	} {
		if got, err := r.StageOf(t.Context(), c.region, c.api, c.stage); got != c.protocol || !errors.Is(err, c.err) {
			t.Errorf("StageOf(%s, %s, %s) = %s, %v, want %s, %v", c.region, c.api, c.stage, got, err, c.protocol, c.err)
		}
	}
}
