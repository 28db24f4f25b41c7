package apigateway

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func TestKeyLife(t *testing.T) {
	d := openDesk(t)
	api := d.shop("shop1", "dev")
	in := &v1.CreateApiKeyInput{Name: aws.String("k"), Description: aws.String("about"), CustomerId: aws.String("c1"), Enabled: true,
		StageKeys: []types.StageKey{{RestApiId: &api, StageName: aws.String("dev")}}, Tags: map[string]string{"a": "b"}, GenerateDistinctId: true}
	k, err := d.CreateApiKey(ctx, in)
	done(t, k, err)
	if len(*k.Id) != 10 || len(*k.Value) != 40 || *k.Id == *k.Value || k.StageKeys[0] != "shop1/dev" || !k.Enabled || k.CreatedDate == nil || k.LastUpdatedDate == nil {
		t.Errorf("created: %s", printed(k))
	}
	hidden, err := d.GetApiKey(ctx, &v1.GetApiKeyInput{ApiKey: k.Id})
	if done(t, hidden, err).Value != nil {
		t.Error("GetApiKey shows the value without includeValue")
	}
	for range 2 {
		got, err := d.GetApiKey(ctx, &v1.GetApiKeyInput{ApiKey: k.Id, IncludeValue: aws.Bool(true)})
		alike(t, "the key", done(t, got, err), k)
	}
	d.now = d.now.Add(time.Hour)
	up, err := d.UpdateApiKey(ctx, &v1.UpdateApiKeyInput{ApiKey: k.Id, PatchOperations: []types.PatchOperation{
		patch("replace", "/name", "new"), patch("replace", "/enabled", "maybe"), patch("replace", "/customerId", "c2"),
		patch("replace", "/description", ""), patch("remove", "/stages", "shop1/dev"), patch("add", "/labels", "blue")}})
	done(t, up, err)
	if *up.Name != "new" || up.Enabled || *up.CustomerId != "c2" || up.Description != nil || len(up.StageKeys) != 0 || up.StageKeys == nil || up.Value != nil || up.Tags["a"] != "b" {
		t.Errorf("updated: %s", printed(up))
	}
	if !up.LastUpdatedDate.After(*up.CreatedDate) {
		t.Errorf("lastUpdatedDate = %v, want one after %v", up.LastUpdatedDate, up.CreatedDate)
	}
	got, err := d.GetApiKey(ctx, &v1.GetApiKeyInput{ApiKey: k.Id})
	alike(t, "the updated key", done(t, got, err), up)
	_, err = d.DeleteApiKey(ctx, &v1.DeleteApiKeyInput{ApiKey: k.Id})
	done(t, 0, err)
	const text = "Invalid API Key identifier specified"
	_, err = d.GetApiKey(ctx, &v1.GetApiKeyInput{ApiKey: k.Id})
	fails(t, err, isMissing, text)
	_, err = d.DeleteApiKey(ctx, &v1.DeleteApiKeyInput{ApiKey: k.Id})
	fails(t, err, isMissing, text)
	_, err = d.UpdateApiKey(ctx, &v1.UpdateApiKeyInput{ApiKey: k.Id})
	fails(t, err, isMissing, text)
	again, err := d.CreateApiKey(ctx, &v1.CreateApiKeyInput{Value: k.Value})
	if *done(t, again, err).Value != *k.Value {
		t.Error("the value of a deleted key can't be used again")
	}
}

func TestKeyRefusals(t *testing.T) {
	d := openDesk(t)
	d.shop("shop1")
	value := strings.Repeat("v", 20)
	first, err := d.CreateApiKey(ctx, &v1.CreateApiKeyInput{Value: &value})
	done(t, first, err)
	for _, c := range []struct {
		name string
		in   v1.CreateApiKeyInput
		kind string
		text string
	}{
		{"value in use", v1.CreateApiKeyInput{Value: &value}, isConflict, "API Key already exists"},
		{"value too short", v1.CreateApiKeyInput{Value: aws.String(value[1:])}, isBad, "API Key value should be at least 20 characters"},
		{"value too long", v1.CreateApiKeyInput{Value: aws.String(strings.Repeat("v", 129))}, isBad, "API Key value exceeds maximum size of 128 characters"},
		{"name too long", v1.CreateApiKeyInput{Name: aws.String(strings.Repeat("n", 1025))}, isBad, "Invalid API Key name, can be at most 1024 characters."},
		{"description too long", v1.CreateApiKeyInput{Description: aws.String(strings.Repeat("d", 125001))}, isBad, "Invalid API Key description specified."},
		{"stage unknown", v1.CreateApiKeyInput{StageKeys: []types.StageKey{{RestApiId: aws.String("shop1"), StageName: aws.String("x")}}}, isMissing, "Invalid stage identifier specified"},
		{"API unknown", v1.CreateApiKeyInput{StageKeys: []types.StageKey{{RestApiId: aws.String("zz"), StageName: aws.String("x")}}}, isMissing, "Invalid API identifier specified 000000000000:zz"},
		{"reserved tag", v1.CreateApiKeyInput{Tags: map[string]string{"aws:x": ""}}, isBad, "Invalid tag key aws:x: the prefix aws: is reserved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := d.CreateApiKey(ctx, &c.in)
			fails(t, err, c.kind, c.text)
		})
	}
	for _, c := range []struct {
		op   types.PatchOperation
		text string
	}{
		{patch("replace", "/value", "x"), "Invalid patch path  '/value' specified for op 'replace'. Must be one of: [/description, /enabled, /name, /customerId]"},
		{patch("add", "/name", "x"), "Invalid patch path  '/name' specified for op 'add'. Please choose supported operations"},
		{patch("replace", "/name", strings.Repeat("n", 1025)), "Invalid API Key name, can be at most 1024 characters."},
		{patch("replace", "/description", strings.Repeat("n", 125001)), "Invalid API Key description specified."},
		{types.PatchOperation{Op: "replace"}, "Invalid patch path null"},
	} {
		_, err := d.UpdateApiKey(ctx, &v1.UpdateApiKeyInput{ApiKey: first.Id, PatchOperations: []types.PatchOperation{patch("replace", "/customerId", "kept?"), c.op}})
		fails(t, err, isBad, c.text)
	}
	got, err := d.GetApiKey(ctx, &v1.GetApiKeyInput{ApiKey: first.Id})
	if done(t, got, err).CustomerId != nil {
		t.Error("a refused PATCH was done in part")
	}
	_, err = d.UpdateApiKey(ctx, &v1.UpdateApiKeyInput{ApiKey: first.Id, PatchOperations: []types.PatchOperation{patch("wrong", "/name", "x")}})
	fails(t, err, isInvalid, "1 validation error detected: Value 'wrong' at 'updateApiKeyInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]")
}

func TestKeysListed(t *testing.T) {
	d := openDesk(t)
	for i, name := range []string{"app-a", "App-b", "app-c", "other"} {
		d.now = d.now.Add(time.Duration(i) * time.Microsecond)
		_, err := d.CreateApiKey(ctx, &v1.CreateApiKeyInput{Name: &name, CustomerId: aws.String("c" + name[:1])})
		done(t, 0, err)
	}
	for _, c := range []struct {
		name string
		in   v1.GetApiKeysInput
		want string
	}{
		{"newest first", v1.GetApiKeysInput{}, "other app-c App-b app-a"},
		{"by prefix, its case counts", v1.GetApiKeysInput{NameQuery: aws.String("app")}, "app-c app-a"},
		{"by customer", v1.GetApiKeysInput{CustomerId: aws.String("cA")}, "App-b"},
		{"none", v1.GetApiKeysInput{NameQuery: aws.String("zz")}, ""},
		{"limit below one", v1.GetApiKeysInput{Limit: aws.Int32(-1)}, "other app-c App-b app-a"},
	} {
		out, err := d.GetApiKeys(ctx, &c.in)
		var names []string
		for _, k := range done(t, out, err).Items {
			names = append(names, *k.Name)
			if k.Value != nil {
				t.Errorf("%s: a value is shown", c.name)
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	p := v1.NewGetApiKeysPaginator(d.Client, &v1.GetApiKeysInput{Limit: aws.Int32(3), IncludeValues: aws.Bool(true)})
	var pages []int
	for p.HasMorePages() {
		out, err := p.NextPage(ctx)
		pages = append(pages, len(done(t, out, err).Items))
		if out.Items[0].Value == nil {
			t.Error("includeValues shows none")
		}
	}
	if len(pages) != 2 || pages[0] != 3 || pages[1] != 1 {
		t.Errorf("pages of %v keys, want 3 and 1", pages)
	}
	if out, err := d.in("eu-west-1").GetApiKeys(ctx, &v1.GetApiKeysInput{}); err != nil || len(out.Items) != 0 {
		t.Errorf("another Region has %v, %v", out, err)
	}
}

func TestKeyImport(t *testing.T) {
	d := openDesk(t)
	plan := d.plan("p")
	one, two := strings.Repeat("1", 20), strings.Repeat("2", 30)
	file := "\ufeffname,KEY,Enabled,Description,UsagePlanIds,extra\n" +
		"first," + one + ",false,\"says \"\"hi\"\"\",\"" + *plan + ", zzz\",x\n" +
		"second," + two + ",,,,\n" +
		"short,abc,true,,,\n"
	_, err := d.ImportApiKeys(ctx, &v1.ImportApiKeysInput{Format: "csv", Body: []byte(file), FailOnWarnings: true})
	fails(t, err, isBad, "Warnings found during import:\n\tLine 2: Invalid Usage Plan ID specified: zzz\n\tLine 4: API Key value should be at least 20 characters")
	if out, err := d.GetApiKeys(ctx, &v1.GetApiKeysInput{}); len(done(t, out, err).Items) != 0 {
		t.Error("a refused import has made keys")
	}
	out, err := d.ImportApiKeys(ctx, &v1.ImportApiKeysInput{Format: "csv", Body: []byte(file)})
	if done(t, out, err); len(out.Ids) != 2 || len(out.Warnings) != 2 {
		t.Fatalf("import: %s", printed(out))
	}
	k, err := d.GetApiKey(ctx, &v1.GetApiKeyInput{ApiKey: &out.Ids[0], IncludeValue: aws.Bool(true)})
	if done(t, k, err); *k.Name != "first" || *k.Value != one || k.Enabled || *k.Description != `says "hi"` {
		t.Errorf("first key: %s", printed(k))
	}
	if k, err = d.GetApiKey(ctx, &v1.GetApiKeyInput{ApiKey: &out.Ids[1]}); !done(t, k, err).Enabled {
		t.Error("a key without the column Enabled is not enabled")
	}
	in, err := d.GetUsagePlanKeys(ctx, &v1.GetUsagePlanKeysInput{UsagePlanId: plan})
	if done(t, in, err); len(in.Items) != 1 || *in.Items[0].Id != out.Ids[0] {
		t.Errorf("the plan has %s", printed(in))
	}
	again, err := d.ImportApiKeys(ctx, &v1.ImportApiKeysInput{Format: "csv", Body: []byte("Key,Name\n" + one + ",renamed\n")})
	if done(t, again, err); len(again.Ids) != 1 || again.Ids[0] != out.Ids[0] {
		t.Errorf("import of a known value: %s, want the id %s", printed(again), out.Ids[0])
	}
	if k, err = d.GetApiKey(ctx, &v1.GetApiKeyInput{ApiKey: &out.Ids[0]}); *done(t, k, err).Name != "renamed" || k.Enabled {
		t.Errorf("overwritten: %s", printed(k))
	}
	for _, bad := range []string{"", "Name\nx\n", "{}"} {
		_, err := d.ImportApiKeys(ctx, &v1.ImportApiKeysInput{Format: "csv", Body: []byte(bad + " ")})
		fails(t, err, isBad, "Unable to import API keys: the first line must name the columns Key and Name")
	}
}

// TestKeyValueIsOne has many calls want one value.
func TestKeyValueIsOne(t *testing.T) {
	d := openDesk(t)
	value := strings.Repeat("v", 40)
	var wg sync.WaitGroup
	var mu sync.Mutex // guards made
	made := 0
	for range 16 {
		wg.Go(func() {
			_, err := d.CreateApiKey(ctx, &v1.CreateApiKeyInput{Value: &value})
			if err == nil {
				mu.Lock()
				made++
				mu.Unlock()
				return
			}
			fails(t, err, isConflict, "API Key already exists")
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("%d keys have the value, want 1", made)
	}
}

func FuzzKeyImport(f *testing.F) {
	f.Add([]byte("Key,Name\nabcdefghijabcdefghij,n\n"))
	f.Add([]byte("name,key,usageplanids\n\"a\",\"b\",\"c,d\"\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		rows, err := parseKeys(body)
		if err == nil && len(rows) > len(body) {
			t.Errorf("%d keys of %d bytes", len(rows), len(body))
		}
	})
}
