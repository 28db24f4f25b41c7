package apigateway

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// refusal is one call on an API that has the root with a mock GET and a stage
// "prod", and what AWS says to it.
type refusal struct {
	name       string
	call       func(r *rest) error
	code, text string
}

func checkRefusals(t *testing.T, list []refusal) {
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			r := openDesk(t).rest()
			r.mock(r.root, "GET")
			r.deploy("prod")
			fails(t, c.call(r), c.code, c.text)
		})
	}
}

func only[T any](_ T, err error) error { return err }

func (r *rest) create(edit func(*v1.CreateRestApiInput)) error {
	in := &v1.CreateRestApiInput{Name: aws.String("a")}
	edit(in)
	return only(r.CreateRestApi(ctx, in))
}

func (r *rest) patchAPI(op types.Op, path, value string) error {
	return only(r.UpdateRestApi(ctx, &v1.UpdateRestApiInput{RestApiId: r.id, PatchOperations: []types.PatchOperation{patch(op, path, value)}}))
}

func endpoints(kinds ...types.EndpointType) *types.EndpointConfiguration {
	return &types.EndpointConfiguration{Types: append([]types.EndpointType{}, kinds...)}
}

const opWords = "Invalid patch operation specified. Must be one of: [replace]"

func TestAPIErrors(t *testing.T) {
	checkRefusals(t, []refusal{
		{"unknown", func(r *rest) error {
			return only(r.GetRestApi(ctx, &v1.GetRestApiInput{RestApiId: aws.String("nope")}))
		}, isMissing, "Invalid API identifier specified 000000000000:nope"},
		{"upper case", func(r *rest) error {
			return only(r.GetRestApi(ctx, &v1.GetRestApiInput{RestApiId: aws.String("SHOP")}))
		}, isMissing, "Invalid API identifier specified 000000000000:SHOP"},
		{"other Region", func(r *rest) error {
			return only(r.in("eu-west-1").DeleteRestApi(ctx, &v1.DeleteRestApiInput{RestApiId: aws.String("nope")}))
		}, isMissing, "Invalid API identifier specified 000000000000:nope"},
		{"empty description", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) { in.Description = aws.String("") })
		}, isBad, "Description cannot be an empty string"},
		{"two types", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) { in.EndpointConfiguration = endpoints("EDGE", "REGIONAL") })
		}, isBad, "Cannot create an api with multiple Endpoint Types."},
		{"no type", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) { in.EndpointConfiguration = endpoints() })
		}, isBad, "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."},
		{"private ipv4", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) {
				in.EndpointConfiguration = endpoints("PRIVATE")
				in.EndpointConfiguration.IpAddressType = "ipv4"
			})
		}, isBad, "Only dualstack ipAddressType is supported for Private APIs."},
		{"bad type", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) { in.EndpointConfiguration = endpoints("wrong") })
		}, isInvalid, "1 validation error detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]"},
		{"bad ip type", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) {
				in.EndpointConfiguration = &types.EndpointConfiguration{IpAddressType: "v5"}
			})
		}, isInvalid, "1 validation error detected: Value 'v5' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: Member must satisfy enum value set: [ipv4, dualstack]"},
		{"compression", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) { in.MinimumCompressionSize = aws.Int32(10485761) })
		}, isBad, "Invalid minimum compression size, must be between 0 and 10485760"},
		{"policy", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) { in.Policy = aws.String("[1]") })
		}, isBad, "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."},
		{"clone of none", func(r *rest) error {
			return r.create(func(in *v1.CreateRestApiInput) { in.CloneFrom = aws.String("nope") })
		}, isMissing, "Invalid API identifier specified 000000000000:nope"},
		{"patch compression", func(r *rest) error { return r.patchAPI("replace", "/minimumCompressionSize", "-1") }, isBad, "Invalid minimum compression size, must be between 0 and 10485760"},
		{"patch compression op", func(r *rest) error { return r.patchAPI("add", "/minimumCompressionSize", "1") }, isBad, opWords},
		{"patch set's base", func(r *rest) error { return r.patchAPI("add", "/binaryMediaTypes", "a/b") }, isBad, "Invalid patch path /binaryMediaTypes"},
		{"patch unknown", func(r *rest) error { return r.patchAPI("replace", "/wrong", "") }, isBad, "Invalid patch path /wrong"},
		{"patch no path", func(r *rest) error {
			return only(r.UpdateRestApi(ctx, &v1.UpdateRestApiInput{RestApiId: r.id, PatchOperations: []types.PatchOperation{{Op: "replace"}}}))
		}, isBad, "Invalid patch path null"},
		{"patch endpoint type", func(r *rest) error { return r.patchAPI("replace", "/endpointConfiguration/types/EDGE", "x") }, isBad, "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE"},
		{"patch endpoint op", func(r *rest) error { return r.patchAPI("copy", "/endpointConfiguration/types/EDGE", "x") }, isBad, "Invalid patch operation specified. Must be 'add'|'remove'|'replace'"},
		{"patch ip type", func(r *rest) error { return r.patchAPI("replace", "/endpointConfiguration/ipAddressType", "x") }, isBad, "ipAddressType must be either ipv4 or dualstack."},
		{"patch second type", func(r *rest) error { return r.patchAPI("add", "/endpointConfiguration/types", "REGIONAL") }, isBad, "Cannot create an api with multiple Endpoint Types."},
		{"patch op word", func(r *rest) error { return r.patchAPI("wrong", "/name", "x") }, isInvalid,
			"1 validation error detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]"},
	})
}

func (r *rest) child(parent, part string) error {
	return only(r.CreateResource(ctx, &v1.CreateResourceInput{RestApiId: r.id, ParentId: &parent, PathPart: &part}))
}

func (r *rest) patchResource(id *string, op types.Op, path, value string) error {
	return only(r.UpdateResource(ctx, &v1.UpdateResourceInput{RestApiId: r.id, ResourceId: id, PatchOperations: []types.PatchOperation{patch(op, path, value)}}))
}

func TestResourceErrors(t *testing.T) {
	checkRefusals(t, []refusal{
		{"unknown", func(r *rest) error {
			return only(r.GetResource(ctx, &v1.GetResourceInput{RestApiId: r.id, ResourceId: aws.String("nope")}))
		}, isMissing, "Invalid Resource identifier specified"},
		{"unknown parent", func(r *rest) error { return r.child("nope", "a") }, isMissing, "Invalid Resource identifier specified"},
		{"part", func(r *rest) error { return r.child(*r.root, "a{b}") }, isBad,
			"Resource's path part only allow a-zA-Z0-9._-: and curly braces at the beginning and the end and an optional plus sign before the closing brace."},
		{"same name", func(r *rest) error { r.resource("a"); return r.child(*r.root, "a") }, isConflict, "Another resource with the same parent already has this name: a"},
		{"second variable", func(r *rest) error { r.resource("{proxy+}"); return r.child(*r.root, "{b}") }, isBad,
			"A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed"},
		{"below greedy", func(r *rest) error { return r.child(*r.resource("{proxy+}"), "a") }, isBad, "Cannot create a child of a resource with a greedy path variable: {proxy+}"},
		{"cycle", func(r *rest) error {
			a := r.resource("a")
			return r.patchResource(a, "replace", "/parentId", *r.resource("b", a))
		}, isBad, "Resources cannot be cyclical."},
		{"root renamed", func(r *rest) error { return r.patchResource(r.root, "replace", "/pathPart", "a") }, isBad, "Root resource cannot update its pathPart."},
		{"root moved", func(r *rest) error { return r.patchResource(r.root, "replace", "/parentId", *r.resource("a")) }, isBad, "Root resource cannot update its parentId."},
		{"renamed to a sibling", func(r *rest) error {
			r.resource("a")
			return r.patchResource(r.resource("b"), "replace", "/pathPart", "a")
		}, isConflict,
			"Another resource with the same parent already has this name: a"},
		{"patch unknown", func(r *rest) error { return r.patchResource(r.root, "replace", "/wrong", "a") }, isBad,
			"Invalid patch path  '/wrong' specified for op 'replace'. Must be one of: [/parentId, /pathPart]"},
		{"patch op", func(r *rest) error { return r.patchResource(r.root, "add", "/pathPart", "a") }, isBad,
			"Invalid patch path  '/pathPart' specified for op 'add'. Please choose supported operations"},
	})
}

func (r *rest) patchMethod(op types.Op, path, value string) error {
	return only(r.UpdateMethod(ctx, &v1.UpdateMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET"), PatchOperations: []types.PatchOperation{patch(op, path, value)}}))
}

func (r *rest) put(verb string, edit func(*v1.PutMethodInput)) error {
	in := &v1.PutMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: &verb, AuthorizationType: aws.String("NONE")}
	edit(in)
	return only(r.PutMethod(ctx, in))
}

func TestMethodErrors(t *testing.T) {
	const needsAuthorizer = "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."
	get := func(r *rest, api, resource *string, verb string) error {
		return only(r.GetMethod(ctx, &v1.GetMethodInput{RestApiId: api, ResourceId: resource, HttpMethod: &verb}))
	}
	checkRefusals(t, []refusal{
		{"unknown API", func(r *rest) error { return get(r, aws.String("nope"), r.root, "GET") }, isMissing, "Invalid Resource identifier specified"},
		{"unknown resource", func(r *rest) error { return get(r, r.id, aws.String("nope"), "GET") }, isMissing, "Invalid Resource identifier specified"},
		{"unknown verb", func(r *rest) error { return get(r, r.id, r.root, "PUT") }, isMissing, "Invalid Method identifier specified"},
		{"put unknown API", func(r *rest) error {
			return r.put("PUT", func(in *v1.PutMethodInput) { in.RestApiId = aws.String("nope") })
		}, isMissing, "Invalid Resource identifier specified"},
		{"put verb", func(r *rest) error { return r.put("TRACE", func(*v1.PutMethodInput) {}) }, isBad,
			"Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"},
		{"put twice", func(r *rest) error { return r.put("GET", func(*v1.PutMethodInput) {}) }, isConflict, "Method already exists for this resource"},
		{"put without authorizer", func(r *rest) error {
			return r.put("PUT", func(in *v1.PutMethodInput) { in.AuthorizationType = aws.String("CUSTOM") })
		}, isBad, needsAuthorizer},
		{"put validator", func(r *rest) error {
			return r.put("PUT", func(in *v1.PutMethodInput) { in.RequestValidatorId = aws.String("nope") })
		}, isBad, "Invalid Request Validator identifier specified"},
		{"put model", func(r *rest) error {
			return r.put("PUT", func(in *v1.PutMethodInput) { in.RequestModels = map[string]string{"application/json": "Nope"} })
		}, isBad, "Invalid model identifier specified: Nope"},
		{"put names", func(r *rest) error {
			return r.put("PUT", func(in *v1.PutMethodInput) {
				in.RequestParameters = map[string]bool{"method.request.header.a": true, "method.request.querystring.a": true}
			})
		}, isBad, "Parameter names must be unique across querystring, header and path"},
		{"patch without authorizer", func(r *rest) error { return r.patchMethod("replace", "/authorizationType", "CUSTOM") }, isBad, needsAuthorizer},
		{"patch validator", func(r *rest) error { return r.patchMethod("replace", "/requestValidatorId", "x") }, isBad, "Invalid Request Validator identifier specified"},
		{"patch unknown", func(r *rest) error { return r.patchMethod("replace", "/httpMethod", "x") }, isBad, "Invalid patch path /httpMethod"},
		{"patch map's base", func(r *rest) error { return r.patchMethod("add", "/requestParameters", "x") }, isBad, "Invalid patch path /requestParameters"},
		{"patch unescaped", func(r *rest) error { return r.patchMethod("add", "/requestModels/application/json", "Empty") }, isBad, "Invalid patch path /requestModels/application/json"},
		{"patch op", func(r *rest) error { return r.patchMethod("add", "/authorizationType", "NONE") }, isBad, opWords},
		{"delete unknown", func(r *rest) error {
			return only(r.DeleteMethod(ctx, &v1.DeleteMethodInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("PUT")}))
		}, isMissing, "Invalid Method identifier specified"},
	})
}

func (r *rest) patchResponse(op types.Op, path, value string) error {
	out, err := r.PutMethodResponse(ctx, &v1.PutMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200")})
	done(r.t, out, err)
	return only(r.UpdateMethodResponse(ctx, &v1.UpdateMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200"), PatchOperations: []types.PatchOperation{patch(op, path, value)}}))
}

func TestResponseErrors(t *testing.T) {
	verb := aws.String("GET")
	checkRefusals(t, []refusal{
		{"unknown code", func(r *rest) error {
			return only(r.GetMethodResponse(ctx, &v1.GetMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: aws.String("500")}))
		}, isMissing, "Invalid Response status code specified"},
		{"no code", func(r *rest) error {
			return only(r.PutMethodResponse(ctx, &v1.PutMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: aws.String("wrong")}))
		}, isInvalid, `1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`},
		{"op and code", func(r *rest) error {
			return only(r.UpdateMethodResponse(ctx, &v1.UpdateMethodResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: aws.String("wrong"),
				PatchOperations: []types.PatchOperation{patch("wrong", "/a", "")}}))
		}, isInvalid, `2 validation errors detected: Value 'wrong' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`},
		{"replace unknown parameter", func(r *rest) error {
			return r.patchResponse("replace", "/responseParameters/method.response.header.a", "true")
		}, isMissing, "Invalid parameter name specified"},
		{"remove unknown model", func(r *rest) error { return r.patchResponse("remove", "/responseModels/application~1json", "") }, isMissing, "Content-Type specified was not found"},
		{"patch unknown", func(r *rest) error { return r.patchResponse("replace", "/statusCode", "201") }, isBad, "Invalid patch path /statusCode"},
		{"integration response unknown", func(r *rest) error {
			return only(r.GetIntegrationResponse(ctx, &v1.GetIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: aws.String("500")}))
		}, isMissing, "Invalid Response status code specified"},
		{"integration response mapping", func(r *rest) error {
			return only(r.PutIntegrationResponse(ctx, &v1.PutIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: aws.String("200"),
				ResponseParameters: map[string]string{"method.response.header.a": "wrong"}}))
		}, isBad, "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: wrong]"},
		{"integration response undeclared", func(r *rest) error {
			return only(r.PutIntegrationResponse(ctx, &v1.PutIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: aws.String("200"),
				ResponseParameters: map[string]string{"method.response.header.a": "'x'"}}))
		}, isBad, "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.a]"},
		{"integration response pattern", func(r *rest) error {
			return only(r.PutIntegrationResponse(ctx, &v1.PutIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: aws.String("200"), SelectionPattern: aws.String("(")}))
		}, isBad, "Invalid selection pattern specified: ("},
		{"integration response type", func(r *rest) error {
			return only(r.PutIntegrationResponse(ctx, &v1.PutIntegrationResponseInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: verb, StatusCode: aws.String("200"), ResponseTemplates: map[string]string{"json": ""}}))
		}, isBad, "Validation Result: warnings : [], errors : [Invalid content type specified: json]"},
	})
}

// back puts an integration on GET of the root.
func (r *rest) back(kind types.IntegrationType, verb, uri string, edit ...func(*v1.PutIntegrationInput)) error {
	in := &v1.PutIntegrationInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("GET"), Type: kind}
	if verb != "" {
		in.IntegrationHttpMethod = &verb
	}
	if uri != "" {
		in.Uri = &uri
	}
	for _, e := range edit {
		e(in)
	}
	return only(r.PutIntegration(ctx, in))
}

func TestIntegrationErrors(t *testing.T) {
	mapped := func(target, source string) func(*v1.PutIntegrationInput) {
		return func(in *v1.PutIntegrationInput) { in.RequestParameters = map[string]string{target: source} }
	}
	frame := "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
	checkRefusals(t, []refusal{
		{"none", func(r *rest) error {
			r.method(r.root, "PUT")
			return only(r.GetIntegration(ctx, &v1.GetIntegrationInput{RestApiId: r.id, ResourceId: r.root, HttpMethod: aws.String("PUT")}))
		}, isMissing, "Invalid Integration identifier specified"},
		{"type", func(r *rest) error { return r.back("wrong", "GET", shopURL) }, isInvalid,
			"1 validation error detected: Value 'wrong' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]"},
		{"no verb", func(r *rest) error { return r.back("HTTP", "", shopURL) }, isBad, "Enumeration value for HttpMethod must be non-empty"},
		{"no verb AWS", func(r *rest) error { return r.back("AWS_PROXY", "", echoURI) }, isBad, "Enumeration value for HttpMethod must be non-empty"},
		{"no URI", func(r *rest) error { return r.back("HTTP_PROXY", "GET", "") }, isBad, "Invalid HTTP endpoint specified for URI"},
		{"relative URI", func(r *rest) error { return r.back("HTTP_PROXY", "GET", "/a") }, isBad, "Invalid HTTP endpoint specified for URI"},
		{"other scheme", func(r *rest) error { return r.back("HTTP", "GET", "ftp://a.test/") }, isBad, "Invalid HTTP endpoint specified for URI"},
		{"no ARN", func(r *rest) error { return r.back("AWS", "POST", shopURL) }, isBad, "Invalid ARN specified in the request"},
		{"ARN form", func(r *rest) error { return r.back("AWS", "POST", "arn:aws:apigateway:us-east-1:sqs:x/y") }, isBad, "AWS ARN for integration must contain path or action"},
		{"proxy service", func(r *rest) error { return r.back("AWS_PROXY", "POST", sqsURI) }, isBad,
			"Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."},
		{"no role", func(r *rest) error { return r.back("AWS", "POST", sqsURI) }, isBad, "Role ARN must be specified for AWS integrations"},
		{"mapping source", func(r *rest) error {
			return r.back("HTTP", "GET", shopURL, mapped("integration.request.header.a", "wrong"))
		}, isBad, frame + "[Invalid mapping expression specified: wrong]"},
		{"mapping target", func(r *rest) error { return r.back("HTTP", "GET", shopURL, mapped("integration.request.body", "'x'")) }, isBad,
			frame + "[Invalid mapping expression specified: integration.request.body]"},
		{"undeclared", func(r *rest) error {
			return r.back("HTTP", "GET", shopURL, mapped("integration.request.path.a", "method.request.path.a"))
		}, isBad, frame + "[Invalid mapping expression parameter specified: method.request.path.a]"},
		{"content type", func(r *rest) error {
			return r.back("MOCK", "", "", func(in *v1.PutIntegrationInput) { in.RequestTemplates = map[string]string{"json": "{}"} })
		}, isBad, "Validation Result: warnings : [], errors : [Invalid content type specified: json]"},
		{"time-out", func(r *rest) error {
			return r.back("MOCK", "", "", func(in *v1.PutIntegrationInput) { in.TimeoutInMillis = aws.Int32(29001) })
		}, isBad, "Timeout should be between 50 ms and 29000 ms"},
		{"zero time-out", func(r *rest) error {
			return r.back("MOCK", "", "", func(in *v1.PutIntegrationInput) { in.TimeoutInMillis = aws.Int32(0) })
		}, isBad, "Timeout should be between 50 ms and 29000 ms"},
		{"no link", func(r *rest) error {
			return r.back("HTTP", "GET", shopURL, func(in *v1.PutIntegrationInput) { in.ConnectionType = "VPC_LINK" })
		}, isBad, "Connection ID must be specified for integrations of connection type VPC_LINK"},
		{"stream of a mock", func(r *rest) error {
			return r.back("MOCK", "", "", func(in *v1.PutIntegrationInput) { in.ResponseTransferMode = "STREAM" })
		}, isBad, "Response transfer mode STREAM is only supported for HTTP_PROXY and AWS_PROXY integrations"},
	})
}

func TestPartErrors(t *testing.T) {
	model := func(r *rest, name, schema string) error {
		return only(r.CreateModel(ctx, &v1.CreateModelInput{RestApiId: r.id, Name: &name, ContentType: aws.String("application/json"), Schema: &schema}))
	}
	patchModel := func(r *rest, path, value string) error {
		return only(r.UpdateModel(ctx, &v1.UpdateModelInput{RestApiId: r.id, ModelName: aws.String("Empty"), PatchOperations: []types.PatchOperation{patch("replace", path, value)}}))
	}
	validator := func(r *rest, path, value string) error {
		return only(r.UpdateRequestValidator(ctx, &v1.UpdateRequestValidatorInput{RestApiId: r.id, RequestValidatorId: r.validator("v"), PatchOperations: []types.PatchOperation{patch("replace", path, value)}}))
	}
	gateway := func(r *rest, op types.Op, path, value string) error {
		return only(r.UpdateGatewayResponse(ctx, &v1.UpdateGatewayResponseInput{RestApiId: r.id, ResponseType: "THROTTLED", PatchOperations: []types.PatchOperation{patch(op, path, value)}}))
	}
	checkRefusals(t, []refusal{
		{"model unknown", func(r *rest) error {
			return only(r.GetModel(ctx, &v1.GetModelInput{RestApiId: r.id, ModelName: aws.String("Nope")}))
		}, isMissing, "Invalid model name specified: Nope"},
		{"model name empty", func(r *rest) error { return model(r, "", "{}") }, isBad, "Model name must be non-empty"},
		{"model name", func(r *rest) error { return model(r, "a-b", "{}") }, isBad, "Model name must be alphanumeric: a-b"},
		{"model twice", func(r *rest) error { return model(r, "Empty", "{}") }, isConflict, "Model name already exists for this REST API"},
		{"model without schema", func(r *rest) error { return model(r, "A", "") }, isBad, "Model schema must have at least 1 property or array items defined"},
		{"model patched empty", func(r *rest) error { return patchModel(r, "/schema", "") }, isBad, "Model schema must have at least 1 property or array items defined"},
		{"model no JSON", func(r *rest) error { return model(r, "A", "{") }, isBad, "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]"},
		{"model patch unknown", func(r *rest) error { return patchModel(r, "/name", "x") }, isBad,
			"Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]"},
		{"model used", func(r *rest) error {
			r.method(r.root, "ANY", func(in *v1.PutMethodInput) { in.RequestModels = map[string]string{"application/json": "Empty"} })
			return only(r.DeleteModel(ctx, &v1.DeleteModelInput{RestApiId: r.id, ModelName: aws.String("Empty")}))
		}, isConflict, "Cannot delete model 'Empty', is referenced in method request: //ANY"},
		{"validator unknown", func(r *rest) error {
			return only(r.DeleteRequestValidator(ctx, &v1.DeleteRequestValidatorInput{RestApiId: r.id, RequestValidatorId: aws.String("nope")}))
		}, isMissing, "Invalid Request Validator identifier specified"},
		{"validator on no API", func(r *rest) error {
			return only(r.CreateRequestValidator(ctx, &v1.CreateRequestValidatorInput{RestApiId: aws.String("nope")}))
		}, isBad, "Invalid REST API identifier specified"},
		{"validator blank", func(r *rest) error { return validator(r, "/name", " ") }, isBad, "Request Validator name cannot be blank"},
		{"validator patch unknown", func(r *rest) error { return validator(r, "/wrong", "") }, isBad,
			"Invalid patch path  '/wrong' specified for op 'replace'. Must be one of: [/name, /validateRequestParameters, /validateRequestBody]"},
		{"authorizer unknown", func(r *rest) error {
			return only(r.GetAuthorizer(ctx, &v1.GetAuthorizerInput{RestApiId: r.id, AuthorizerId: aws.String("nope")}))
		}, isMissing, "Invalid Authorizer identifier specified"},
		{"authorizer on no API", func(r *rest) error {
			return only(r.CreateAuthorizer(ctx, &v1.CreateAuthorizerInput{RestApiId: aws.String("nope"), Name: aws.String("a"), Type: "TOKEN", AuthorizerUri: aws.String(echoURI)}))
		}, isConflict, "Unable to complete operation due to concurrent modification. Please try again later."},
		{"authorizer twice", func(r *rest) error {
			r.token("a")
			return only(r.CreateAuthorizer(ctx, &v1.CreateAuthorizerInput{RestApiId: r.id, Name: aws.String("a"), Type: "TOKEN", AuthorizerUri: aws.String(echoURI)}))
		}, isConflict, "Authorizer name must be unique. Authorizer a already exists in this RestApi."},
		{"authorizer used", func(r *rest) error {
			x := r.token("a")
			r.method(r.resource("test"), "GET", func(in *v1.PutMethodInput) {
				in.AuthorizationType, in.AuthorizerId = aws.String("CUSTOM"), x
			})
			return only(r.DeleteAuthorizer(ctx, &v1.DeleteAuthorizerInput{RestApiId: r.id, AuthorizerId: x}))
		}, isConflict, "Cannot delete authorizer 'a', is referenced in method: GET//test"},
		{"gateway response type", func(r *rest) error {
			return only(r.GetGatewayResponse(ctx, &v1.GetGatewayResponseInput{RestApiId: r.id, ResponseType: "wrong"}))
		}, isInvalid, "1 validation error detected: Value 'wrong' at 'responseType' failed to satisfy constraint: Member must satisfy enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN]"},
		{"gateway response default", func(r *rest) error {
			return only(r.DeleteGatewayResponse(ctx, &v1.DeleteGatewayResponseInput{RestApiId: r.id, ResponseType: "THROTTLED"}))
		}, isMissing, "Gateway response type not defined on api"},
		{"gateway response empty", func(r *rest) error { return gateway(r, "replace", "/responseTemplates/application~1json", "") }, isBad, "Invalid null or empty value in responseTemplates"},
		{"gateway response empty parameter", func(r *rest) error {
			return gateway(r, "add", "/responseParameters/gatewayresponse.header.a", "")
		}, isBad, "Invalid null or empty value in responseParameters"},
		{"gateway response unknown", func(r *rest) error { return gateway(r, "remove", "/responseTemplates/a~1b", "") }, isMissing, "Content-Type specified was not found"},
		{"gateway response path", func(r *rest) error { return gateway(r, "add", "/responseTemplates", "x") }, isBad, "Invalid patch path /responseTemplates"},
	})
}
