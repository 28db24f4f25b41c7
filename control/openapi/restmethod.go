package openapi

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

const jsonType = "application/json"

// places of parameters: OpenAPI's word and AWS's.
var places = map[string]string{"path": "path", "query": "querystring", "header": "header"}

// readParameters takes the parameters of the operation and, where it doesn't have
// them, of its path; and the body.
func (r *restReader) readParameters(m *Method, o operation) {
	seen := map[string]bool{}
	for _, list := range []*Node{o.node.Get("parameters"), o.shared} {
		if !list.is(List) {
			continue
		}
		for _, p := range list.Items {
			p, err := p.resolve(r.root)
			if err != nil {
				r.Warnf("A parameter of method '%s' at path '%s' is ignored: %v", m.Verb, m.Path, err)
				continue
			}
			r.readParameter(m, o, p, seen)
		}
	}
	if !r.v2 {
		r.readBody(m, o.node.Get("requestBody"))
	}
}

func (r *restReader) readParameter(m *Method, o operation, p *Node, seen map[string]bool) {
	in, name := p.Get("in").str(), p.Get("name").str()
	if seen[in+" "+name] {
		return
	}
	seen[in+" "+name] = true
	place, known := places[in]
	switch {
	case in == "body" && r.v2:
		r.describe(m, types.DocumentationPartTypeRequestBody, "", p)
		if model := r.modelOf(p.Get("schema")); model != "" {
			m.RequestModels = byType(r.mediaTypes(o.node, "consumes"), model)
		}
	case !known || name == "":
		r.Warnf("Parameter '%s' in '%s' of method '%s' at path '%s' is not supported. Ignoring.", name, in, m.Verb, m.Path)
	default:
		if m.RequestParameters == nil {
			m.RequestParameters = map[string]bool{}
		}
		m.RequestParameters["method.request."+place+"."+name] = p.Get("required").yes()
		r.describe(m, parameterKinds[in], name, p)
	}
}

// mediaTypes are 2.0's consumes or produces of an operation, else of the
// document, else JSON.
func (r *restReader) mediaTypes(op *Node, member string) []string {
	for _, n := range []*Node{op.Get(member), r.root.Get(member)} {
		if list := n.texts(); len(list) > 0 {
			return list
		}
	}
	return []string{jsonType}
}

func byType(mediaTypes []string, model string) map[string]string {
	models := make(map[string]string, len(mediaTypes))
	for _, t := range mediaTypes {
		models[t] = model
	}
	return models
}

func (r *restReader) readBody(m *Method, body *Node) {
	body, err := body.resolve(r.root)
	if err != nil {
		r.Warnf("The body of method '%s' at path '%s' is ignored: %v", m.Verb, m.Path, err)
		return
	}
	r.describe(m, types.DocumentationPartTypeRequestBody, "", body)
	m.RequestModels = r.content(body, false)
}

// content has the models of 3.0's content by media type; nil when there is none.
func (r *restReader) content(n *Node, skipPrimitive bool) map[string]string {
	var models map[string]string
	for mediaType, media := range n.Get("content").All() {
		schema := media.Get("schema")
		if skipPrimitive && isPrimitive(schema) {
			continue
		}
		if model := r.modelOf(schema); model != "" {
			if models == nil {
				models = map[string]string{}
			}
			models[mediaType] = model
		}
	}
	return models
}

var statusCode = regexp.MustCompile(`^[1-5]\d\d$`)

func (r *restReader) readResponses(m *Method, op *Node) {
	for code, n := range op.Get("responses").All() {
		if code == "default" || len(code) > 1 && code[:2] == "x-" {
			continue // a method of AWS has no response for all codes
		}
		if !statusCode.MatchString(code) {
			r.Warnf("Response '%s' of method '%s' at path '%s' is not supported. Ignoring.", code, m.Verb, m.Path)
			continue
		}
		n, err := n.resolve(r.root)
		if err != nil {
			r.Warnf("Response '%s' of method '%s' at path '%s' is ignored: %v", code, m.Verb, m.Path, err)
			continue
		}
		if m.MethodResponses == nil {
			m.MethodResponses = map[string]types.MethodResponse{}
		}
		m.MethodResponses[code] = r.readResponse(code, op, n)
	}
}

func (r *restReader) readResponse(code string, op, n *Node) types.MethodResponse {
	resp := types.MethodResponse{StatusCode: &code}
	for name := range n.Get("headers").All() {
		if resp.ResponseParameters == nil {
			resp.ResponseParameters = map[string]bool{}
		}
		resp.ResponseParameters["method.response.header."+name] = false
	}
	if !r.v2 {
		resp.ResponseModels = r.content(n, true)
		return resp
	}
	if schema := n.Get("schema"); schema != nil && !isPrimitive(schema) {
		if model := r.modelOf(schema); model != "" {
			resp.ResponseModels = byType(r.mediaTypes(op, "produces"), model)
		}
	}
	return resp
}
