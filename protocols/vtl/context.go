package vtl

// Context is what one rendering reads and writes.
type Context struct {
	// Body is the text of $input.body and the document of $input.path and
	// $input.json. An empty body reads as {}.
	Body []byte
	// Source answers for $input.params, $context and $stageVariables. Without
	// one they are all empty.
	Source Source
	// Overrides is what templates set under $context.requestOverride and
	// $context.responseOverride. Hand the request template's on to the response
	// template, which can read and change them. It owns its memory.
	Overrides Overrides
}

// Place is one of the three maps of $input.params().
type Place uint8

const (
	Path Place = iota
	Query
	Header
)

var placeNames = [...]string{"path", "querystring", "header"}

// Source is the request as templates see it. Names handed to it are valid during
// the call only; the engine copies what it yields, and uses what is appended
// only until the rendering ends.
type Source interface {
	// AppendContext appends the variable $context.name, such as
	// "identity.sourceIp", and reports whether it has a value.
	AppendContext(dst []byte, name string) ([]byte, bool)
	// ContextNames yields the names right below the group of, "" being
	// $context itself and "identity" a group, and nothing when of is no group.
	// An overridden group need not be named. ContextNames is AWS's order.
	ContextNames(of string, yield func(name string) bool)
	// AppendStageVariable appends a stage variable's value.
	AppendStageVariable(dst []byte, name string) ([]byte, bool)
	// StageVariableNames yields the names of all stage variables.
	StageVariableNames(yield func(name string) bool)
	// AppendParam appends the last value of a request parameter. Names are
	// case-sensitive.
	AppendParam(dst []byte, p Place, name string) ([]byte, bool)
	// ParamNames yields each name of a place once.
	ParamNames(p Place, yield func(name string) bool)
}

// ContextNames are the keys of $context in the order AWS has them.
var ContextNames = []string{
	"resourceId", "resourcePath", "httpMethod", "extendedRequestId", "requestTime", "path", "accountId", "protocol",
	"requestOverride", "stage", "domainPrefix", "requestTimeEpoch", "requestId", "identity", "domainName",
	"deploymentId", "responseOverride", "apiId",
}

// Overrides are what templates changed of the request to the back end and of the
// answer to the client. AWS: $context.requestOverride, $context.responseOverride.
type Overrides struct {
	RequestPath, RequestQuery, RequestHeader []Override
	ResponseHeader                           []Override
	Status                                   int // 100 to 599; 0 is no override
}

// Override is one overridden parameter. A list gives several values. Names and
// values are as the template made them: whoever writes them out must refuse or
// clean what does not fit there, such as a line break in a header.
type Override struct {
	Name   string
	Values []string
}

// Empty reports whether nothing is overridden.
func (o *Overrides) Empty() bool {
	return len(o.RequestPath)+len(o.RequestQuery)+len(o.RequestHeader)+len(o.ResponseHeader)+o.Status == 0
}

// nothing is the Source of a Context without one.
type nothing struct{}

var _ Source = nothing{}

func (nothing) AppendContext(dst []byte, _ string) ([]byte, bool)        { return dst, false }
func (nothing) ContextNames(string, func(string) bool)                   {}
func (nothing) AppendStageVariable(dst []byte, _ string) ([]byte, bool)  { return dst, false }
func (nothing) StageVariableNames(func(string) bool)                     {}
func (nothing) AppendParam(dst []byte, _ Place, _ string) ([]byte, bool) { return dst, false }
func (nothing) ParamNames(Place, func(string) bool)                      {}
