package apigateway

import (
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// Parameter mappings of REST APIs: "integration.request.header.X" from
// "method.request.querystring.y", and "method.response.header.X" from
// "integration.response.body.z".

const responseHeader = "method.response.header."

var (
	parameterName   = regexp.MustCompile(`^[a-zA-Z0-9._$:-]+$`)
	methodSource    = regexp.MustCompile(`^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.([a-zA-Z0-9._$:-]+)$`)
	requestTarget   = regexp.MustCompile(`^integration\.request\.(path|querystring|header)\.[a-zA-Z0-9._$:-]+$`)
	requestBody     = regexp.MustCompile(`^method\.request\.body(\..+|\[.+)?$`)
	responseSource  = regexp.MustCompile(`^integration\.response\.(header|multivalueheader)\.[a-zA-Z0-9._$:-]+$`)
	responseBody    = regexp.MustCompile(`^integration\.response\.body(\..+|\[.+)?$`)
	ownSource       = regexp.MustCompile(`^(stageVariables\.[A-Za-z0-9_]+|context\.[a-zA-Z0-9_$-]+(\.[a-zA-Z0-9_:$-]+)*)$`)
	literal         = regexp.MustCompile(`(?s)^'.*'$`)
	contentTypeForm = regexp.MustCompile(`^[\w!#$&^.+*-]+/[\w!#$&^.+*-]+(\s*;.*)?$`)
)

func isLiteral(s string) bool { return len(s) >= 2 && literal.MatchString(s) }

func badMapping(expressions ...string) error {
	for i, e := range expressions {
		expressions[i] = "Invalid mapping expression specified: " + e
	}
	return mappingErrors("Invalid mapping expression specified: ", expressions)
}

// undeclared words mappings from or to parameters that the method doesn't have.
func undeclared(expressions []string) error {
	for i, e := range expressions {
		expressions[i] = "Invalid mapping expression parameter specified: " + e
	}
	return mappingErrors("Invalid mapping expression specified: ", expressions)
}

// checkRequestMapping checks an integration's request parameters against those
// that its method declares.
func checkRequestMapping(m *types.Method, mapping map[string]string) error {
	var bad, unknown []string
	for _, target := range sorted(mapping) {
		source := mapping[target]
		switch {
		case !requestTarget.MatchString(target):
			bad = append(bad, target)
		case methodSource.MatchString(source):
			if !declares(m.RequestParameters, source) {
				unknown = append(unknown, source)
			}
		case !isLiteral(source) && !requestBody.MatchString(source) && !ownSource.MatchString(source):
			bad = append(bad, source)
		}
	}
	return mappingProblems(bad, unknown)
}

func mappingProblems(bad, unknown []string) error {
	switch {
	case len(bad) > 0:
		return badMapping(bad...)
	case len(unknown) > 0:
		return undeclared(unknown)
	}
	return nil
}

// declares reports whether a parameter is declared, once or for many values.
func declares(parameters map[string]bool, key string) bool {
	one := strings.Replace(key, "method.request.multivalue", "method.request.", 1)
	many := strings.Replace(one, "method.request.", "method.request.multivalue", 1)
	for _, k := range []string{key, one, many} {
		if _, ok := parameters[k]; ok {
			return true
		}
	}
	return false
}

// checkResponseMapping checks an integration response's parameters against those
// that the method response of its code declares.
func checkResponseMapping(m *types.Method, code string, mapping map[string]string) error {
	var bad, unknown []string
	declared := m.MethodResponses[code].ResponseParameters
	for _, target := range sorted(mapping) {
		source := mapping[target]
		name, ok := strings.CutPrefix(target, responseHeader)
		_, known := declared[target]
		switch {
		case !ok || !parameterName.MatchString(name):
			bad = append(bad, target)
		case !isResponseSource(source):
			bad = append(bad, source)
		case !known:
			unknown = append(unknown, target)
		}
	}
	return mappingProblems(bad, unknown)
}

func isResponseSource(s string) bool {
	return isLiteral(s) || responseSource.MatchString(s) || responseBody.MatchString(s) || ownSource.MatchString(s)
}

// checkContentTypes looks at the keys of templates and models.
func checkContentTypes(byType map[string]string) error {
	for _, key := range sorted(byType) {
		if !contentTypeForm.MatchString(key) {
			return mappingErrors("", []string{"Invalid content type specified: " + key})
		}
	}
	return nil
}
