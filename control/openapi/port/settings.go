package port

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/apigateway"
	"gatehouse/control/definition"
	"gatehouse/control/openapi"
)

const maxCompressionSize = 10485760 // bytes

func (m *importer) settings() {
	a, d := &m.api.API, m.doc
	if a.Name = or(d.Name, a.Name); str(a.Name) == "" {
		m.report.Errorf("The title of the API is missing")
	}
	a.Description, a.Version = or(d.Description, a.Description), or(d.Version, a.Version)
	m.binaryMediaTypes()
	if size := d.MinimumCompressionSize; size != nil {
		if a.MinimumCompressionSize = size; *size < 0 || *size > maxCompressionSize {
			m.report.Errorf("Invalid minimum compression size, must be between 0 and %d", maxCompressionSize)
		}
	}
	if d.DisableExecuteAPIEndpoint != nil {
		a.DisableExecuteApiEndpoint = *d.DisableExecuteAPIEndpoint
	}
	choose(m, "API key source", &a.ApiKeySource, d.APIKeySource)
	choose(m, "security policy", &a.SecurityPolicy, d.SecurityPolicy)
	choose(m, "endpoint access mode", &a.EndpointAccessMode, d.EndpointAccessMode)
	if d.Policy != nil {
		m.policy(*d.Policy)
	}
}

// or is the first text that is there and not empty.
func or(texts ...*string) *string {
	for _, t := range texts {
		if str(t) != "" {
			return t
		}
	}
	return nil
}

// choose takes a value that its enumeration has, and warns about another.
func choose[T interface {
	~string
	Values() []T
}](m *importer, what string, to *T, from T) {
	switch {
	case from == "":
	case slices.Contains(from.Values(), from):
		*to = from
	default:
		m.report.Warnf("Invalid %s specified: '%s'. Ignoring.", what, from)
	}
}

// binaryMediaTypes are united in a merge, and replaced else.
func (m *importer) binaryMediaTypes() {
	a := &m.api.API
	if m.Mode == types.PutModeOverwrite {
		a.BinaryMediaTypes = nil
	}
	for _, t := range m.doc.BinaryMediaTypes {
		if !slices.Contains(a.BinaryMediaTypes, t) {
			a.BinaryMediaTypes = append(a.BinaryMediaTypes, t)
		}
	}
}

// policy stores a resource policy. Of a new API it stays as written: whoever
// gives the API its id makes short resources whole.
func (m *importer) policy(text string) {
	whole, err := apigateway.Policy(text, m.Region, m.Account, m.api.ID())
	if err != nil {
		m.report.Errorf("%s", said(err))
		return
	}
	if m.New {
		whole = text
	}
	m.api.API.Policy = &whole
}

// endpoints reads the parameter endpointConfigurationTypes and what the document
// says of endpoints.
func (m *importer) endpoints() {
	e := m.api.API.EndpointConfiguration
	if e == nil {
		e = &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeEdge}, IpAddressType: types.IpAddressTypeIpv4}
	}
	next := *e
	m.api.API.EndpointConfiguration = &next
	if list := m.Parameters["endpointConfigurationTypes"]; list != "" {
		m.endpointType(&next, strings.Split(list, ","))
	}
	choose(m, "ipAddressType", &next.IpAddressType, m.doc.IPAddressType)
	private := slices.Contains(next.Types, types.EndpointTypePrivate)
	switch {
	case private && next.IpAddressType != types.IpAddressTypeDualstack:
		m.report.Errorf("Only dualstack ipAddressType is supported for Private APIs.")
	case len(m.doc.VPCEndpointIDs) > 0 && !private:
		m.report.Warnf("VPC endpoint ids are only supported for Private APIs. Ignoring.")
	case len(m.doc.VPCEndpointIDs) > 0:
		next.VpcEndpointIds = m.doc.VPCEndpointIDs
	}
}

func (m *importer) endpointType(e *types.EndpointConfiguration, list []string) {
	t := types.EndpointType(strings.TrimSpace(list[0]))
	switch {
	case len(list) > 1:
		m.report.Errorf("Cannot create an api with multiple Endpoint Types.")
	case !slices.Contains(t.Values(), t):
		m.report.Errorf("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	default:
		e.Types = []types.EndpointType{t}
		if e.IpAddressType = types.IpAddressTypeIpv4; t == types.EndpointTypePrivate {
			e.IpAddressType = types.IpAddressTypeDualstack
		}
	}
}

// documentation adds the parts, and takes a version of them when the document
// names one that is new.
func (m *importer) documentation() {
	d := m.doc
	overwrite := m.Mode == types.PutModeOverwrite && len(d.Documentation) > 0
	if overwrite {
		m.api.DocumentationParts = nil
	}
	if m.tooMany(len(d.Documentation), maxParts, "documentation parts") {
		return
	}
	for _, part := range d.Documentation {
		m.part(part)
	}
	m.tooMany(len(m.api.DocumentationParts), maxParts, "documentation parts")
	m.describe()
	if d.DocVersion == nil || m.api.Documentation(*d.DocVersion) != nil {
		return
	}
	now := m.Now.UTC().Truncate(time.Second)
	m.api.DocumentationVersions = append(m.api.DocumentationVersions, definition.RestDocumentation{
		Version: types.DocumentationVersion{Version: d.DocVersion, CreatedDate: &now},
		Parts:   slices.Clone(m.api.DocumentationParts),
	})
}

// describe adds to the parts what the document says of parameters and bodies.
// What is beyond the quota of parts is left out, not a reason to refuse.
func (m *importer) describe() {
	known, lost := openapi.Document(m.api.DocumentationParts), 0
	for _, x := range m.doc.Described {
		properties, changed := known.With(x)
		switch {
		case !changed:
		case len(m.api.DocumentationParts) >= maxParts:
			lost++
		default:
			apigateway.MergeDocumentation(m.api, []types.DocumentationPart{{Location: &x.Location, Properties: &properties}}, false)
		}
	}
	if lost > 0 {
		m.report.Warnf("Maximum number of documentation parts for this API has been reached. Descriptions left out: %d.", lost)
	}
}

// part adds one. A part without a path, of a kind that has one, is the root's.
func (m *importer) part(p types.DocumentationPart) {
	l := *p.Location
	trial := definition.RestAPI{}
	check := types.DocumentationPart{Location: &l, Properties: p.Properties}
	if err := apigateway.AddDocumentation(&trial, &check); err != nil {
		m.report.Warnf("Unable to create a documentation part of type '%s': %s", l.Type, said(err))
		return
	}
	if l.Path == nil && hasPath(l.Type) {
		root := "/"
		l.Path = &root
	}
	apigateway.MergeDocumentation(m.api, []types.DocumentationPart{{Location: &l, Properties: p.Properties}}, false)
}

func hasPath(t types.DocumentationPartType) bool {
	return t != types.DocumentationPartTypeApi && t != types.DocumentationPartTypeAuthorizer && t != types.DocumentationPartTypeModel
}
