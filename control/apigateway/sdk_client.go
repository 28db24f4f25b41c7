package apigateway

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
)

// client is what is generated, in any language.
type client struct {
	Title    string // the API's name
	Endpoint string // URL of the stage, without a slash at its end
	Region   string
	Calls    []call // in the order of their paths
}

// call is one method of the API.
type call struct {
	Name   string // lower camel case, unique within the client: "petsPetIdGet"
	Verb   string // "ANY" stands for one that the caller chooses
	Path   string // "/pets/{petId}"
	About  string // one line, from the operation's name; ""
	Params []param
}

// param is one parameter of a call.
type param struct {
	Name     string // as it is sent
	In       string // "path", "query" or "header"
	Required bool
	Greedy   bool // a path parameter with slashes: {proxy+}
}

// places are where a parameter of the API description goes.
var places = map[string]string{"querystring": "query", "header": "header"}

func newClient(d *definition.RestDeployment, endpoint, region string) client {
	c := client{Title: oneLine(str(d.API.Name)), Endpoint: strings.TrimSuffix(endpoint, "/"), Region: region}
	list := slices.Clone(d.Resources)
	slices.SortFunc(list, func(a, b types.Resource) int { return strings.Compare(str(a.Path), str(b.Path)) })
	names := map[string]int{}
	for i := range list {
		for _, verb := range definition.Verbs(&list[i]) {
			c.Calls = append(c.Calls, newCall(str(list[i].Path), verb, list[i].ResourceMethods[verb], names))
		}
	}
	return c
}

func newCall(path, verb string, m types.Method, names map[string]int) call {
	c := call{Verb: verb, Path: path, About: oneLine(str(m.OperationName)), Params: pathParams(path)}
	for _, key := range slices.Sorted(maps.Keys(m.RequestParameters)) {
		parts := strings.SplitN(key, ".", 4) // method.request.header.Name
		if len(parts) == 4 && places[parts[2]] != "" {
			c.Params = append(c.Params, param{Name: parts[3], In: places[parts[2]], Required: m.RequestParameters[key]})
		}
	}
	c.Name = distinct(callName(path, verb), names)
	return c
}

// pathParam is one parameter in a path: "{id}" or "{proxy+}".
var pathParam = regexp.MustCompile(`\{([^{}+]+)(\+?)\}`)

func pathParams(path string) (list []param) {
	for _, m := range pathParam.FindAllStringSubmatch(path, -1) {
		list = append(list, param{Name: m[1], In: "path", Required: true, Greedy: m[2] != ""})
	}
	return list
}

// callName makes petsPetIdGet of GET /pets/{petId}, rootGet of GET /.
func callName(path, verb string) string {
	name := lowerFirst(camel(path))
	if name == "" {
		name = "root"
	}
	if name[0] >= '0' && name[0] <= '9' {
		name = "r" + name
	}
	return name + verb[:1] + strings.ToLower(verb[1:])
}

// camel joins the words of a text, each with a capital: what is no ASCII letter
// or digit parts words.
func camel(text string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// distinct gives a name that names doesn't have yet.
func distinct(name string, names map[string]int) string {
	for {
		n := names[name]
		names[name]++
		if n == 0 {
			return name
		}
		name = fmt.Sprintf("%s%d", name, n+1)
	}
}

// oneLine makes a text fit for a line comment.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
