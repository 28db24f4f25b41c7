package apigatewayv2

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

const (
	maxMappingValue = 512 // characters of a value
	maxMappings     = 100 // entries of one map, ours: AWS names no number
)

// reservedHeaders cannot be mapped; a name that ends in - stands for all that
// begin so.
var reservedHeaders = []string{
	"access-control-", "apigw-", "authorization", "connection", "content-encoding", "content-length",
	"content-location", "forwarded", "keep-alive", "origin", "proxy-authenticate", "proxy-authorization",
	"te", "trailers", "transfer-encoding", "upgrade", "x-amz-", "x-amzn-", "x-forwarded-for",
	"x-forwarded-host", "x-forwarded-proto", "via",
}

func reserved(header string) bool {
	header = strings.ToLower(header)
	return slices.ContainsFunc(reservedHeaders, func(r string) bool {
		return header == r || strings.HasSuffix(r, "-") && strings.HasPrefix(header, r)
	})
}

// checkRequestParameters checks the map of an HTTP_PROXY integration: how a
// request is changed before it is sent (data plane reference, 6.4).
func checkRequestParameters(params map[string]string) error {
	if len(params) > maxMappings {
		return badRequest("At most %d request parameters are allowed", maxMappings)
	}
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if err := checkMappingKey(key, "querystring", "path"); err != nil {
			return err
		}
		if err := checkMappingValue(key, params[key], requestSources); err != nil {
			return err
		}
	}
	return nil
}

// checkResponseParameters checks the maps by status of the back end's answer
// (data plane reference, 6.5).
func checkResponseParameters(i *types.Integration) error {
	for _, status := range slices.Sorted(maps.Keys(i.ResponseParameters)) {
		if n, err := strconv.Atoi(status); err != nil || len(status) != 3 || n < 200 || n > 599 {
			return badRequest("Invalid status code specified for response parameters: %s", status)
		}
		if err := checkResponseMap(i.ResponseParameters[status]); err != nil {
			return err
		}
	}
	return nil
}

func checkResponseMap(params map[string]string) error {
	if len(params) == 0 || len(params) > maxMappings {
		return badRequest("1 to %d response parameters are allowed for a status code", maxMappings)
	}
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if err := checkMappingKey(key, "statuscode"); err != nil {
			return err
		}
		if err := checkMappingValue(key, params[key], responseSources); err != nil {
			return err
		}
		if key == "overwrite:statuscode" && !validStatusValue(params[key]) {
			return badRequest("Invalid status code specified: %s", params[key])
		}
	}
	return nil
}

// validStatusValue allows a status that a client can get, or an expression that
// may give one.
func validStatusValue(v string) bool {
	if strings.Contains(v, "$") {
		return true
	}
	n, err := strconv.Atoi(v)
	return err == nil && len(v) == 3 && n >= 200 && n <= 599
}

// checkMappingKey checks {action}:{location}[.{name}]. Besides header, the
// location can be one of others: querystring has names and all actions, the
// rest stands alone and is overwritten.
func checkMappingKey(key string, others ...string) error {
	action, where, _ := strings.Cut(key, ":")
	location, name, named := strings.Cut(where, ".")
	ok := action == "append" || action == "overwrite" || action == "remove"
	switch {
	case location == "header":
		ok = ok && isToken(name)
	case !slices.Contains(others, location):
		ok = false
	case location == "querystring":
		ok = ok && name != "" && visible(name)
	default:
		ok = action == "overwrite" && !named
	}
	if !ok {
		return badRequest("Invalid mapping expression specified: %s", key)
	}
	if location == "header" && reserved(name) {
		return badRequest("Operations on header %s are restricted", strings.ToLower(name))
	}
	return nil
}

// checkMappingValue allows nothing, or two apostrophes, for remove, else a value.
func checkMappingValue(key, value string, sources []string) error {
	if strings.HasPrefix(key, "remove:") {
		if value != "" && value != "''" {
			return badRequest("Invalid mapping expression specified: %s", value)
		}
		return nil
	}
	return checkValue(value, sources)
}
