package restapi

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
	"gatehouse/plugins/expr"
	"gatehouse/plugins/rest"
)

// Response is one customised gateway response, as it is stored.
type Response struct {
	Type       string // AWS: responseType
	Status     string // "": that of the error
	Parameters map[string]string
	Templates  map[string]string // by media type; empty: the built-in body
}

// kind is what AWS defines for a type of gateway response.
type kind struct {
	status    int    // documented; its family decides which default shows through
	errorType string // x-amzn-ErrorType
	running   bool   // raised while a method is executed: the body has a blank
	upper     bool   // the body's key is "Message"
}

var kinds = map[string]kind{
	"ACCESS_DENIED":                  {403, "AccessDeniedException", false, true},
	"API_CONFIGURATION_ERROR":        {500, "InternalServerErrorException", true, false},
	"AUTHORIZER_CONFIGURATION_ERROR": {500, "AuthorizerConfigurationException", false, false},
	"AUTHORIZER_FAILURE":             {500, "AuthorizerFailureException", false, false},
	"BAD_REQUEST_PARAMETERS":         {400, "BadRequestException", true, false},
	"BAD_REQUEST_BODY":               {400, "BadRequestException", true, false},
	"EXPIRED_TOKEN":                  {403, "ExpiredTokenException", false, false},
	"INTEGRATION_FAILURE":            {504, "InternalServerErrorException", true, false},
	"INTEGRATION_TIMEOUT":            {504, "InternalServerErrorException", true, false},
	"INVALID_API_KEY":                {403, "ForbiddenException", false, false},
	"INVALID_SIGNATURE":              {403, "InvalidSignatureException", false, false},
	"MISSING_AUTHENTICATION_TOKEN":   {403, "MissingAuthenticationTokenException", false, false},
	"QUOTA_EXCEEDED":                 {429, "LimitExceededException", false, false},
	"REQUEST_TOO_LARGE":              {413, "RequestTooLargeException", true, false},
	"RESOURCE_NOT_FOUND":             {404, "ResourceNotFoundException", false, false},
	"THROTTLED":                      {429, "TooManyRequestsException", false, false},
	"UNAUTHORIZED":                   {401, "UnauthorizedException", false, false},
	"UNSUPPORTED_MEDIA_TYPE":         {415, "BadRequestException", true, false},
	"WAF_FILTERED":                   {403, "ForbiddenException", false, false},
	"DEFAULT_4XX":                    {400, "BadRequestException", true, false},
	"DEFAULT_5XX":                    {500, "InternalServerErrorException", true, false},
	// What no gateway response can change.
	"FORBIDDEN":         {403, "ForbiddenException", false, false},
	"MALFORMED_REQUEST": {400, "", false, false},
	// What AWS has no type for.
	"BAD_REQUEST": {400, "BadRequestException", true, false},
	"UNAVAILABLE": {503, "ServiceUnavailableException", true, false},
}

// fixed are the types that no gateway response changes.
func fixed(t string) bool { return t == "FORBIDDEN" || t == "MALFORMED_REQUEST" }

// responses words the failures of one deployment. Read only.
type responses struct {
	custom map[string]*response
}

var _ exchange.ErrorWriter = (*responses)(nil)

// response is one compiled gateway response.
type response struct {
	status    int // 0: the error's
	headers   []headerLine
	templates []bodyTemplate // in order of media type
}

type headerLine struct {
	name  []byte
	value text
}

type bodyTemplate struct {
	mime string
	body text
}

func newResponses(list []Response) (*responses, error) {
	r := &responses{custom: make(map[string]*response, len(list))}
	for i := range list {
		c, err := newResponse(&list[i])
		if err != nil {
			return nil, fmt.Errorf("gateway response %s: %w", list[i].Type, err)
		}
		r.custom[list[i].Type] = c
	}
	return r, nil
}

func newResponse(s *Response) (*response, error) {
	r := &response{}
	if s.Status != "" {
		n, err := strconv.Atoi(s.Status)
		if err != nil || n < 100 || n > 599 {
			return nil, fmt.Errorf("status code %q is none", s.Status)
		}
		r.status = n
	}
	for key, value := range s.Parameters {
		name, ok := strings.CutPrefix(key, "gatewayresponse.header.")
		if !ok { // AWS: targets in path and query have no visible effect
			continue
		}
		v, err := compileValue(value)
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", key, err)
		}
		r.headers = append(r.headers, headerLine{[]byte(name), v})
	}
	slices.SortFunc(r.headers, func(a, b headerLine) int { return slices.Compare(a.name, b.name) })
	for mime, body := range s.Templates {
		r.templates = append(r.templates, bodyTemplate{mime, compileText(body)})
	}
	slices.SortFunc(r.templates, func(a, b bodyTemplate) int { return cmp.Compare(a.mime, b.mime) })
	return r, nil
}

var noResponse = &response{}

// of returns the customisation that counts for an error of type t: its own,
// wholly, else that of its family.
func (r *responses) of(t string, status int) *response {
	if c := r.custom[t]; c != nil {
		return c
	}
	if fixed(t) {
		return noResponse
	}
	if k, ok := kinds[t]; ok {
		status = k.status
	}
	family := "DEFAULT_4XX"
	if status >= 500 {
		family = "DEFAULT_5XX"
	}
	if c := r.custom[family]; c != nil {
		return c
	}
	return noResponse
}

var (
	errorTypeName = []byte("x-amzn-ErrorType")
	internalText  = gwerr.Internal.Message // other APIs' wording of rest.Internal
)

// WriteError implements exchange.ErrorWriter.
func (r *responses) WriteError(x *exchange.Exchange, e *gwerr.Error) {
	if e.Message == internalText {
		e = e.WithMessage("%s", rest.Internal.Message)
	}
	x.Err = e
	k := kinds[e.Type]
	if s := rest.Of(x); s != nil && s.Log != nil {
		k.running = false // AWS: no blank in the answer of a test
	}
	c := r.of(e.Type, e.Status)
	x.Res.Status = e.Status
	if c.status != 0 {
		x.Res.Status = c.status
	}
	c.write(x, e, k)
	r.addType(x, k)
	for i := range c.headers {
		h := &c.headers[i]
		if v, ok := h.value.append(x.Arena(), x); ok {
			x.Res.Headers.Set(h.name, x.Keep(v))
		}
	}
}

// addType adds the header that names the exception.
func (r *responses) addType(x *exchange.Exchange, k kind) {
	name := k.errorType
	if s := rest.Of(x); s != nil && s.ErrorType != "" {
		name = s.ErrorType
	}
	if name != "" {
		x.Res.Headers.Add(errorTypeName, x.CopyString(name))
	}
}

// write makes the body.
func (c *response) write(x *exchange.Exchange, e *gwerr.Error, k kind) {
	if e.Type == rest.Malformed.Type {
		return // AWS: refused in front of the API, without a body
	}
	if len(c.templates) == 0 {
		x.Res.Headers.Add(contentTypeName, jsonType)
		x.Res.Body = x.Keep(appendBody(x.Arena(), e, k))
		return
	}
	t := c.choose(rest.FirstAccept(x.Header("Accept")))
	x.Res.Headers.Add(contentTypeName, x.CopyString(t.mime))
	body, _ := t.body.append(x.Arena(), x)
	x.Res.Body = x.Keep(body)
}

// choose finds the template for what the client accepts: that, else JSON's, else
// the first.
func (c *response) choose(accept []byte) *bodyTemplate {
	found := &c.templates[0]
	for i := range c.templates {
		t := &c.templates[i]
		if exchange.EqualFold(accept, t.mime) {
			return t
		}
		if t.mime == rest.JSON {
			found = t
		}
	}
	return found
}

// appendBody appends the built-in body, to the byte as AWS spaces it.
func appendBody(b []byte, e *gwerr.Error, k kind) []byte {
	if k.upper {
		b = append(b, `{"Message":`...)
	} else {
		b = append(b, `{"message":`...)
	}
	if k.running {
		b = append(b, ' ')
	}
	if e.Message == "" {
		b = append(b, "null"...)
	} else {
		b = expr.AppendJSONString(b, e.Message)
	}
	return append(b, '}')
}
