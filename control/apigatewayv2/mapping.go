package apigatewayv2

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	v1types "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

const (
	mappingIDLength = 6
	maxMappingKey   = 300 // characters
)

// mappingKey is one or more segments with slashes between them.
var mappingKey = regexp.MustCompile(`^[a-zA-Z0-9$_.+!*'()-]+(/[a-zA-Z0-9$_.+!*'()-]+)*$`)

var (
	errNoMapping     = notFound("ApiMapping", "Invalid API mapping identifier specified")
	errMappingExists = conflict("ApiMapping key already exists for this domain name")
)

func (s *service) createMapping(c *wire.Call, in *v2.CreateApiMappingInput) (*v2.CreateApiMappingOutput, error) {
	m := types.ApiMapping{ApiId: in.ApiId, Stage: in.Stage, ApiMappingKey: ptr(str(in.ApiMappingKey))}
	err := s.changeDomain(c, in.DomainName, nil, func(d *definition.Domain) error {
		if err := s.checkMapping(c, d, &m); err != nil {
			return err
		}
		m.ApiMappingId = freeID(mappingIDLength, func(id string) bool { return d.Mapping(id) != nil })
		d.Mappings = append(d.Mappings, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.CreateApiMappingOutput](&m), nil
}

// checkMapping checks a mapping that d has or shall get.
func (s *service) checkMapping(c *wire.Call, d *definition.Domain, m *types.ApiMapping) error {
	key := *m.ApiMappingKey
	if key != "" && (len(key) > maxMappingKey || !mappingKey.MatchString(key)) {
		return badRequest("Invalid API mapping key specified: %s", key)
	}
	if strings.Contains(key, "/") && (!d.Has(v1types.EndpointTypeRegional) || d.Domain.SecurityPolicy == v1types.SecurityPolicyTls10) {
		return badRequest("API mapping keys with several levels need a REGIONAL domain name with TLS 1.2")
	}
	if o := d.MappingAt(key); o != nil && (m.ApiMappingId == nil || *o.ApiMappingId != *m.ApiMappingId) {
		return errMappingExists
	}
	protocol, err := s.stageProtocol(c, m.ApiId, m.Stage)
	if err != nil {
		return err
	}
	return s.checkCompany(c, d, m, protocol)
}

// stageProtocol tells the protocol of an API that has the stage.
func (s *service) stageProtocol(c *wire.Call, api, stage *string) (string, error) {
	protocol, err := s.repo.StageOf(c.Context, c.Region, str(api), str(stage))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", invalidAPI(c.Account, str(api))
	case errors.Is(err, definition.ErrNoStage), err == nil && str(stage) == "" && protocol != definition.ProtocolREST:
		return "", errNoStage
	}
	return protocol, storeError(err)
}

// checkCompany refuses WebSocket beside other protocols on one domain, and HTTP
// where routing rules come before mappings.
func (s *service) checkCompany(c *wire.Call, d *definition.Domain, m *types.ApiMapping, protocol string) error {
	if protocol == definition.ProtocolHTTP && d.Domain.RoutingMode == v1types.RoutingModeRoutingRuleThenBasePathMapping {
		return errRulesFirst
	}
	socket := string(types.ProtocolTypeWebsocket)
	for _, o := range d.Mappings {
		if m.ApiMappingId != nil && *o.ApiMappingId == *m.ApiMappingId {
			continue
		}
		other, err := s.repo.StageOf(c.Context, c.Region, *o.ApiId, "")
		if err == nil && (other == socket) != (protocol == socket) {
			return badRequest("Only WebSocket APIs can be mapped to the same domain name as other WebSocket APIs")
		}
	}
	return nil
}

func (s *service) getMapping(c *wire.Call, in *v2.GetApiMappingInput) (*v2.GetApiMappingOutput, error) {
	d, err := s.domain(c, in.DomainName, nil)
	if err != nil {
		return nil, err
	}
	m := d.Mapping(str(in.ApiMappingId))
	if m == nil {
		return nil, errNoMapping
	}
	return reply[v2.GetApiMappingOutput](m), nil
}

func (s *service) getMappings(c *wire.Call, in *v2.GetApiMappingsInput) (*v2.GetApiMappingsOutput, error) {
	d, err := s.domain(c, in.DomainName, nil)
	if err != nil {
		return nil, err
	}
	items, next, err := page(d.Mappings, func(m types.ApiMapping) string { return *m.ApiMappingId }, in.MaxResults, in.NextToken)
	return &v2.GetApiMappingsOutput{Items: items, NextToken: next}, err
}

func (s *service) updateMapping(c *wire.Call, in *v2.UpdateApiMappingInput) (*v2.UpdateApiMappingOutput, error) {
	var m types.ApiMapping
	err := s.changeDomain(c, in.DomainName, nil, func(d *definition.Domain) error {
		stored := d.Mapping(str(in.ApiMappingId))
		if stored == nil {
			return errNoMapping
		}
		merge(stored, in)
		m = *stored
		return s.checkMapping(c, d, stored)
	})
	if err != nil {
		return nil, err
	}
	return reply[v2.UpdateApiMappingOutput](&m), nil
}

func (s *service) deleteMapping(c *wire.Call, in *v2.DeleteApiMappingInput) (*v2.DeleteApiMappingOutput, error) {
	id := str(in.ApiMappingId)
	return nil, s.changeDomain(c, in.DomainName, nil, func(d *definition.Domain) error {
		if d.Mapping(id) == nil {
			return errNoMapping
		}
		d.Mappings = slices.DeleteFunc(d.Mappings, func(m types.ApiMapping) bool { return *m.ApiMappingId == id })
		return nil
	})
}

// checkUnmapped refuses to delete an API that a custom domain leads to.
func (s *service) checkUnmapped(ctx context.Context, region, api string) error {
	names, err := s.repo.MappedDomains(ctx, region, api)
	if err != nil {
		return storeError(err)
	}
	if len(names) > 0 {
		return badRequest("Deleting API %s failed. Please remove all API mappings for the API from your custom domain names.", api)
	}
	return nil
}
