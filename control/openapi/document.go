package openapi

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Options say how a document is read.
type Options struct {
	BasePath  string // what becomes of the document's base path: "", ignore, prepend, split
	Region    string // stands for ${AWS::Region}
	Account   string // stands for ${AWS::AccountId}
	Partition string // stands for ${AWS::Partition}; "" is aws

	// NoDocumentation leaves out documentation parts (REST: ignore=documentation).
	NoDocumentation bool
}

// Base path modes.
const (
	baseIgnore  = "ignore"
	basePrepend = "prepend"
	baseSplit   = "split"
)

// ErrBasePath is the answer to an unknown Options.BasePath.
var ErrBasePath = errors.New("unknown base path mode")

// Errors of documents that are no OpenAPI, or none of a version that is read.
var (
	ErrNoOpenAPI = errors.New("not an OpenAPI document")
	ErrVersion   = errors.New("unsupported version of OpenAPI")
)

// document is what both kinds of import read.
type document struct {
	root    *Node
	v2      bool // Swagger 2.0, not OpenAPI 3.0
	options Options
}

// open parses a document of either version and fills in its variables.
func open(text []byte, o Options) (*document, error) {
	if !slices.Contains([]string{"", baseIgnore, basePrepend, baseSplit}, o.BasePath) {
		return nil, ErrBasePath
	}
	root, err := Parse(text)
	if err != nil {
		return nil, err
	}
	d := &document{root: o.fill(root), options: o}
	swagger, version := root.Get("swagger").str(), root.Get("openapi").str()
	switch {
	case swagger == "" && version == "":
		return nil, ErrNoOpenAPI
	case swagger == "2.0" || swagger == "2":
		d.v2 = true
	case swagger != "" || version != "3.0" && !strings.HasPrefix(version, "3.0."):
		return nil, fmt.Errorf("%w: %s%s", ErrVersion, swagger, version)
	}
	if p := root.Get("paths"); p != nil && p.Kind != Map && p.Kind != Null {
		return nil, fmt.Errorf("%w: paths is no object", ErrNoOpenAPI)
	}
	return d, nil
}

// fill replaces AWS's variables in all texts.
func (o Options) fill(root *Node) *Node {
	partition := o.Partition
	if partition == "" {
		partition = "aws"
	}
	vars := strings.NewReplacer("${AWS::AccountId}", o.Account, "${AWS::Region}", o.Region, "${AWS::Partition}", partition)
	return root.rewrite(func(n *Node) *Node {
		if n.Kind != String || !strings.Contains(n.Text, "${AWS::") {
			return nil
		}
		return textNode(vars.Replace(n.Text))
	})
}

// verbs of a path item, in the order in which exports have them.
var verbs = []string{"get", "put", "post", "delete", "options", "head", "patch"}

const (
	extension   = "x-amazon-apigateway-"
	anyMethod   = extension + "any-method"
	integration = extension + "integration"
)

// components is a section of what can be referred to: its name in 3.0 and in 2.0.
func (d *document) components(v3, v2 string) *Node {
	if d.v2 {
		return d.root.Get(v2)
	}
	return d.root.At("components", v3)
}

// base is what is put before each path: "" or "/a/b".
func (d *document) base() string {
	mode := d.options.BasePath
	if mode == "" || mode == baseIgnore {
		return ""
	}
	base := "/" + strings.Trim(d.basePath(), "/")
	if mode == baseSplit {
		_, base, _ = strings.Cut(base[1:], "/")
		base = "/" + base
	}
	return strings.TrimSuffix(base, "/")
}

// basePath is where the document says its paths begin: 2.0's member; in 3.0 the
// default of the first server's variable basePath even when its URL has no such
// variable, else the path of that URL.
func (d *document) basePath() string {
	if d.v2 {
		return d.root.Get("basePath").str()
	}
	server := d.server()
	if v := server.At("variables", "basePath", "default").scalar(); v != nil {
		return *v
	}
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(server.Get("url").str()))
	if err != nil {
		return ""
	}
	return u.Path
}

// server is 3.0's first server.
func (d *document) server() *Node {
	if s := d.root.Get("servers"); s.is(List) && len(s.Items) > 0 {
		return s.Items[0]
	}
	return nil
}

// operation is one method of one path.
type operation struct {
	verb   string // GET, or ANY
	path   string // with the base path
	node   *Node
	shared *Node // the path item's parameters
}

func (o *operation) where() string { return o.verb + " " + o.path }

// operations gives all in the order of the document. What a path item has beside
// them is told to ignored.
func (d *document) operations(ignored func(path, member string)) ([]operation, error) {
	var all []operation
	base := d.base()
	for path, item := range d.root.Get("paths").All() {
		if strings.HasPrefix(path, "x-") {
			continue
		}
		item, err := item.resolve(d.root)
		if err != nil {
			return nil, fmt.Errorf("path '%s': %w", path, err)
		}
		for name, node := range item.All() {
			if name != anyMethod && !slices.Contains(verbs, name) {
				ignored(path, name)
				continue
			}
			all = append(all, operation{verb: verbOf(name), path: join(base, path), node: node, shared: item.Get("parameters")})
		}
	}
	return all, nil
}

func verbOf(name string) string {
	if name == anyMethod {
		return "ANY"
	}
	return strings.ToUpper(name)
}

// join puts base before path; the root path adds nothing to a base.
func join(base, path string) string {
	if base != "" && path == "/" {
		return base
	}
	return base + path
}
