package compile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/core/gwerr"
	"gatehouse/core/snapshot"
	"gatehouse/plugins"
	"gatehouse/plugins/httpapi"
	"gatehouse/plugins/mapping"
	"gatehouse/plugins/tohttp"
	"gatehouse/routing"
)

// payload is AWS's quota on an answer's body, bytes.
const payload = 10 << 20

// integration returns the settings of a route that calls in.
func (b *builder) integration(st *types.Stage, r *types.Route, in *types.Integration) (plugins.Settings, error) {
	switch {
	case in.IntegrationType != types.IntegrationTypeHttpProxy:
		return nil, fmt.Errorf("integration type %s is not built yet", in.IntegrationType)
	case in.ConnectionType == types.ConnectionTypeVpcLink:
		return nil, errors.New("the integration goes through a VPC link: there is no VPC here; give it an http or https URL and connection type INTERNET")
	case in.IntegrationUri == nil:
		return nil, errors.New("integration has no URI")
	}
	uri, err := expandVariables(*in.IntegrationUri, st.StageVariables)
	if err != nil {
		return nil, err
	}
	call := tohttp.Config{Client: b.cfg.Upstream, URI: uri, Method: str(in.IntegrationMethod),
		AppendPath: *r.RouteKey == routing.DefaultKey, Limit: payload}
	if in.TimeoutInMillis != nil {
		call.Timeout = time.Duration(*in.TimeoutInMillis) * time.Millisecond
	}
	if b.cfg.Extended {
		call.Limit = 0
	}
	settings := plugins.Settings{}
	if err := b.mappings(in, settings, &call); err != nil {
		return nil, err
	}
	if _, err := tohttp.New(call); err != nil { // tried here so that one bad route does not end the API
		return nil, fmt.Errorf("integration URI: %w", err)
	}
	settings["tohttp"] = call
	return settings, nil
}

// mappings adds the steps of parameter mappings, where there are any.
func (b *builder) mappings(in *types.Integration, settings plugins.Settings, call *tohttp.Config) error {
	if len(in.RequestParameters) == 0 && len(in.ResponseParameters) == 0 {
		return nil
	}
	if err := mapping.ValidateRequest(in.RequestParameters); err != nil {
		return fmt.Errorf("request parameters: %w", err)
	}
	response, err := mapping.NewResponse(in.ResponseParameters)
	if err != nil {
		return fmt.Errorf("response parameters: %w", err)
	}
	call.WholeBody = response.NeedsBody()
	settings["mapping"] = mapping.Settings{Request: in.RequestParameters, Response: in.ResponseParameters}
	if len(in.RequestParameters) > 0 {
		settings["tohttp.prepare"] = tohttp.Prepare{}
	}
	return nil
}

var stageVariable = regexp.MustCompile(`\$\{stageVariables\.([A-Za-z0-9_]+)\}`)

// expandVariables puts the stage's variables into an integration URI. One that
// is not set is an error: the URI would lead elsewhere.
func expandVariables(uri string, variables map[string]string) (string, error) {
	var missing []string
	out := stageVariable.ReplaceAllStringFunc(uri, func(m string) string {
		name := stageVariable.FindStringSubmatch(m)[1]
		v, ok := variables[name]
		if !ok {
			missing = append(missing, name)
		}
		return v
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("integration URI names stage variables that the stage does not have: %s", strings.Join(missing, ", "))
	}
	return out, nil
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// broken answers 500 to every request of an API that can't be compiled.
func broken(cfg Config) snapshot.Site {
	refuse := httpapi.Route{Key: routing.DefaultKey, Settings: plugins.Settings{"httpapi.refuse": gwerr.APIConfiguration}}
	site, err := httpapi.New(httpapi.Config{Account: cfg.Account,
		Stages: []httpapi.Stage{{Name: routing.DefaultKey, Routes: []httpapi.Route{refuse}}}})
	if err != nil {
		panic(err) // a plugin is not linked in
	}
	return site
}

// unknown answers requests that address no API.
func unknown(cfg Config) (snapshot.Site, error) { return httpapi.NewUnknown(cfg.Account, "") }
