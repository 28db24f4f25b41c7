package apigateway

import (
	"errors"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/core/gwerr"
)

func (s *service) validatorOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateRequestValidator", "POST", validators, 201, s.createValidator),
		wire.Op("GetRequestValidator", "GET", validator, 200, s.getValidator),
		wire.Op("GetRequestValidators", "GET", validators, 200, s.getValidators),
		wire.Op("UpdateRequestValidator", "PATCH", validator, 200, s.updateValidator),
		wire.Op("DeleteRequestValidator", "DELETE", validator, 202, s.deleteValidator),
	}
}

// AddRequestValidator makes a validator of v, whose id is given here. Names need
// not be unique.
func AddRequestValidator(a *definition.RestAPI, v types.RequestValidator) *types.RequestValidator {
	v.Id = freeID(childIDLength, func(id string) bool { return a.RequestValidator(id) != nil })
	tidy(&v)
	a.RequestValidators = append(a.RequestValidators, v)
	return &a.RequestValidators[len(a.RequestValidators)-1]
}

func (s *service) createValidator(c *wire.Call, in *v1.CreateRequestValidatorInput) (*v1.CreateRequestValidatorOutput, error) {
	var made types.RequestValidator
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		made = *AddRequestValidator(a, types.RequestValidator{Name: in.Name,
			ValidateRequestBody: in.ValidateRequestBody, ValidateRequestParameters: in.ValidateRequestParameters})
		return nil
	})
	if isNotFound(err) { // AWS says it in other words here
		return nil, badRequest("Invalid REST API identifier specified")
	}
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateRequestValidatorOutput](&made), nil
}

// isNotFound reports whether err is AWS's answer to an id that is not there.
func isNotFound(err error) bool {
	var e *gwerr.Error
	return errors.As(err, &e) && e.Status == 404
}

func (s *service) getValidator(c *wire.Call, in *v1.GetRequestValidatorInput) (*v1.GetRequestValidatorOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	v := a.RequestValidator(str(in.RequestValidatorId))
	if v == nil {
		return nil, errNoValidator
	}
	return reply[v1.GetRequestValidatorOutput](v), nil
}

func (s *service) getValidators(c *wire.Call, in *v1.GetRequestValidatorsInput) (*v1.GetRequestValidatorsOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := page(a.RequestValidators, func(v types.RequestValidator) string { return *v.Id }, in.Limit, in.Position)
	return &v1.GetRequestValidatorsOutput{Items: items, Position: next}, err
}

var validatorPatches = patchRules[types.RequestValidator]{
	listed: "/name, /validateRequestParameters, /validateRequestBody",
	rules: []rule[types.RequestValidator]{
		{"/name", "replace", func(v *types.RequestValidator, p patchOp) error {
			if strings.TrimSpace(p.value) == "" {
				return badRequest("Request Validator name cannot be blank")
			}
			v.Name = &p.value
			return nil
		}},
		{"/validateRequestParameters", "replace", setFlag(func(v *types.RequestValidator) *bool { return &v.ValidateRequestParameters })},
		{"/validateRequestBody", "replace", setFlag(func(v *types.RequestValidator) *bool { return &v.ValidateRequestBody })},
	},
}

func (s *service) updateValidator(c *wire.Call, in *v1.UpdateRequestValidatorInput) (*v1.UpdateRequestValidatorOutput, error) {
	var changed types.RequestValidator
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		v := a.RequestValidator(str(in.RequestValidatorId))
		if v == nil {
			return errNoValidator
		}
		err := validatorPatches.apply(v, in.PatchOperations)
		changed = *v
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateRequestValidatorOutput](&changed), nil
}

func (s *service) deleteValidator(c *wire.Call, in *v1.DeleteRequestValidatorInput) (*v1.DeleteRequestValidatorOutput, error) {
	return nil, s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if a.RequestValidator(str(in.RequestValidatorId)) == nil {
			return errNoValidator
		}
		a.RequestValidators = slices.DeleteFunc(a.RequestValidators, func(v types.RequestValidator) bool { return *v.Id == *in.RequestValidatorId })
		return nil
	})
}
