package compile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/core/gwerr"
	"gatehouse/protocols/vtl"
)

// CheckRest refuses to deploy a REST API whose mapping templates do not compile,
// and names the first of them in the order of the paths. The error is AWS's
// BadRequestException.
func CheckRest(d *definition.RestDeployment) error {
	for i := range d.Resources {
		r := &d.Resources[i]
		for _, verb := range slices.Sorted(maps.Keys(r.ResourceMethods)) {
			if err := checkTemplates(r.ResourceMethods[verb].MethodIntegration); err != nil {
				return &gwerr.Error{Type: "BadRequestException", Status: 400,
					Message: fmt.Sprintf("Unable to deploy API: method %s %s: %v", verb, str(r.Path), err)}
			}
		}
	}
	return nil
}

func checkTemplates(in *types.Integration) error {
	if in == nil {
		return nil
	}
	if err := compileTemplates(in.RequestTemplates); err != nil {
		return fmt.Errorf("request template %w", err)
	}
	for _, status := range slices.Sorted(maps.Keys(in.IntegrationResponses)) {
		if err := compileTemplates(in.IntegrationResponses[status].ResponseTemplates); err != nil {
			return fmt.Errorf("response template of status %s %w", status, err)
		}
	}
	return nil
}

func compileTemplates(templates map[string]string) error {
	for _, contentType := range slices.Sorted(maps.Keys(templates)) {
		if _, err := vtl.Compile(templates[contentType]); err != nil {
			return fmt.Errorf("%s: %w", contentType, err)
		}
	}
	return nil
}
