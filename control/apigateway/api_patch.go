package apigateway

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

const maxCompressionSize = 10485760 // bytes

var (
	errCompression  = badRequest("Invalid minimum compression size, must be between 0 and 10485760")
	errManyTypes    = badRequest("Cannot create an api with multiple Endpoint Types.")
	errNoType       = badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
	errDualstack    = badRequest("Only dualstack ipAddressType is supported for Private APIs.")
	errIPType       = badRequest("ipAddressType must be either ipv4 or dualstack.")
	errEndpointType = badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	errEndpointOp   = badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
	errEndpoints    = badRequest("VPCEndpoints can only be specified with PRIVATE apis.")
	errAccessMode   = badRequest("endpointAccessMode can only be specified with a securityPolicy that begins with SecurityPolicy_")
)

// apiPatches obey the text of the API's fixed errors: unknown paths are named
// alone, and the endpoint's paths have words of their own for other operations.
var apiPatches = patchRules[types.RestApi]{
	wrongOp: func(p patchOp) error {
		switch {
		case strings.HasPrefix(p.path, "/endpointConfiguration/"):
			return errEndpointOp
		case len(p.raw) > 0 || p.path == "/description":
			return badOp(p)
		}
		return errReplaceOnly
	},
	rules: []rule[types.RestApi]{
		{"/name", "replace", func(a *types.RestApi, p patchOp) error { a.Name = &p.value; return nil }},
		{"/description", "add remove replace", setText(func(a *types.RestApi) **string { return &a.Description })},
		{"/policy", "replace", setText(func(a *types.RestApi) **string { return &a.Policy })},
		{"/apiKeySource", "replace", setEnum(func(a *types.RestApi) *types.ApiKeySourceType { return &a.ApiKeySource })},
		{"/securityPolicy", "replace", setEnum(func(a *types.RestApi) *types.SecurityPolicy { return &a.SecurityPolicy })},
		{"/endpointAccessMode", "replace", setEnum(func(a *types.RestApi) *types.EndpointAccessMode { return &a.EndpointAccessMode })},
		{"/disableExecuteApiEndpoint", "replace", setFlag(func(a *types.RestApi) *bool { return &a.DisableExecuteApiEndpoint })},
		{"/minimumCompressionSize", "replace", setCompression},
		{"/binaryMediaTypes/{}", "add remove replace", editMediaType},
		{"/endpointConfiguration/types", "add remove", editEndpointType},
		{"/endpointConfiguration/types/{}", "add remove replace", editEndpointType},
		{"/endpointConfiguration/ipAddressType", "replace", setIPType},
		{"/endpointConfiguration/vpcEndpointIds", "add remove replace", editVPCEndpoint},
		{"/endpointConfiguration/vpcEndpointIds/{}", "add remove replace", editVPCEndpoint},
	},
}

func setCompression(a *types.RestApi, p patchOp) error {
	if a.MinimumCompressionSize = nil; p.value == "" {
		return nil
	}
	n, err := strconv.ParseInt(p.value, 10, 32)
	if err != nil {
		return errCompression
	}
	a.MinimumCompressionSize = ptr(int32(n))
	return nil
}

// editMediaType: the type is in the path; replacing takes it out and appends the
// value.
func editMediaType(a *types.RestApi, p patchOp) error {
	if p.op != types.OpAdd {
		a.BinaryMediaTypes = removeFrom(a.BinaryMediaTypes, p.args[0])
	}
	switch p.op {
	case types.OpAdd:
		a.BinaryMediaTypes = addTo(a.BinaryMediaTypes, p.args[0])
	case types.OpReplace:
		a.BinaryMediaTypes = addTo(a.BinaryMediaTypes, p.value)
	}
	return nil
}

// editEndpointType: the path ends in a type, an index or nothing.
func editEndpointType(a *types.RestApi, p patchOp) error {
	e := endpointOf(a)
	named := types.EndpointType(p.value)
	if p.op == types.OpRemove || p.op == types.OpAdd && p.value == "" {
		if len(p.args) > 0 {
			named = types.EndpointType(p.args[0])
		}
	}
	if p.op == types.OpRemove {
		e.Types = slices.DeleteFunc(e.Types, func(t types.EndpointType) bool { return t == named })
		return nil
	}
	if !slices.Contains(named.Values(), named) {
		return errEndpointType
	}
	if p.op == types.OpReplace {
		e.Types = nil
	}
	if !slices.Contains(e.Types, named) {
		e.Types = append(e.Types, named)
	}
	if e.IpAddressType = types.IpAddressTypeIpv4; named == types.EndpointTypePrivate {
		e.IpAddressType = types.IpAddressTypeDualstack
	}
	return nil
}

func setIPType(a *types.RestApi, p patchOp) error {
	t := types.IpAddressType(p.value)
	if !slices.Contains(t.Values(), t) {
		return errIPType
	}
	endpointOf(a).IpAddressType = t
	return nil
}

func editVPCEndpoint(a *types.RestApi, p patchOp) error {
	e := endpointOf(a)
	switch p.op {
	case types.OpAdd:
		e.VpcEndpointIds = addTo(e.VpcEndpointIds, p.value)
	case types.OpRemove:
		e.VpcEndpointIds = removeFrom(e.VpcEndpointIds, p.value)
	default:
		e.VpcEndpointIds = []string{p.value}
	}
	return nil
}

func endpointOf(a *types.RestApi) *types.EndpointConfiguration {
	if a.EndpointConfiguration == nil {
		a.EndpointConfiguration = &types.EndpointConfiguration{}
	}
	return a.EndpointConfiguration
}

// prepareEndpoint fills and checks the endpoint configuration of a new API.
func prepareEndpoint(a *types.RestApi) error {
	given := endpointOf(a)
	e := *given
	a.EndpointConfiguration = &e
	if e.Types == nil {
		e.Types = []types.EndpointType{types.EndpointTypeEdge}
	}
	if e.IpAddressType == "" && len(e.Types) > 0 {
		if e.IpAddressType = types.IpAddressTypeIpv4; e.Types[0] == types.EndpointTypePrivate {
			e.IpAddressType = types.IpAddressTypeDualstack
		}
	}
	return checkEndpoint(a)
}

func checkEndpoint(a *types.RestApi) error {
	e := a.EndpointConfiguration
	if len(e.VpcEndpointIds) == 0 {
		e.VpcEndpointIds = nil
	}
	switch {
	case len(e.Types) > 1:
		return errManyTypes
	case len(e.Types) == 0:
		return errNoType
	}
	private := e.Types[0] == types.EndpointTypePrivate
	switch {
	case private && e.IpAddressType != types.IpAddressTypeDualstack:
		return errDualstack
	case !private && len(e.VpcEndpointIds) > 0:
		return errEndpoints
	}
	return nil
}

// checkAPI looks at what both creating and changing can set.
func checkAPI(a *types.RestApi) error {
	switch size := a.MinimumCompressionSize; {
	case str(a.Name) == "":
		return badRequest("Name cannot be an empty string")
	case len(*a.Name) > 1024:
		return badRequest("Invalid API name, can be at most 1024 characters.")
	case size != nil && (*size < 0 || *size > maxCompressionSize):
		return errCompression
	case a.EndpointAccessMode != "" && !strings.HasPrefix(string(a.SecurityPolicy), "SecurityPolicy_"):
		return errAccessMode
	case a.ApiKeySource == "":
		a.ApiKeySource = types.ApiKeySourceTypeHeader
	}
	return nil
}

func unique(list []string) []string {
	var set []string
	for _, s := range list {
		set = addTo(set, s)
	}
	return set
}
