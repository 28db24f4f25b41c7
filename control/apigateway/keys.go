package apigateway

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// Lengths of an API key's members, in characters.
const (
	keyIDLength    = 10
	keyValueLength = 40 // of a generated value
	minKeyValue    = 20
	maxKeyValue    = 128
	maxKeyName     = 1024
	maxKeyText     = 125000
	maxKeys        = 10000 // per Region
)

var (
	errNoKey     = notFound("Invalid API Key identifier specified")
	errKeyExists = conflict("API Key already exists")
)

func (s *service) keyOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateApiKey", "POST", apiKeys, 201, s.createAPIKey),
		wire.Op("GetApiKey", "GET", apiKey, 200, s.getAPIKey),
		wire.Op("GetApiKeys", "GET", apiKeys, 200, s.getAPIKeys),
		wire.Op("UpdateApiKey", "PATCH", apiKey, 200, s.updateAPIKey),
		wire.Op("DeleteApiKey", "DELETE", apiKey, 202, s.deleteAPIKey),
		wire.Op("ImportApiKeys", "POST", apiKeys, 201, s.importAPIKeys, wire.When("mode", "import"),
			wire.Query("Format", "FailOnWarnings"), wire.Payload("Body")),
	}
}

func (s *service) createAPIKey(c *wire.Call, in *v1.CreateApiKeyInput) (*v1.CreateApiKeyOutput, error) {
	k := types.ApiKey{Name: in.Name, Description: in.Description, Enabled: in.Enabled, CustomerId: in.CustomerId, Value: in.Value, Tags: in.Tags}
	if err := cmp.Or(checkKey(&k), checkTags(k.Tags)); err != nil {
		return nil, err
	}
	stages, err := s.stageKeys(c, in.StageKeys)
	if err != nil {
		return nil, err
	}
	k.StageKeys = stages
	if err := s.roomForKeys(c, 1); err != nil {
		return nil, err
	}
	doc, err := s.insertKey(c, k)
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateApiKeyOutput](keyView(doc.Key)), nil
}

// insertKey writes a key under a fresh id, which differs from its value always:
// that is what generateDistinctId asks for and what its absence allows.
func (s *service) insertKey(c *wire.Call, k types.ApiKey) (*definition.CallerKey, error) {
	if str(k.Value) == "" {
		k.Value = ptr(random(keyValueLength, keyAlphabet))
	}
	k.CreatedDate, k.LastUpdatedDate = ptr(s.now()), ptr(s.now())
	for {
		k.Id = ptr(newID(keyIDLength))
		doc := &definition.CallerKey{Region: c.Region, Created: s.Now().UTC(), Key: k}
		err := s.repo.CreateCallerKey(c.Context, doc)
		switch {
		case errors.Is(err, definition.ErrValueTaken):
			return nil, errKeyExists.Wrap(err)
		case !errors.Is(err, store.ErrConflict) || errors.Is(err, definition.ErrConcurrent):
			return doc, storeError(err)
		}
	}
}

const keyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// checkKey checks what a client sets of a key. An empty value stands for none.
func checkKey(k *types.ApiKey) error {
	value := utf8.RuneCountInString(str(k.Value))
	switch {
	case utf8.RuneCountInString(str(k.Name)) > maxKeyName:
		return badRequest("Invalid API Key name, can be at most 1024 characters.")
	case value > 0 && value < minKeyValue:
		return badRequest("API Key value should be at least 20 characters")
	case value > maxKeyValue:
		return badRequest("API Key value exceeds maximum size of 128 characters")
	case utf8.RuneCountInString(str(k.Description)) > maxKeyText:
		return badRequest("Invalid API Key description specified.")
	}
	return nil
}

// stageKeys turns the stages of an old-style key into "{api}/{stage}".
func (s *service) stageKeys(c *wire.Call, in []types.StageKey) ([]string, error) {
	keys := make([]string, 0, len(in))
	for _, k := range in {
		if err := s.stageExists(c, str(k.RestApiId), str(k.StageName)); err != nil {
			return nil, err
		}
		if key := str(k.RestApiId) + "/" + str(k.StageName); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// stageExists refuses, in AWS's words for either, an API or a stage that isn't
// there.
func (s *service) stageExists(c *wire.Call, api, stage string) error {
	_, err := s.repo.StageOf(c.Context, c.Region, api, stage)
	if errors.Is(err, definition.ErrNoStage) || err == nil && stage == "" {
		return errNoStage
	}
	return apiError(c, api, err)
}

func (s *service) roomForKeys(c *wire.Call, more int) error {
	n, err := s.repo.CallerKeys().Count(c.Context, c.Region)
	if err != nil {
		return storeError(err)
	}
	return room(c, n+more-1, maxKeys, "API keys", "account")
}

func (s *service) getAPIKey(c *wire.Call, in *v1.GetApiKeyInput) (*v1.GetApiKeyOutput, error) {
	doc, err := s.repo.CallerKeys().Get(c.Context, c.Region, str(in.ApiKey))
	if err != nil {
		return nil, gone(err, errNoKey)
	}
	k := keyView(doc.Key)
	k.Tags = shown(k.Tags)
	if !isTrue(in.IncludeValue) {
		k.Value = nil
	}
	return reply[v1.GetApiKeyOutput](k), nil
}

// getAPIKeys lists the newest key first, as AWS does.
func (s *service) getAPIKeys(c *wire.Call, in *v1.GetApiKeysInput) (*v1.GetApiKeysOutput, error) {
	list, err := s.repo.CallerKeys().List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	s.logUnread("API keys", err)
	list = slices.DeleteFunc(list, func(k *definition.CallerKey) bool {
		return !strings.HasPrefix(str(k.Key.Name), str(in.NameQuery)) || in.CustomerId != nil && str(k.Key.CustomerId) != *in.CustomerId
	})
	key := func(k *definition.CallerKey) string { return newestFirst(k.Created, *k.Key.Id) }
	part, next, err := page(list, key, in.Limit, in.Position)
	items := make([]types.ApiKey, len(part))
	for i, k := range part {
		if items[i] = *keyView(k.Key); !isTrue(in.IncludeValues) {
			items[i].Value = nil
		}
	}
	return &v1.GetApiKeysOutput{Items: items, Position: next}, err
}

// newestFirst and oldestFirst are keys for page, from a time and what tells apart
// things made at one time.
func newestFirst(t time.Time, id string) string {
	return fmt.Sprintf("%019d %s", math.MaxInt64-t.UnixNano(), id)
}

func oldestFirst(t time.Time, id string) string { return fmt.Sprintf("%019d %s", t.UnixNano(), id) }

func (s *service) updateAPIKey(c *wire.Call, in *v1.UpdateApiKeyInput) (*v1.UpdateApiKeyOutput, error) {
	var k *types.ApiKey
	err := s.repo.CallerKeys().Change(c.Context, c.Region, str(in.ApiKey), func(doc *definition.CallerKey) error {
		for _, op := range in.PatchOperations {
			if err := s.patchKey(c, doc, op); err != nil {
				return err
			}
		}
		doc.Key.LastUpdatedDate = ptr(s.now())
		k = keyView(doc.Key)
		return checkKey(k)
	})
	if err != nil {
		return nil, gone(err, errNoKey)
	}
	k.Tags, k.Value = shown(k.Tags), nil // an update never shows the value
	return reply[v1.UpdateApiKeyOutput](k), nil
}

func (s *service) patchKey(c *wire.Call, doc *definition.CallerKey, op types.PatchOperation) error {
	k := &doc.Key
	return edits{
		"/customerId":  text(&k.CustomerId, replaceOnly),
		"/description": text(&k.Description, replaceOnly),
		"/enabled":     flag(&k.Enabled),
		"/name":        text(&k.Name, replaceOnly),
		"/labels":      element(&doc.Labels, func(types.Op, string) error { return nil }),
		"/stages": element(&k.StageKeys, func(op types.Op, value string) error {
			if op == types.OpRemove {
				return nil
			}
			api, stage, _ := strings.Cut(value, "/")
			return s.stageExists(c, api, stage)
		}),
	}.apply(op, "/description", "/enabled", "/name", "/customerId")
}

// deleteAPIKey takes the key out of its plans first. A plan that it joins at the
// same moment keeps its id, which then names nothing.
func (s *service) deleteAPIKey(c *wire.Call, in *v1.DeleteApiKeyInput) (*v1.DeleteApiKeyOutput, error) {
	id := str(in.ApiKey)
	if _, err := s.repo.CallerKeys().Get(c.Context, c.Region, id); err != nil {
		return nil, gone(err, errNoKey)
	}
	plans, err := s.repo.UsagePlans().List(c.Context, c.Region)
	if plans == nil {
		return nil, storeError(err)
	}
	for _, p := range plans {
		if !p.Has(id) {
			continue
		}
		err := s.leavePlan(c, *p.Plan.Id, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, errNoKey) {
			return nil, storeError(err)
		}
	}
	return nil, gone(s.repo.DeleteCallerKey(c.Context, c.Region, id), errNoKey)
}

// keyView is a key as it is shown, with its value.
func keyView(k types.ApiKey) *types.ApiKey {
	if k.StageKeys == nil {
		k.StageKeys = []string{}
	}
	return &k
}
