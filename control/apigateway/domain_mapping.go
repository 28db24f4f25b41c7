package apigateway

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2types "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// noBasePath is how an empty base path is written in paths and answers.
const noBasePath = "(none)"

const maxBasePath = 300 // characters

// basePath is what a mapping's path may be in v1: one segment.
var basePath = regexp.MustCompile(`^[a-zA-Z0-9$_.+!*'()-]+$`)

var (
	errNoMapping     = notFound("Invalid base path mapping identifier specified")
	errMappingExists = conflict("Base path already exists for this domain name")
	errMappingAlone  = conflict("Only one base path mapping is allowed if the base path is empty.")
	errMappingSlash  = badRequest("API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.")
	errNoRestAPI     = badRequest("Invalid REST API identifier specified")
)

func (s *service) createMapping(c *wire.Call, in *v1.CreateBasePathMappingInput) (*v1.CreateBasePathMappingOutput, error) {
	key, err := basePathKey(str(in.BasePath))
	if err != nil {
		return nil, err
	}
	m := v2types.ApiMapping{ApiId: in.RestApiId, Stage: in.Stage, ApiMappingKey: &key}
	tidyStage(&m)
	err = s.changeDomain(c, in.DomainName, in.DomainNameId, func(d *definition.Domain) error {
		if err := s.checkMapping(c, &m); err != nil {
			return err
		}
		switch {
		case d.MappingAt(key) != nil:
			return errMappingExists
		case d.MappingAt("") != nil || key == "" && len(d.Mappings) > 0:
			return errMappingAlone
		}
		m.ApiMappingId = freeID(childIDLength, func(id string) bool { return d.Mapping(id) != nil })
		d.Mappings = append(d.Mappings, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateBasePathMappingOutput](mappingView(&m)), nil
}

// basePathKey reads a base path: "" and "(none)" are both none.
func basePathKey(text string) (string, error) {
	switch {
	case text == "" || text == noBasePath:
		return "", nil
	case strings.Contains(text, "/"):
		return "", errMappingSlash
	case len(text) > maxBasePath || !basePath.MatchString(text):
		return "", badRequest("Invalid base path specified: %s", text)
	}
	return text, nil
}

func tidyStage(m *v2types.ApiMapping) {
	if str(m.Stage) == "" {
		m.Stage = nil
	}
}

// checkMapping refuses a mapping to what isn't there.
func (s *service) checkMapping(c *wire.Call, m *v2types.ApiMapping) error {
	protocol, err := s.repo.StageOf(c.Context, c.Region, str(m.ApiId), str(m.Stage))
	switch {
	case errors.Is(err, definition.ErrNoStage) && protocol == definition.ProtocolREST:
		return badRequest("Invalid stage identifier specified")
	case errors.Is(err, store.ErrNotFound), protocol != definition.ProtocolREST && protocol != "":
		return errNoRestAPI
	}
	return storeError(err)
}

// mappingOf finds a mapping by what a path of the management API says.
func mappingOf(d *definition.Domain, path *string) *v2types.ApiMapping {
	key := str(path)
	if key == noBasePath {
		key = ""
	}
	return d.MappingAt(key)
}

func (s *service) getMapping(c *wire.Call, in *v1.GetBasePathMappingInput) (*v1.GetBasePathMappingOutput, error) {
	d, err := s.domain(c, in.DomainName, in.DomainNameId)
	if err != nil {
		return nil, err
	}
	m := mappingOf(d, in.BasePath)
	if m == nil {
		return nil, errNoMapping
	}
	return reply[v1.GetBasePathMappingOutput](mappingView(m)), nil
}

func (s *service) getMappings(c *wire.Call, in *v1.GetBasePathMappingsInput) (*v1.GetBasePathMappingsOutput, error) {
	d, err := s.domain(c, in.DomainName, in.DomainNameId)
	if err != nil {
		return nil, err
	}
	// What has several segments is of v2 alone.
	list := slices.DeleteFunc(d.Mappings, func(m v2types.ApiMapping) bool { return strings.Contains(*m.ApiMappingKey, "/") })
	part, next, err := page(list, func(m v2types.ApiMapping) string { return *m.ApiMappingKey }, in.Limit, in.Position)
	items := make([]types.BasePathMapping, len(part))
	for i := range part {
		items[i] = *mappingView(&part[i])
	}
	return &v1.GetBasePathMappingsOutput{Items: items, Position: next}, err
}

func (s *service) updateMapping(c *wire.Call, in *v1.UpdateBasePathMappingInput) (*v1.UpdateBasePathMappingOutput, error) {
	var v *types.BasePathMapping
	err := s.changeDomain(c, in.DomainName, in.DomainNameId, func(d *definition.Domain) error {
		m := mappingOf(d, in.BasePath)
		if m == nil {
			return errNoMapping
		}
		for _, op := range in.PatchOperations {
			if err := patchMapping(d, m, op); err != nil {
				return err
			}
		}
		v = mappingView(m)
		return s.checkMapping(c, m)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateBasePathMappingOutput](v), nil
}

func patchMapping(d *definition.Domain, m *v2types.ApiMapping, op types.PatchOperation) error {
	return edits{
		"/restapiId": text(&m.ApiId, replaceOnly),
		"/restApiId": text(&m.ApiId, replaceOnly),
		"/stage":     text(&m.Stage, replaceOnly),
		"/basePath": {replaceOnly, func(_ types.Op, value string) error {
			key, err := basePathKey(value)
			if err != nil {
				return err
			}
			if o := d.MappingAt(key); o != nil && o != m {
				return errMappingExists
			}
			m.ApiMappingKey = &key
			return nil
		}},
	}.apply(op, "/basePath", "/restapiId", "/stage")
}

func (s *service) deleteMapping(c *wire.Call, in *v1.DeleteBasePathMappingInput) (*v1.DeleteBasePathMappingOutput, error) {
	return nil, s.changeDomain(c, in.DomainName, in.DomainNameId, func(d *definition.Domain) error {
		m := mappingOf(d, in.BasePath)
		if m == nil {
			return errNoMapping
		}
		id := *m.ApiMappingId
		d.Mappings = slices.DeleteFunc(d.Mappings, func(m v2types.ApiMapping) bool { return *m.ApiMappingId == id })
		return nil
	})
}

// mappingView is a mapping as v1 shows it.
func mappingView(m *v2types.ApiMapping) *types.BasePathMapping {
	v := types.BasePathMapping{BasePath: m.ApiMappingKey, RestApiId: m.ApiId, Stage: m.Stage}
	if *m.ApiMappingKey == "" {
		v.BasePath = ptr(noBasePath)
	}
	return &v
}
