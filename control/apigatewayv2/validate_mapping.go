package apigatewayv2

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"gatehouse/plugins/expr"
	"gatehouse/plugins/mapping"
)

const (
	maxMappingValue = 512 // characters of a value
	maxMappings     = 100 // entries of one map, ours: AWS names no number
)

// checkRequestParameters checks the map of an HTTP_PROXY integration: how a
// request is changed before it is sent. What serves it decides what is legal.
func checkRequestParameters(params map[string]string) error {
	if err := checkMappingValues(params); err != nil {
		return err
	}
	return mappingError(mapping.ValidateRequest(params))
}

// checkResponseParameters checks the maps by status of the back end's answer.
func checkResponseParameters(i *types.Integration) error {
	for _, status := range slices.Sorted(maps.Keys(i.ResponseParameters)) {
		params := i.ResponseParameters[status]
		if len(params) == 0 {
			return badRequest("Response parameters of status code %s are empty", status)
		}
		if err := checkMappingValues(params); err != nil {
			return err
		}
	}
	return mappingError(mapping.ValidateResponse(i.ResponseParameters))
}

// checkMappingValues bounds a map and its values. Only remove goes without a
// value.
func checkMappingValues(params map[string]string) error {
	if len(params) > maxMappings {
		return badRequest("At most %d parameters are allowed", maxMappings)
	}
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if strings.HasPrefix(key, "remove:") && params[key] == "" {
			continue
		}
		if err := checkText(params[key]); err != nil {
			return err
		}
	}
	return nil
}

// checkText demands a value of 1 to maxMappingValue characters on one line.
func checkText(value string) error {
	if n := utf8.RuneCountInString(value); n == 0 || n > maxMappingValue || strings.ContainsAny(value, "\r\n\x00") {
		return badMapping(value)
	}
	return nil
}

func badMapping(value string) error {
	return badRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: %s]", value)
}

// mappingError is the refusal of a mapping in AWS's words.
func mappingError(err error) error {
	var refused *mapping.Error
	if errors.As(err, &refused) {
		return badRequest("%s", refused.Public()).Wrap(err)
	}
	return err
}

// checkValue checks a value for a service: one selection ($request.header.a),
// text with selections in braces (${request.header.a}-${context.requestId}), or
// text alone.
func checkValue(value string) error {
	if err := checkText(value); err != nil {
		return err
	}
	if _, err := expr.Compile(value, expr.HTTPRequest); err != nil {
		return badMapping(value)
	}
	return nil
}
