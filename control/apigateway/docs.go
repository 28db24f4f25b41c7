package apigateway

import (
	"encoding/json"
	"slices"
	"strings"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

const maxDocParts = 2000 // per API

var (
	errNoDocPart     = notFound("Invalid Documentation part identifier specified")
	errDocPartExists = conflict("Documentation part already exists for the specified location")
)

func (s *service) documentationOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("CreateDocumentationPart", "POST", docParts, 201, s.createDocPart),
		wire.Op("GetDocumentationPart", "GET", docPart, 200, s.getDocPart),
		wire.Op("GetDocumentationParts", "GET", docParts, 200, s.getDocParts),
		wire.Op("UpdateDocumentationPart", "PATCH", docPart, 200, s.updateDocPart),
		wire.Op("DeleteDocumentationPart", "DELETE", docPart, 202, s.deleteDocPart),
		wire.Op("ImportDocumentationParts", "PUT", docParts, 200, s.importDocParts,
			wire.Query("Mode", "FailOnWarnings"), wire.Payload("Body")),
		wire.Op("CreateDocumentationVersion", "POST", docVersions, 201, s.createDocVersion),
		wire.Op("GetDocumentationVersion", "GET", docVersion, 200, s.getDocVersion),
		wire.Op("GetDocumentationVersions", "GET", docVersions, 200, s.getDocVersions),
		wire.Op("UpdateDocumentationVersion", "PATCH", docVersion, 200, s.updateDocVersion),
		wire.Op("DeleteDocumentationVersion", "DELETE", docVersion, 202, s.deleteDocVersion),
	}
}

func (s *service) createDocPart(c *wire.Call, in *v1.CreateDocumentationPartInput) (*v1.CreateDocumentationPartOutput, error) {
	var part types.DocumentationPart
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		part = types.DocumentationPart{Location: in.Location, Properties: in.Properties}
		if err := AddDocumentation(a, &part); err != nil {
			return err
		}
		return room(c, len(a.DocumentationParts)-1, maxDocParts, "documentation parts", "API")
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateDocumentationPartOutput](&part), nil
}

// AddDocumentation checks a part, gives it an id and adds it to a. A part at the
// same location, defaults counted in, is a ConflictException.
func AddDocumentation(a *definition.RestAPI, part *types.DocumentationPart) error {
	if err := checkDocPart(part); err != nil {
		return err
	}
	if docPartAt(a, part.Location) != nil {
		return errDocPartExists
	}
	part.Id = freeID(childIDLength, func(id string) bool { return a.DocumentationPart(id) != nil })
	a.DocumentationParts = append(a.DocumentationParts, *part)
	return nil
}

// docMembers is what a location may have beside its type: p path, m method,
// s status code, n name; N a name that it must have.
var docMembers = map[types.DocumentationPartType]string{
	types.DocumentationPartTypeApi:            "",
	types.DocumentationPartTypeAuthorizer:     "n",
	types.DocumentationPartTypeModel:          "n",
	types.DocumentationPartTypeResource:       "p",
	types.DocumentationPartTypeMethod:         "pm",
	types.DocumentationPartTypePathParameter:  "pmN",
	types.DocumentationPartTypeQueryParameter: "pmn",
	types.DocumentationPartTypeRequestHeader:  "pmN",
	types.DocumentationPartTypeRequestBody:    "pm",
	types.DocumentationPartTypeResponse:       "pms",
	types.DocumentationPartTypeResponseHeader: "pmsN",
	types.DocumentationPartTypeResponseBody:   "pms",
}

func checkDocPart(part *types.DocumentationPart) error {
	l := part.Location
	takes, known := docMembers[l.Type]
	if !known {
		return badRequest("Invalid documentation part location type specified: %s", l.Type)
	}
	for _, m := range []struct {
		letter, name string
		value        *string
	}{{"p", "path", l.Path}, {"m", "method", l.Method}, {"s", "statusCode", l.StatusCode}, {"nN", "name", l.Name}} {
		if str(m.value) != "" && !strings.ContainsAny(takes, m.letter) {
			return badRequest("Invalid documentation part location: %s is not supported for type %s", m.name, l.Type)
		}
	}
	if strings.Contains(takes, "N") && str(l.Name) == "" {
		return badRequest("Invalid documentation part location: name is required for type %s", l.Type)
	}
	if code := str(l.StatusCode); code != "" && code != "*" && !isStatusCode(code) {
		return badRequest("Invalid documentation part location: statusCode must be three digits or *")
	}
	return checkDocProperties(part.Properties)
}

func isStatusCode(code string) bool {
	return len(code) == 3 && strings.Trim(code, "0123456789") == ""
}

func checkDocProperties(text *string) error {
	if !json.Valid([]byte(str(text))) {
		return badRequest("Invalid documentation part properties: they must be JSON")
	}
	return nil
}

// docPartAt finds the part at a location; nil when there is none.
func docPartAt(a *definition.RestAPI, l *types.DocumentationPartLocation) *types.DocumentationPart {
	i := slices.IndexFunc(a.DocumentationParts, func(p types.DocumentationPart) bool { return place(p.Location) == place(l) })
	if i < 0 {
		return nil
	}
	return &a.DocumentationParts[i]
}

// docPlace is a location with its defaults filled in.
type docPlace struct {
	kind                       types.DocumentationPartType
	path, method, status, name string
}

func place(l *types.DocumentationPartLocation) docPlace {
	takes := docMembers[l.Type]
	or := func(value *string, letter, dflt string) string {
		if str(value) == "" && strings.Contains(takes, letter) {
			return dflt
		}
		return str(value)
	}
	return docPlace{l.Type, or(l.Path, "p", "/"), or(l.Method, "m", "*"), or(l.StatusCode, "s", "*"), str(l.Name)}
}

func (s *service) getDocPart(c *wire.Call, in *v1.GetDocumentationPartInput) (*v1.GetDocumentationPartOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	part := a.DocumentationPart(str(in.DocumentationPartId))
	if part == nil {
		return nil, errNoDocPart
	}
	return reply[v1.GetDocumentationPartOutput](part), nil
}

func (s *service) getDocParts(c *wire.Call, in *v1.GetDocumentationPartsInput) (*v1.GetDocumentationPartsOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	list := a.DocumentationParts
	if in.LocationStatus == types.LocationStatusTypeUndocumented {
		list = undocumented(a)
	}
	list = slices.DeleteFunc(slices.Clone(list), func(p types.DocumentationPart) bool {
		at := place(p.Location)
		return in.Type != "" && at.kind != in.Type || in.NameQuery != nil && at.name != *in.NameQuery || in.Path != nil && at.path != *in.Path
	})
	items, next, err := page(list, docOrder, in.Limit, in.Position)
	return &v1.GetDocumentationPartsOutput{Items: items, Position: next}, err
}

// docOrder sorts parts by where they are, which no two share.
func docOrder(p types.DocumentationPart) string {
	at := place(p.Location)
	return strings.Join([]string{at.path, at.method, string(at.kind), at.status, at.name}, "\x00")
}

func (s *service) updateDocPart(c *wire.Call, in *v1.UpdateDocumentationPartInput) (*v1.UpdateDocumentationPartOutput, error) {
	var part types.DocumentationPart
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		p := a.DocumentationPart(str(in.DocumentationPartId))
		if p == nil {
			return errNoDocPart
		}
		for _, op := range in.PatchOperations {
			if err := (edits{"/properties": text(&p.Properties, replaceOnly)}).apply(op, "/properties"); err != nil {
				return err
			}
		}
		part = *p
		return checkDocProperties(p.Properties)
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateDocumentationPartOutput](&part), nil
}

func (s *service) deleteDocPart(c *wire.Call, in *v1.DeleteDocumentationPartInput) (*v1.DeleteDocumentationPartOutput, error) {
	return nil, s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if a.DocumentationPart(str(in.DocumentationPartId)) == nil {
			return errNoDocPart
		}
		a.DocumentationParts = slices.DeleteFunc(a.DocumentationParts, func(p types.DocumentationPart) bool { return *p.Id == *in.DocumentationPartId })
		return nil
	})
}
