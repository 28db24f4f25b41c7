package apigateway

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

const maxPolicy = 8192 // characters

var errPolicy = badRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.")

// Policy is a resource policy as it is stored: compact JSON, with short
// resources "execute-api:/..." made whole ARNs. It takes what AWS shows of a
// policy (quotes escaped once more) back as well. Errors are AWS's.
func Policy(text, region, account, apiID string) (string, error) {
	if !isObject(text) {
		var inner string
		if json.Unmarshal([]byte(`"`+text+`"`), &inner) != nil || !isObject(inner) {
			return "", errPolicy
		}
		text = inner
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(text)); err != nil {
		return "", errPolicy.Wrap(err)
	}
	if compact.Len() > maxPolicy {
		return "", badRequest("The policy can have at most %d characters", maxPolicy)
	}
	whole := `"arn:aws:execute-api:` + region + ":" + account + ":" + apiID + "/"
	return strings.ReplaceAll(compact.String(), `"execute-api:/`, whole), nil
}

func isObject(text string) bool {
	return utf8.ValidString(text) && json.Valid([]byte(text)) && strings.HasPrefix(strings.TrimSpace(text), "{")
}

// escapePolicy is a policy as AWS shows it: the inside of a JSON string, within
// the JSON string of the answer.
func escapePolicy(policy string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(policy) // a string always has a form
	text := strings.TrimSuffix(b.String(), "\n")
	return text[1 : len(text)-1]
}
