// Package definition holds what the gateway has been told: APIs, their
// deployments and VPC links, as documents of SDK types in the store, and the
// Repository through which they change.
//
// # Documents
//
//	apis/{apiId}                        one HTTPAPI: changed by compare-and-set
//	deployments/{apiId}/{deploymentId}  one Deployment: written once, never changed
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
// A Deployment is written before the HTTPAPI that points to it and removed after
// the last HTTPAPI that did. So a reader that follows an HTTPAPI to a Deployment
// and misses it has read an old HTTPAPI: it reads that again.
package definition
