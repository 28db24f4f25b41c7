package apigateway

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// TestPlanLife makes the calls that Terraform makes for a usage plan.
func TestPlanLife(t *testing.T) {
	d := openDesk(t)
	api := d.shop("shop1", "dev", "prod")
	p, err := d.CreateUsagePlan(ctx, &v1.CreateUsagePlanInput{Name: aws.String("p"), Description: aws.String("about"), Tags: map[string]string{"a": "b"},
		ApiStages: []types.ApiStage{{ApiId: &api, Stage: aws.String("dev"), Throttle: map[string]types.ThrottleSettings{"/x/GET": {BurstLimit: 9, RateLimit: 2.5}}}},
		Throttle:  &types.ThrottleSettings{BurstLimit: 20, RateLimit: 10}, Quota: &types.QuotaSettings{Limit: 100, Period: "WEEK", Offset: 2}})
	done(t, p, err)
	for range 2 {
		got, err := d.GetUsagePlan(ctx, &v1.GetUsagePlanInput{UsagePlanId: p.Id})
		alike(t, "the plan", done(t, got, err), p)
	}
	up, err := d.UpdateUsagePlan(ctx, &v1.UpdateUsagePlanInput{UsagePlanId: p.Id, PatchOperations: []types.PatchOperation{
		patch("replace", "/name", "q"), patch("replace", "/description", "new"), patch("add", "/productCode", "code"),
		patch("remove", "/quota", ""), patch("add", "/quota/limit", "7"), patch("replace", "/quota/period", "MONTH"), patch("add", "/quota/offset", "1"),
		patch("remove", "/throttle", ""), patch("add", "/throttle/rateLimit", "1.5"), patch("replace", "/throttle/burstLimit", "3"),
		patch("add", "/apiStages", "shop1:prod"),
		patch("replace", "/apiStages/shop1:prod/throttle//pets/GET/rateLimit", "4"), // as Terraform sends it
		patch("add", "/apiStages/shop1:prod/throttle/~1pets~1{id}/PUT/burstLimit", "5"),
		patch("replace", "/apiStages/shop1:prod/throttle/~1gone/GET/rateLimit", "4"),
		patch("remove", "/apiStages/shop1:prod/throttle/~1gone/GET", ""),
		patch("remove", "/apiStages/shop1:dev/throttle", "")}})
	done(t, up, err)
	want := &v1.UpdateUsagePlanOutput{Id: p.Id, Name: aws.String("q"), Description: aws.String("new"), ProductCode: aws.String("code"), Tags: p.Tags,
		Quota: &types.QuotaSettings{Limit: 7, Offset: 1, Period: "MONTH"}, Throttle: &types.ThrottleSettings{BurstLimit: 3, RateLimit: 1.5},
		ApiStages: []types.ApiStage{{ApiId: &api, Stage: aws.String("dev")},
			{ApiId: &api, Stage: aws.String("prod"), Throttle: map[string]types.ThrottleSettings{"/pets/GET": {RateLimit: 4}, "/pets/{id}/PUT": {BurstLimit: 5}}}}}
	alike(t, "the update", up, want)
	got, err := d.GetUsagePlan(ctx, &v1.GetUsagePlanInput{UsagePlanId: p.Id})
	alike(t, "the updated plan", done(t, got, err), up)
	whole, err := d.UpdateUsagePlan(ctx, &v1.UpdateUsagePlanInput{UsagePlanId: p.Id, PatchOperations: []types.PatchOperation{
		patch("replace", "/apiStages/shop1:dev/throttle", `{"/a/GET":{"rateLimit":1.5,"burstLimit":2}}`), patch("remove", "/productCode", "")}})
	if done(t, whole, err); whole.ApiStages[0].Throttle["/a/GET"] != (types.ThrottleSettings{BurstLimit: 2, RateLimit: 1.5}) || whole.ProductCode != nil {
		t.Errorf("updated: %s", printed(whole))
	}

	_, err = d.DeleteUsagePlan(ctx, &v1.DeleteUsagePlanInput{UsagePlanId: p.Id})
	fails(t, err, isBad, "Cannot delete Usage Plan "+*p.Id+" because there are API Stages associated with it, including shop1:dev")
	_, err = d.UpdateUsagePlan(ctx, &v1.UpdateUsagePlanInput{UsagePlanId: p.Id, PatchOperations: []types.PatchOperation{
		patch("remove", "/apiStages", "shop1:dev"), patch("remove", "/apiStages", "shop1:prod")}})
	done(t, 0, err)
	_, err = d.DeleteUsagePlan(ctx, &v1.DeleteUsagePlanInput{UsagePlanId: p.Id})
	done(t, 0, err)
	_, err = d.GetUsagePlan(ctx, &v1.GetUsagePlanInput{UsagePlanId: p.Id})
	fails(t, err, isMissing, "Invalid Usage Plan ID specified")
	_, err = d.DeleteUsagePlan(ctx, &v1.DeleteUsagePlanInput{UsagePlanId: p.Id})
	fails(t, err, isMissing, "Invalid Usage Plan ID specified")
	_, err = d.UpdateUsagePlan(ctx, &v1.UpdateUsagePlanInput{UsagePlanId: p.Id})
	fails(t, err, isMissing, "Invalid Usage Plan ID specified")
}

func TestPlanRefusals(t *testing.T) {
	d := openDesk(t)
	d.shop("shop1", "dev")
	id := *d.plan("p")
	for _, c := range []struct {
		op         types.PatchOperation
		kind, text string
	}{
		{types.PatchOperation{Op: "add", Path: aws.String("/apiStages")}, isBad, "Invalid API Stage specified"},
		{patch("add", "/apiStages", "shop1"), isBad, "Invalid API Stage specified"},
		{patch("add", "/apiStages", "shop1:x"), isMissing, "Invalid API Stage {api: shop1, stage: x} specified for usageplan " + id},
		{patch("add", "/apiStages", "zzz:dev"), isMissing, "Invalid API Stage {api: zzz, stage: dev} specified for usageplan " + id},
		{patch("remove", "/apiStages", "shop1:dev"), isMissing, "Invalid API Stage {api: shop1, stage: dev} specified for usageplan " + id},
		{patch("add", "/apiStages/shop1:dev/throttle/~1a/GET/rateLimit", "1"), isMissing, "Invalid API Stage {api: shop1, stage: dev} specified for usageplan " + id},
		{patch("replace", "/quota/limit", "x"), isBad, "Invalid patch value  'x' specified for path '/quota/limit'"},
		{patch("replace", "/throttle/rateLimit", "NaN"), isBad, "Invalid patch value  'NaN' specified for path '/throttle/rateLimit'"},
		{patch("replace", "/throttle/rateLimit", "-1"), isBad, "Usage Plan throttle limits cannot be negative"},
		{patch("replace", "/quota/period", "YEAR"), isBad, "Usage Plan quota period must be one of DAY, WEEK, MONTH"},
		{patch("replace", "/name", ""), isBad, "Usage Plan name cannot be blank"},
		{patch("replace", "/nope", ""), isBad, "Invalid patch path /nope"},
		{patch("remove", "/name", ""), isBad, "Invalid patch path  '/name' specified for op 'remove'. Please choose supported operations"},
	} {
		_, err := d.UpdateUsagePlan(ctx, &v1.UpdateUsagePlanInput{UsagePlanId: &id, PatchOperations: []types.PatchOperation{c.op}})
		fails(t, err, c.kind, c.text)
	}
	_, err := d.CreateUsagePlan(ctx, &v1.CreateUsagePlanInput{Name: aws.String("p"), Quota: &types.QuotaSettings{Limit: 1, Offset: 1, Period: "DAY"}})
	fails(t, err, isBad, "Usage Plan quota offset must be between 0 and 0 for the period DAY")
}

func TestPlanKeys(t *testing.T) {
	d := openDesk(t)
	d.shop("shop1", "dev")
	plan, other := d.plan("p", "shop1", "dev"), d.plan("o", "shop1", "dev")
	k := d.key("k")
	join := func(plan, key, kind string) (*v1.CreateUsagePlanKeyOutput, error) {
		return d.CreateUsagePlanKey(ctx, &v1.CreateUsagePlanKeyInput{UsagePlanId: &plan, KeyId: &key, KeyType: &kind})
	}
	m, err := join(*plan, *k.Id, "API_KEY")
	if done(t, m, err); *m.Id != *k.Id || *m.Type != "API_KEY" || *m.Value != *k.Value || *m.Name != "k" {
		t.Errorf("created: %s", printed(m))
	}
	got, err := d.GetUsagePlanKey(ctx, &v1.GetUsagePlanKeyInput{UsagePlanId: plan, KeyId: k.Id})
	alike(t, "the plan's key", done(t, got, err), m)
	for _, c := range []struct{ name, plan, key, keyType, kind, text string }{
		{"twice", *plan, *k.Id, "API_KEY", isConflict, "Usage Plan already contains this API Key"},
		{"stage shared", *other, *k.Id, "API_KEY", isBad, "API Key cannot reference multiple Usage Plans with the same API stage"},
		{"key unknown", *plan, "zz", "API_KEY", isMissing, "Invalid API Key identifier specified"},
		{"plan unknown", "zz", *k.Id, "API_KEY", isMissing, "Invalid Usage Plan ID specified"},
		{"type", *plan, *k.Id, "X", isBad, "Invalid keyType specified: it must be API_KEY"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := join(c.plan, c.key, c.keyType)
			fails(t, err, c.kind, c.text)
		})
	}
	list, err := d.GetUsagePlanKeys(ctx, &v1.GetUsagePlanKeysInput{UsagePlanId: plan, NameQuery: aws.String("k")})
	if done(t, list, err); len(list.Items) != 1 || *list.Items[0].Value != *k.Value {
		t.Errorf("keys: %s", printed(list))
	}
	if list, err = d.GetUsagePlanKeys(ctx, &v1.GetUsagePlanKeysInput{UsagePlanId: aws.String("unknown")}); len(done(t, list, err).Items) != 0 {
		t.Error("an unknown plan has keys")
	}
	plans, err := d.GetUsagePlans(ctx, &v1.GetUsagePlansInput{KeyId: k.Id})
	if done(t, plans, err); len(plans.Items) != 1 || *plans.Items[0].Id != *plan {
		t.Errorf("plans of the key: %s", printed(plans))
	}
	_, err = d.DeleteApiKey(ctx, &v1.DeleteApiKeyInput{ApiKey: k.Id})
	done(t, 0, err)
	if list, err = d.GetUsagePlanKeys(ctx, &v1.GetUsagePlanKeysInput{UsagePlanId: plan}); len(done(t, list, err).Items) != 0 {
		t.Error("a deleted key stays in its plan")
	}
	_, err = d.DeleteUsagePlanKey(ctx, &v1.DeleteUsagePlanKeyInput{UsagePlanId: plan, KeyId: k.Id})
	fails(t, err, isMissing, "Invalid API Key identifier specified")
}

func TestUsage(t *testing.T) {
	d := openDesk(t)
	plan, err := d.CreateUsagePlan(ctx, &v1.CreateUsagePlanInput{Name: aws.String("p"), Quota: &types.QuotaSettings{Limit: 100, Period: "WEEK", Offset: 5}})
	id, key := *done(t, plan, err).Id, d.key("k")
	_, err = d.CreateUsagePlanKey(ctx, &v1.CreateUsagePlanKeyInput{UsagePlanId: &id, KeyId: key.Id, KeyType: aws.String("API_KEY")})
	done(t, 0, err)
	count := func(day time.Time, n int64) {
		t.Helper()
		var u Usage = d.repo
		err := u.ChangeUsage(ctx, "us-east-1", id, *key.Id, day, func(u *definition.Usage) error {
			x := u.Days[definition.DateOf(day)]
			x.Used += n
			u.Days[definition.DateOf(day)] = x
			return nil
		})
		done(t, 0, err)
	}
	read := func(start, end string) [][]int64 {
		t.Helper()
		out, err := d.GetUsage(ctx, &v1.GetUsageInput{UsagePlanId: &id, KeyId: key.Id, StartDate: &start, EndDate: &end})
		return done(t, out, err).Items[*key.Id]
	}
	want := func(got [][]int64, want ...[]int64) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("usage = %v, want %v", got, want)
		}
	}
	want(read("2026-01-14", "2026-01-14"), []int64{0, 95}) // the offset is gone in the first period
	count(d.now, 10)
	count(d.now.AddDate(0, 0, 1), 20)
	want(read("2026-01-13", "2026-01-15"), []int64{0, 95}, []int64{10, 85}, []int64{20, 65})
	count(d.now.AddDate(0, 0, 5), 1) // Monday of the next week
	want(read("2026-01-19", "2026-01-19"), []int64{1, 99})

	d.now = d.now.AddDate(0, 0, 5)
	set := func(value string) (*v1.UpdateUsageOutput, error) {
		return d.UpdateUsage(ctx, &v1.UpdateUsageInput{UsagePlanId: &id, KeyId: key.Id, PatchOperations: []types.PatchOperation{patch("replace", "/remaining", value)}})
	}
	up, err := set("500")
	if done(t, up, err); *up.StartDate != "2026-01-19" || *up.EndDate != "2026-01-19" || *up.UsagePlanId != id {
		t.Errorf("updated: %s", printed(up))
	}
	want(up.Items[*key.Id], []int64{1, 500})
	count(d.now, 600)
	want(read("2026-01-19", "2026-01-20"), []int64{601, 0}, []int64{0, 0})
	up, err = set("3")
	want(done(t, up, err).Items[*key.Id], []int64{601, 3})

	for _, bad := range []string{"-1", "x", ""} {
		_, err = set(bad)
		fails(t, err, isBad, "Invalid patch value  '"+bad+"' specified for path '/remaining'")
	}
	for _, c := range []struct{ start, end, text string }{
		{"x", "2026-01-01", "Invalid startDate specified: x"},
		{"2026-01-01", "2026-13-01", "Invalid endDate specified: 2026-13-01"},
		{"2026-01-02", "2026-01-01", "Invalid date range specified: endDate is before startDate"},
		{"2025-01-01", "2026-01-01", "Invalid date range specified: it can have at most 90 days"},
	} {
		_, err := d.GetUsage(ctx, &v1.GetUsageInput{UsagePlanId: &id, StartDate: &c.start, EndDate: &c.end})
		fails(t, err, isBad, c.text)
	}
	_, err = d.GetUsage(ctx, &v1.GetUsageInput{UsagePlanId: &id, KeyId: aws.String("zz"), StartDate: aws.String("2026-01-01"), EndDate: aws.String("2026-01-01")})
	fails(t, err, isMissing, "Invalid Key identifier specified")
	_, err = d.GetUsage(ctx, &v1.GetUsageInput{UsagePlanId: aws.String("zz"), StartDate: aws.String("2026-01-01"), EndDate: aws.String("2026-01-01")})
	fails(t, err, isMissing, "Invalid Usage Plan ID specified")
}

func TestPeriodStart(t *testing.T) {
	day := time.Date(2026, 3, 14, 23, 0, 0, 0, time.UTC) // a Saturday
	for period, want := range map[types.QuotaPeriodType]string{"DAY": "2026-03-14", "WEEK": "2026-03-08", "MONTH": "2026-03-01"} {
		if got := definition.DateOf(PeriodStart(period, day)); got != want {
			t.Errorf("PeriodStart(%s) = %s, want %s", period, got, want)
		}
	}
}

// TestPlanKeysAtOnce has calls put different keys into one plan.
func TestPlanKeysAtOnce(t *testing.T) {
	d := openDesk(t)
	plan := d.plan("p")
	var wg sync.WaitGroup
	for i := range 12 {
		k := d.key(fmt.Sprint("k", i))
		wg.Go(func() {
			if _, err := d.CreateUsagePlanKey(ctx, &v1.CreateUsagePlanKeyInput{UsagePlanId: plan, KeyId: k.Id, KeyType: aws.String("API_KEY")}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	out, err := d.GetUsagePlanKeys(ctx, &v1.GetUsagePlanKeysInput{UsagePlanId: plan})
	if n := len(done(t, out, err).Items); n != 12 {
		t.Errorf("the plan has %d keys, want 12", n)
	}
}

func TestForgetStage(t *testing.T) {
	d := openDesk(t)
	d.shop("shop1", "dev", "prod")
	plan := d.plan("p", "shop1", "dev", "shop1", "prod")
	stages := func() int {
		out, err := d.GetUsagePlan(ctx, &v1.GetUsagePlanInput{UsagePlanId: plan})
		return len(done(t, out, err).ApiStages)
	}
	for i, stage := range []string{"other", "dev", ""} {
		if err := d.repo.ForgetStage(ctx, "us-east-1", "shop1", stage); err != nil {
			t.Fatal(err)
		}
		if got, want := stages(), 2-i; got != want {
			t.Errorf("%d stages after ForgetStage(%q), want %d", got, stage, want)
		}
	}
}
