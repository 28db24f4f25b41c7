package apigateway

import "gatehouse/control/wire"

const (
	apis           = "/restapis"
	api            = apis + "/{RestApiId}"
	resources      = api + "/resources"
	resource       = resources + "/{ResourceId}"
	method         = resource + "/methods/{HttpMethod}"
	response       = method + "/responses/{StatusCode}"
	integration    = method + "/integration"
	intResponse    = integration + "/responses/{StatusCode}"
	models         = api + "/models"
	model          = models + "/{ModelName}"
	validators     = api + "/requestvalidators"
	validator      = validators + "/{RequestValidatorId}"
	authorizers    = api + "/authorizers"
	authorizer     = authorizers + "/{AuthorizerId}"
	gwResponses    = api + "/gatewayresponses"
	gwResponse     = gwResponses + "/{ResponseType}"
	deployments    = api + "/deployments"
	deployment     = deployments + "/{DeploymentId}"
	stages         = api + "/stages"
	stage          = stages + "/{StageName}"
	docParts       = api + "/documentation/parts"
	docPart        = docParts + "/{DocumentationPartId}"
	docVersions    = api + "/documentation/versions"
	docVersion     = docVersions + "/{DocumentationVersion}"
	apiKeys        = "/apikeys"
	apiKey         = apiKeys + "/{ApiKey}"
	usagePlans     = "/usageplans"
	usagePlan      = usagePlans + "/{UsagePlanId}"
	usagePlanKeys  = usagePlan + "/keys"
	usagePlanKey   = usagePlanKeys + "/{KeyId}"
	domains        = "/domainnames"
	domain         = domains + "/{DomainName}"
	mappings       = domain + "/basepathmappings"
	mapping        = mappings + "/{BasePath}"
	associations   = "/domainnameaccessassociations"
	vpcLinks       = "/vpclinks"
	vpcLink        = vpcLinks + "/{VpcLinkId}"
	certificates   = "/clientcertificates"
	certificate    = certificates + "/{ClientCertificateId}"
	tags           = "/tags/{ResourceArn}"
	statusCodeForm = `[1-5]\d\d`
)

// operations lists all 124, in the order of AWS's reference by resource.
func (s *service) operations() []wire.Operation {
	var all []wire.Operation
	for _, part := range [][]wire.Operation{
		s.apiOperations(), s.resourceOperations(), s.methodOperations(), s.integrationOperations(),
		s.modelOperations(), s.authorizerOperations(), s.gatewayResponseOperations(), s.deploymentOperations(),
		s.stageOperations(), s.exportOperations(), s.sdkOperations(), s.keyOperations(), s.usageOperations(), s.domainOperations(),
		s.vpcLinkOperations(), s.certificateOperations(), s.documentationOperations(), s.tagOperations(), s.accountOperations(),
	} {
		all = append(all, part...)
	}
	return all
}
