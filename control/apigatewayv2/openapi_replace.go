package apigatewayv2

import (
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/control/definition"
	"gatehouse/control/openapi"
	"gatehouse/core/gwerr"
	"gatehouse/routing"
)

// importer puts a document into an API, by the checks of the operations that
// would have made each part.
type importer struct {
	*service
	api          *definition.HTTPAPI
	doc          *openapi.HTTP
	report       openapi.Report
	integrations []*string // ids by place in doc; nil for one that was refused
	authorizers  []*string
	keys         *routing.Builder[struct{}] // of the routes so far
}

// replace makes a what doc says: its texts, settings, tags, authorizers,
// integrations and routes. What a keeps are its id, stages and deployments. A
// refusal leaves a half done: it is not to be stored.
func (s *service) replace(a *definition.HTTPAPI, doc *openapi.HTTP, failOnWarnings bool) (openapi.Report, error) {
	m := &importer{service: s, api: a, doc: doc, report: doc.Report.Clone(), keys: routing.NewBuilder[struct{}](routing.HTTP)}
	m.settings()
	a.Routes, a.Integrations, a.Authorizers = nil, nil, nil
	for i := range doc.Authorizers {
		m.authorizer(doc.Authorizers[i])
	}
	users := firstUsers(doc)
	for i := range doc.Integrations {
		m.integration(doc.Integrations[i], users[i])
	}
	for i := range doc.Routes {
		m.route(doc.Routes[i])
	}
	if refusal := m.report.Refusal(failOnWarnings); refusal != "" {
		return m.report, badRequest("%s", refusal)
	}
	return m.report, nil
}

func (m *importer) settings() {
	a := &m.api.API
	a.Name, a.Description, a.Version, a.Tags = m.doc.Name, m.doc.Description, m.doc.Version, m.doc.Tags
	a.CorsConfiguration = m.doc.CORS
	if err := checkCORS(a.CorsConfiguration); err != nil {
		m.report.Warnf("%s", openapi.BadCORS)
		a.CorsConfiguration = nil
	}
	if m.doc.DisableExecuteAPIEndpoint != nil {
		a.DisableExecuteApiEndpoint = m.doc.DisableExecuteAPIEndpoint
	}
	switch t := m.doc.IPAddressType; t {
	case "":
	case types.IpAddressTypeIpv4, types.IpAddressTypeDualstack:
		a.IpAddressType = t
	default:
		m.report.Warnf("Invalid ipAddressType specified: %s. Ignoring.", t)
	}
	if err := checkAPI(a); err != nil {
		m.report.Errorf("%s", said(err))
	}
	tidy(a)
}

// authorizer adds one. A refused one is an error: routes that name it would be
// open without it.
func (m *importer) authorizer(x types.Authorizer) {
	err := room(len(m.api.Authorizers), m.Limits.Authorizers, "Authorizers", "API")
	if err == nil {
		err = m.prepareAuthorizer(&x)
	}
	if err != nil {
		m.report.Errorf("Unable to create authorizer '%s': %s", str(x.Name), said(err))
		m.authorizers = append(m.authorizers, nil)
		return
	}
	x.AuthorizerId = freeID(authorizerIDLength, func(id string) bool { return m.api.Authorizer(id) != nil })
	m.api.Authorizers = append(m.api.Authorizers, x)
	m.authorizers = append(m.authorizers, x.AuthorizerId)
}

// integration adds one that the route key calls. A refused one is a warning, and
// its routes have nothing to call.
func (m *importer) integration(i types.Integration, key string) {
	err := room(len(m.api.Integrations), m.Limits.Integrations, "Integrations", "API")
	if err == nil {
		err = prepareIntegration(&i)
	}
	if err == nil {
		err = checkEnums(&i)
	}
	if err != nil {
		m.report.Warnf("Unable to create integration for route '%s': %s", key, said(err))
		m.integrations = append(m.integrations, nil)
		return
	}
	i.IntegrationId = freeID(integrationIDLength, func(id string) bool { return m.api.Integration(id) != nil })
	m.api.Integrations = append(m.api.Integrations, i)
	m.integrations = append(m.integrations, i.IntegrationId)
}

// checkEnums refuses what the shapes of the operations would have.
func checkEnums(i *types.Integration) error {
	if i.ConnectionType != types.ConnectionTypeInternet && i.ConnectionType != types.ConnectionTypeVpcLink {
		return badRequest("Invalid connectionType specified: %s", i.ConnectionType)
	}
	return nil
}

// firstUsers gives for each integration the key of the first route that calls it.
func firstUsers(doc *openapi.HTTP) []string {
	keys := make([]string, len(doc.Integrations))
	for _, r := range doc.Routes {
		if i := r.Integration; i >= 0 && keys[i] == "" {
			keys[i] = *r.RouteKey
		}
	}
	return keys
}

func (m *importer) route(from openapi.HTTPRoute) {
	r := from.Route
	r.ApiKeyRequired = ptr(false)
	if from.Integration >= 0 && m.integrations[from.Integration] != nil {
		r.Target = ptr("integrations/" + *m.integrations[from.Integration])
	}
	if from.Authorizer >= 0 {
		if r.AuthorizerId = m.authorizers[from.Authorizer]; r.AuthorizerId == nil {
			return // already an error
		}
	}
	tidy(&r)
	err := room(len(m.api.Routes), m.Limits.Routes, "Routes", "API")
	if err == nil {
		err = m.checkRouteAlone(m.api, &r)
	}
	if err == nil {
		err = keyError(*r.RouteKey, m.keys.Add(*r.RouteKey, struct{}{}))
	}
	if err != nil {
		m.report.Warnf("Unable to create route '%s': %s", *r.RouteKey, said(err))
		return
	}
	r.RouteId = freeID(routeIDLength, func(id string) bool { return m.api.Route(id) != nil })
	m.api.Routes = append(m.api.Routes, r)
}

// said is an exception's message without what surrounds it.
func said(err error) string {
	return gwerr.As(err).Message
}
