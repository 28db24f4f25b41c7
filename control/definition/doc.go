// Package definition holds what the gateway has been told: APIs, their
// deployments and VPC links, as documents of SDK types in the store, and the
// Repository through which they change.
//
// # Documents
//
//	apis/{apiId}                        one HTTPAPI or RestAPI: changed by compare-and-set
//	deployments/{apiId}/{deploymentId}  one Deployment or RestDeployment: written once, never changed
//	vpclinks/{vpcLinkId}                one VPCLink
//
// A document is two lines of JSON: what it is (format, kind, Region), and the SDK
// types without their absent members. A reader refuses another format.
//
// The Region is inside the document, not in the key: an API's id is its host
// name on the data plane, so it has to be free in all Regions at once, and a
// create on the key is what keeps it so. Lists of one Region read all documents
// and keep those of the Region.
//
// # What a reader of an HTTPAPI or a Deployment may rely on
//
// Whoever compiles a stage takes the HTTPAPI for what acts at once (the stage:
// its variables, settings, access log, deployment id; the API's tags) and the
// Deployment for everything else (routes, integrations, authorizers, CORS, the
// execute-api switch). Guaranteed by the operations that write:
//
//   - Ids, names and required members are there: Api.ApiId, ProtocolType and, but
//     for a Deployment, Name; Route.RouteId, RouteKey; Integration.IntegrationId,
//     IntegrationType; Authorizer.AuthorizerId, Name, AuthorizerType and, for JWT,
//     one IdentitySource; Stage.StageName; Deployment.ID.
//   - Every RouteKey parses, keys are unique within the API, and no two conflict
//     in a variable at one level.
//   - Route.Target is nil, or "integrations/{id}" (see IntegrationID) where the
//     integration is in the same document. A route without a target is legal and
//     has nothing to call.
//   - Route.AuthorizerId is set exactly when AuthorizationType is JWT or CUSTOM,
//     names an authorizer of the same document, and that authorizer's type fits
//     (JWT: JWT, CUSTOM: REQUEST). AuthorizationType is never empty.
//   - Integration.IntegrationType is HTTP_PROXY or AWS_PROXY, ConnectionType,
//     PayloadFormatVersion and TimeoutInMillis (50 to 30000) are set. With
//     HTTP_PROXY and INTERNET the URI is an http or https URL whose authority has
//     no path parameters (stage variables it can have, and one that is not set is
//     only seen at compile time); with VPC_LINK, the ARN of a listener or a Cloud
//     Map service. With AWS_PROXY it is a function, or absent beside a subtype.
//     Mappings pass mapping.ValidateRequest and mapping.ValidateResponse.
//   - Access log settings have a destination that accesslog.Name takes and a
//     format that accesslog.ValidateFormat takes. Stage variables obey AWS's
//     characters and lengths.
//   - Stage.DeploymentId is nil or names an entry of HTTPAPI.Deployments whose
//     document exists. Every key of Stage.RouteSettings was a route key when it
//     was set; the route may be gone since.
//   - Slices are in order of creation.
//
// # What a reader of a RestAPI or a RestDeployment may rely on
//
// Whoever compiles a stage takes the RestAPI for what acts at once (the stage;
// API.DisableExecuteApiEndpoint, API.EndpointConfiguration, API.Tags) and the
// RestDeployment for everything else: resources, methods, integrations,
// responses, models, validators, authorizers, gateway responses, and of its API
// BinaryMediaTypes, MinimumCompressionSize, ApiKeySource and Policy. Parts of both
// are the SDK's types, nested as the SDK nests them: Resource.ResourceMethods by
// verb, Method.MethodIntegration, Method.MethodResponses and
// Integration.IntegrationResponses by status code. Guaranteed:
//
//   - API.Id, Name, RootResourceId, CreatedDate, EndpointConfiguration with one
//     type are set. MinimumCompressionSize is nil or 0 to 10485760. Policy is nil
//     or JSON text that is an object (AWS's escaping is only on the wire).
//   - The resources are one tree: the root has Path "/" and neither ParentId nor
//     PathPart; every other has both, and its Path is its parent's with the part.
//     A part is literal, or one {name} or {name+} alone. Among siblings parts are
//     unique and at most one is variable; {name+} has no children.
//   - Verbs are GET, PUT, POST, DELETE, PATCH, OPTIONS, HEAD and ANY. A Method has
//     HttpMethod, AuthorizationType and ApiKeyRequired. CUSTOM and
//     COGNITO_USER_POOLS have an AuthorizerId of the same document, others none.
//     RequestParameters have keys "method.request.{path,querystring,header,
//     multivaluequerystring,multivalueheader}.{name}". RequestModels and
//     ResponseModels name models that existed when they were set; a
//     RequestValidatorId may be of a validator that was deleted since: then
//     nothing is validated.
//   - An Integration has Type, PassthroughBehavior, TimeoutInMillis (50 or more),
//     CacheNamespace and, but for MOCK, HttpMethod and Uri. The Uri of HTTP and
//     HTTP_PROXY is http or https with a host, any part but the scheme being
//     variables, "${stageVariables.x}" or "{x}"; that of AWS and AWS_PROXY is an
//     ARN of service apigateway with path/ or action/. With ConnectionType
//     VPC_LINK there is a ConnectionId. Mappings obey the grammar of REST APIs on
//     both sides; what they name was declared when they were set.
//   - Templates are any text: whoever compiles a deployment meets their errors.
//     SelectionPatterns compile by regexp2, which reads what Java does. Codes are
//     [1-5]\d\d, and each response's StatusCode is its key.
//   - Every method of a RestDeployment has an integration, and there is one at
//     least. An integration response whose code has no method response is legal.
//   - An Authorizer of type TOKEN or REQUEST has the AuthorizerUri of a function,
//     one of COGNITO_USER_POOLS has ProviderARNs. IdentitySource may be nil: then
//     it is the Authorization header, or nothing for REQUEST without caching.
//   - Stage.DeploymentId and CanarySettings.DeploymentId name entries of
//     RestAPI.Deployments whose documents exist. PercentTraffic is 0 to 100. Keys
//     of MethodSettings are "*/*" or "{path}/{VERB}" with the path as it was
//     written: "test/GET" and "~1test/GET" are one method, see SettingKey.
//   - Stage.AccessLogSettings may have only one of its members, and then says
//     nothing. A destination is one that accesslog.Name takes, a format compiles
//     with expr.RESTLog.
//   - A Model has a Schema: JSON text that is an object where its ContentType says
//     JSON. References to others are ".../restapis/{id}/models/{Name}" in a $ref,
//     and the model may be gone.
//   - Slices are in order of creation.
//
// A Deployment or RestDeployment is written before the document of the API that
// points to it and removed after the last that did. So a reader that follows an
// API to a deployment and misses it has read an old API: it reads that again.
package definition
