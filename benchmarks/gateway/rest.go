package gateway

import (
	"context"
	"fmt"
	"net/http"
)

// restStage is the stage that every REST API made here is deployed to.
const restStage = "s"

// RestAPI is a REST API of resources right below the root, one method each.
type RestAPI struct {
	Name    string
	Methods []RestMethod
}

// RestMethod is a method with its integration. With a ResponseTemplate it also
// has a response 200, whose JSON the template makes.
type RestMethod struct {
	PathPart         string
	HTTPMethod       string
	Parameters       map[string]bool // AWS: requestParameters of PutMethod
	Integration      Integration
	ResponseTemplate string // VTL
}

// Integration is the part of PutIntegration's input that is used here. AWS:
// PutIntegration.
type Integration struct {
	Type              string            `json:"type"`
	HTTPMethod        string            `json:"httpMethod,omitempty"`
	URI               string            `json:"uri,omitempty"`
	RequestParameters map[string]string `json:"requestParameters,omitempty"`
	RequestTemplates  map[string]string `json:"requestTemplates,omitempty"`
}

// CreateRestAPI makes and deploys a REST API. It gives the host name that
// reaches it and the stage's part of the path, such as "/s".
func (g *Gateway) CreateRestAPI(ctx context.Context, a RestAPI) (host, prefix string, err error) {
	id, err := g.deployRest(ctx, a)
	if err != nil {
		return "", "", fmt.Errorf("create rest api: %w", err)
	}
	return id + hostSuffix, "/" + restStage, nil
}

func (g *Gateway) deployRest(ctx context.Context, a RestAPI) (id string, err error) {
	var made struct{ ID, RootResourceID string }
	if err := g.call(ctx, http.MethodPost, "/restapis", map[string]string{"name": a.Name}, &made); err != nil {
		return "", err
	}
	api := "/restapis/" + made.ID
	for _, m := range a.Methods {
		if err := g.putMethod(ctx, api, made.RootResourceID, m); err != nil {
			return "", err
		}
	}
	return made.ID, g.call(ctx, http.MethodPost, api+"/deployments", map[string]string{"stageName": restStage}, nil)
}

func (g *Gateway) putMethod(ctx context.Context, api, root string, m RestMethod) error {
	var resource struct{ ID string }
	if err := g.call(ctx, http.MethodPost, api+"/resources/"+root, map[string]string{"pathPart": m.PathPart}, &resource); err != nil {
		return err
	}
	path := api + "/resources/" + resource.ID + "/methods/" + m.HTTPMethod
	method := struct {
		AuthorizationType string          `json:"authorizationType"`
		RequestParameters map[string]bool `json:"requestParameters,omitempty"`
	}{"NONE", m.Parameters}
	if err := g.call(ctx, http.MethodPut, path, method, nil); err != nil {
		return err
	}
	if err := g.call(ctx, http.MethodPut, path+"/integration", m.Integration, nil); err != nil {
		return err
	}
	if m.ResponseTemplate == "" {
		return nil
	}
	return g.putResponse(ctx, path, m.ResponseTemplate)
}

func (g *Gateway) putResponse(ctx context.Context, method, template string) error {
	if err := g.call(ctx, http.MethodPut, method+"/responses/200", struct{}{}, nil); err != nil {
		return err
	}
	response := map[string]any{"responseTemplates": map[string]string{"application/json": template}}
	return g.call(ctx, http.MethodPut, method+"/integration/responses/200", response, nil)
}
