package apigateway

import (
	"slices"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

const maxDocVersion = 64 // characters of a version's name

var errDocVersionExists = conflict("Documentation version already exists")

// createDocVersion takes a snapshot of all parts and, when a stage is named, shows
// it there.
func (s *service) createDocVersion(c *wire.Call, in *v1.CreateDocumentationVersionInput) (*v1.CreateDocumentationVersionOutput, error) {
	v := types.DocumentationVersion{Version: in.DocumentationVersion, Description: in.Description, CreatedDate: ptr(s.now())}
	tidy(&v)
	if n := len(str(v.Version)); n == 0 || n > maxDocVersion {
		return nil, badRequest("Invalid documentation version specified: it must have 1 to %d characters", maxDocVersion)
	}
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if a.Documentation(*v.Version) != nil {
			return errDocVersionExists
		}
		if name := str(in.StageName); name != "" {
			st := a.Stage(name)
			if st == nil {
				return errNoStage
			}
			st.DocumentationVersion, st.LastUpdatedDate = v.Version, ptr(s.now())
		}
		a.DocumentationVersions = append(a.DocumentationVersions, definition.RestDocumentation{Version: v, Parts: slices.Clone(a.DocumentationParts)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.CreateDocumentationVersionOutput](&v), nil
}

func (s *service) getDocVersion(c *wire.Call, in *v1.GetDocumentationVersionInput) (*v1.GetDocumentationVersionOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	d := a.Documentation(str(in.DocumentationVersion))
	if d == nil {
		return nil, errNoDocVersion
	}
	return reply[v1.GetDocumentationVersionOutput](&d.Version), nil
}

func (s *service) getDocVersions(c *wire.Call, in *v1.GetDocumentationVersionsInput) (*v1.GetDocumentationVersionsOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	list := make([]types.DocumentationVersion, len(a.DocumentationVersions))
	for i, d := range a.DocumentationVersions {
		list[i] = d.Version
	}
	key := func(v types.DocumentationVersion) string { return oldestFirst(*v.CreatedDate, *v.Version) }
	items, next, err := page(list, key, in.Limit, in.Position)
	return &v1.GetDocumentationVersionsOutput{Items: items, Position: next}, err
}

func (s *service) updateDocVersion(c *wire.Call, in *v1.UpdateDocumentationVersionInput) (*v1.UpdateDocumentationVersionOutput, error) {
	var v types.DocumentationVersion
	err := s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		d := a.Documentation(str(in.DocumentationVersion))
		if d == nil {
			return errNoDocVersion
		}
		for _, op := range in.PatchOperations {
			if err := (edits{"/description": text(&d.Version.Description, replaceOnly)}).apply(op, "/description"); err != nil {
				return err
			}
		}
		v = d.Version
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reply[v1.UpdateDocumentationVersionOutput](&v), nil
}

// deleteDocVersion takes the version off the stages that show it.
func (s *service) deleteDocVersion(c *wire.Call, in *v1.DeleteDocumentationVersionInput) (*v1.DeleteDocumentationVersionOutput, error) {
	version := str(in.DocumentationVersion)
	return nil, s.change(c, in.RestApiId, func(a *definition.RestAPI) error {
		if a.Documentation(version) == nil {
			return errNoDocVersion
		}
		a.DocumentationVersions = slices.DeleteFunc(a.DocumentationVersions, func(d definition.RestDocumentation) bool {
			return *d.Version.Version == version
		})
		for i := range a.Stages {
			if str(a.Stages[i].DocumentationVersion) == version {
				a.Stages[i].DocumentationVersion = nil
			}
		}
		return nil
	})
}
