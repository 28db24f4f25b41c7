package definition

import "context"

// IsRestAPI reports whether value is, or should have been, a RestAPI's document.
// Unlike with IsHTTPAPI, what cannot be read at all is none: one reader reports it.
func IsRestAPI(value []byte) bool {
	h, _, err := split(value)
	return err == nil && h.Kind == kindRest
}

// DecodeRestAPI reads the document of a REST API. Errors wrap ErrFormat and name
// key.
func DecodeRestAPI(key string, value []byte) (*RestAPI, error) {
	return decode[RestAPI](key, kindRest, value)
}

// DecodeRestDeployment reads a snapshot of a REST API. Errors wrap ErrFormat and
// name key.
func DecodeRestDeployment(key string, value []byte) (*RestDeployment, error) {
	return decode[RestDeployment](key, kindRestDeployment, value)
}

// Rest reads a REST API. Errors as for Get.
func (r *Repository) Rest(ctx context.Context, apiID string) (*RestAPI, error) {
	a, _, err := getAPI[RestAPI](ctx, r, apiID)
	return a, err
}

// Rests reads the REST APIs of a Region as List does HTTP APIs.
func (r *Repository) Rests(ctx context.Context, region string) ([]*RestAPI, error) {
	return listAPIs[RestAPI](ctx, r, region)
}

// CreateRest writes a new REST API. Errors as for Create.
func (r *Repository) CreateRest(ctx context.Context, a *RestAPI) error { return createAPI(ctx, r, a) }

// ChangeRest does for a REST API what Change does for an HTTP API.
func (r *Repository) ChangeRest(ctx context.Context, apiID string, change func(*RestAPI) error) error {
	return changeAPI(ctx, r, apiID, change)
}

// DeleteRest does for a REST API what Delete does for an HTTP API.
func (r *Repository) DeleteRest(ctx context.Context, apiID string, check func(*RestAPI) error) error {
	return deleteAPI(ctx, r, apiID, check)
}

// RestDeployment reads a snapshot of a REST API. It never changes, so a caller
// may keep it for as long as its API lists it. Errors: store.ErrNotFound,
// ErrFormat.
func (r *Repository) RestDeployment(ctx context.Context, apiID, id string) (*RestDeployment, error) {
	e, err := r.deployment(ctx, apiID, id)
	if err != nil {
		return nil, err
	}
	return DecodeRestDeployment(e.Key, e.Value)
}
