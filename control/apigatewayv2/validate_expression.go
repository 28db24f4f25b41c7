package apigatewayv2

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// What a value can select from, as the first part of an expression.
var (
	requestSources  = []string{"request", "context", "stageVariables"}
	responseSources = []string{"response", "context", "stageVariables"}
)

// checkValue checks a mapped value: one expression ($request.header.a), or text
// with expressions in braces (${request.header.a}-${context.requestId}), or text
// alone.
func checkValue(value string, sources []string) error {
	n := utf8.RuneCountInString(value)
	if n == 0 || n > maxMappingValue || strings.ContainsAny(value, "\r\n\x00") || !validValue(value, sources) {
		return badRequest("Invalid mapping expression specified: %s", value)
	}
	return nil
}

func validValue(value string, sources []string) bool {
	if expr, ok := strings.CutPrefix(value, "$"); ok && !strings.HasPrefix(expr, "{") {
		return validExpression(expr, sources)
	}
	for {
		_, rest, found := strings.Cut(value, "${")
		if !found {
			return true
		}
		expr, after, closed := strings.Cut(rest, "}")
		if !closed || !validExpression(expr, sources) {
			return false
		}
		value = after
	}
}

// validExpression checks what follows the dollar sign.
func validExpression(expr string, sources []string) bool {
	source, rest, _ := strings.Cut(expr, ".")
	if !slices.Contains(sources, source) {
		return false
	}
	switch source {
	case "context":
		return validPathName(rest)
	case "stageVariables":
		return validVariableName(rest)
	}
	part, name, named := strings.Cut(rest, ".")
	switch {
	case part == "header":
		return isToken(name)
	case part == "body":
		return !named || validBodyPath(name)
	case source == "request" && part == "querystring":
		return name != "" && visible(name)
	case source == "request" && part == "path":
		return !named || pathParameter.MatchString("{"+name+"}") && !strings.ContainsAny(name, "{}")
	}
	return false
}

// validPathName allows names of [A-Za-z0-9_] divided by single dots.
func validPathName(s string) bool {
	for _, part := range strings.Split(s, ".") {
		if !validVariableName(part) {
			return false
		}
	}
	return true
}

// validVariableName allows [A-Za-z0-9_]+.
func validVariableName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !isNameRune(r) }) < 0
}

func isNameRune(r rune) bool { return r == '_' || r < utf8.RuneSelf && isAlnum(byte(r)) }

// validBodyPath allows a JSONPath without the parts that walk or compute: no
// recursive descent, no filters, no scripts.
func validBodyPath(path string) bool {
	return path != "" && visible(path) && path == strings.Trim(path, ".") &&
		!strings.Contains(path, "..") && !strings.ContainsAny(path, "?()@{}$") &&
		strings.Count(path, "[") == strings.Count(path, "]")
}
