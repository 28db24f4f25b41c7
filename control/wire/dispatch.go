package wire

import (
	"net/http"
	"net/url"
	"reflect"
)

// route finds the row, c.row, and the values of its path parameters: among the
// services of the credential scope's name, or among all when there is none.
func (s *Server) route(c *Call, r *http.Request, query url.Values) ([]string, error) {
	segs, ok := splitPath(r.URL.EscapedPath())
	if !ok {
		return nil, unknownPath
	}
	named := c.Service == ""
	for _, svc := range s.services {
		if c.Service != "" && svc.SigningName != c.Service {
			continue
		}
		named = true
		if row, params := svc.paths.find(r.Method, segs, query, nil); row != nil {
			return params, c.setRow(row)
		}
	}
	if !named {
		return nil, notImplemented.WithMessage("The service %s is not built yet.", c.Service)
	}
	return nil, unknownPath
}

// setRow tells c its operation; one that is not built is an error.
func (c *Call) setRow(r *row) error {
	c.row, c.Service, c.Operation = r, r.svc.SigningName, r.Name
	c.Log = c.Log.With("operation", r.Name)
	if !r.Built {
		return notImplemented.WithMessage("%s %s is not built yet.", r.svc.Name, r.Name)
	}
	return nil
}

// call decodes the input, checks it, runs the operation and encodes its output.
func (r *row) call(c *Call, req *http.Request, params []string, query url.Values, body []byte) (answer, error) {
	in := reflect.New(r.Operation.in)
	if err := r.decode(in.Elem(), params, query, req.Header, body); err != nil {
		return answer{}, err
	}
	if err := r.validate(in.Elem()); err != nil {
		return answer{}, err
	}
	out, err := r.run(c, in.Interface())
	if err != nil {
		return answer{}, err
	}
	return r.succeed(reflect.ValueOf(out), c.Answer), nil
}

// decode fills a whole input. The body goes first, so that a path parameter
// can't be overwritten by one.
func (r *row) decode(in reflect.Value, params []string, query url.Values, h http.Header, body []byte) error {
	if r.payload >= 0 {
		setPayload(in.Field(r.payload), body)
	} else if len(r.body.fields) > 0 {
		if err := decodeBody(body, r.body, in); err != nil {
			return err
		}
	}
	return r.bind(in, params, query, h)
}
