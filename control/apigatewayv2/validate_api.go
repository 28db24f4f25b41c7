package apigatewayv2

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// Limits of texts, in characters.
const (
	maxName        = 128
	maxDescription = 1024
	maxVersion     = 64
	maxTagKey      = 128
	maxTagValue    = 256
	maxTags        = 50
)

func checkAPI(a *types.Api) error {
	return cmp.Or(
		checkName(a.Name, maxName),
		checkLength("description", a.Description, maxDescription),
		checkLength("version", a.Version, maxVersion),
		checkOneOf("apiKeySelectionExpression", a.ApiKeySelectionExpression, "", defaultKeySelection, usageKeySelection),
		checkOneOf("routeSelectionExpression", a.RouteSelectionExpression, "", defaultRouteSelection, bracedRouteSelection),
		checkTags(a.Tags),
		checkCORS(a.CorsConfiguration),
	)
}

// checkName demands a text of 1 to longest characters.
func checkName(name *string, longest int) error {
	if n := utf8.RuneCountInString(str(name)); n == 0 || n > longest {
		return badRequest("Invalid name specified: it must have 1 to %d characters", longest)
	}
	return nil
}

// checkLength allows an absent text and one of at most longest characters.
func checkLength(member string, text *string, longest int) error {
	if utf8.RuneCountInString(str(text)) > longest {
		return badRequest("Invalid %s specified: it can have at most %d characters", member, longest)
	}
	return nil
}

// checkOneOf allows an absent value and the listed ones.
func checkOneOf(member string, value *string, allowed ...string) error {
	if value == nil {
		return nil
	}
	for _, a := range allowed {
		if *value == a {
			return nil
		}
	}
	return badRequest("Invalid %s specified: %s", member, *value)
}

func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return badRequest("A resource can have at most %d tags", maxTags)
	}
	for k, v := range tags {
		switch n := utf8.RuneCountInString(k); {
		case n == 0 || n > maxTagKey:
			return badRequest("Invalid tag key: it must have 1 to %d characters", maxTagKey)
		case strings.HasPrefix(strings.ToLower(k), "aws:"):
			return badRequest("Invalid tag key %s: the prefix aws: is reserved", k)
		case utf8.RuneCountInString(v) > maxTagValue:
			return badRequest("Invalid value of tag %s: it can have at most %d characters", k, maxTagValue)
		}
	}
	return nil
}
