package transform

import (
	"slices"

	"gatehouse/core/exchange"
	"gatehouse/plugins/expr"
	"gatehouse/plugins/rest"
	"gatehouse/protocols/vtl"
)

// live is an exchange as templates on its loop see it.
type live exchange.Exchange

var _ vtl.Source = (*live)(nil)

func (l *live) x() *exchange.Exchange { return (*exchange.Exchange)(l) }

// AppendContext implements vtl.Source.
func (l *live) AppendContext(dst []byte, name string) ([]byte, bool) {
	return expr.RESTVars.Append(dst, l.x(), name)
}

// ContextNames implements vtl.Source.
func (l *live) ContextNames(of string, yield func(string) bool) {
	contextNames(of, l.Target.Canary != "", yield)
}

// identityNames are the keys of $context.identity.
var identityNames = []string{
	"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "sourceIp", "principalOrgId", "accessKey",
	"cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "userAgent", "user",
}

func contextNames(of string, canary bool, yield func(string) bool) {
	var names []string
	switch of {
	case "":
		names = vtl.ContextNames
	case "identity":
		names = identityNames
	}
	for _, n := range names {
		if !yield(n) {
			return
		}
	}
	if of == "" && canary {
		yield("isCanaryRequest")
	}
}

// AppendStageVariable implements vtl.Source.
func (l *live) AppendStageVariable(dst []byte, name string) ([]byte, bool) {
	v, ok := l.Target.Variables[name]
	return append(dst, v...), ok
}

// StageVariableNames implements vtl.Source.
func (l *live) StageVariableNames(yield func(string) bool) { variableNames(l.Target.Variables, yield) }

func variableNames(m map[string]string, yield func(string) bool) {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		if !yield(n) {
			return
		}
	}
}

// AppendParam implements vtl.Source.
func (l *live) AppendParam(dst []byte, p vtl.Place, name string) ([]byte, bool) {
	switch p {
	case vtl.Path:
		for i := range l.Params {
			if l.Params[i].Name == name {
				return append(dst, l.Params[i].Value...), true
			}
		}
	case vtl.Query:
		var last []byte
		found := false
		for key, value := range rest.Pairs(l.Req.Query) {
			if expr.FormEqual(key, name) {
				last, found = value, true
			}
		}
		return expr.AppendForm(dst, last), found
	case vtl.Header:
		all := l.Req.Headers.All()
		for i := len(all) - 1; i >= 0; i-- {
			if string(all[i].Name) == name {
				return append(dst, all[i].Value...), true
			}
		}
	}
	return dst, false
}

// ParamNames implements vtl.Source.
func (l *live) ParamNames(p vtl.Place, yield func(string) bool) {
	var seen []string
	each := func(name string) bool {
		if slices.Contains(seen, name) {
			return true
		}
		seen = append(seen, name)
		return yield(name)
	}
	switch p {
	case vtl.Path:
		for i := range l.Params {
			if !each(l.Params[i].Name) {
				return
			}
		}
	case vtl.Query:
		for key := range rest.Pairs(l.Req.Query) {
			if !each(string(expr.AppendForm(nil, key))) {
				return
			}
		}
	case vtl.Header:
		for _, f := range l.Req.Headers.All() {
			if !each(string(f.Name)) {
				return
			}
		}
	}
}

// frozen is a copy of what live shows, for a worker.
type frozen struct {
	context   map[string]string
	variables map[string]string // a target's: never changes
	params    [3][]param
	canary    bool
}

type param struct{ name, value string }

var _ vtl.Source = (*frozen)(nil)

// freeze copies what templates can ask of x.
func freeze(x *exchange.Exchange) *frozen {
	l := (*live)(x)
	f := &frozen{context: map[string]string{}, variables: x.Target.Variables, canary: x.Target.Canary != ""}
	for name := range expr.RESTVars.Names() {
		if v, ok := expr.RESTVars.Append(nil, x, name); ok {
			f.context[name] = string(v)
		}
	}
	for place := range f.params {
		p := vtl.Place(place)
		l.ParamNames(p, func(name string) bool {
			if v, ok := l.AppendParam(nil, p, name); ok {
				f.params[place] = append(f.params[place], param{name, string(v)})
			}
			return true
		})
	}
	return f
}

// AppendContext implements vtl.Source.
func (f *frozen) AppendContext(dst []byte, name string) ([]byte, bool) {
	v, ok := f.context[name]
	return append(dst, v...), ok
}

// ContextNames implements vtl.Source.
func (f *frozen) ContextNames(of string, yield func(string) bool) { contextNames(of, f.canary, yield) }

// AppendStageVariable implements vtl.Source.
func (f *frozen) AppendStageVariable(dst []byte, name string) ([]byte, bool) {
	v, ok := f.variables[name]
	return append(dst, v...), ok
}

// StageVariableNames implements vtl.Source.
func (f *frozen) StageVariableNames(yield func(string) bool) { variableNames(f.variables, yield) }

// AppendParam implements vtl.Source.
func (f *frozen) AppendParam(dst []byte, p vtl.Place, name string) ([]byte, bool) {
	for _, kv := range f.params[p] {
		if kv.name == name {
			return append(dst, kv.value...), true
		}
	}
	return dst, false
}

// ParamNames implements vtl.Source.
func (f *frozen) ParamNames(p vtl.Place, yield func(string) bool) {
	for _, kv := range f.params[p] {
		if !yield(kv.name) {
			return
		}
	}
}
