package wire

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"unicode/utf8"

	"gatehouse/core/gwerr"
)

// bind fills the members of in, a struct, that travel outside the JSON body.
func (r *row) bind(in reflect.Value, params []string, query url.Values, header http.Header) error {
	for i, p := range params {
		f := r.in.fields[r.position(r.params[i])]
		if err := named(f, setText(in.Field(f.index), p)); err != nil {
			return err
		}
	}
	for _, b := range r.headers {
		if err := setTexts(b.field, in.Field(b.index), header.Values(b.header)); err != nil {
			return err
		}
	}
	for _, f := range r.query {
		if err := setTexts(f, in.Field(f.index), query[f.name]); err != nil {
			return err
		}
	}
	if r.spread >= 0 {
		in.Field(r.spread).Set(reflect.ValueOf(r.leftover(query)))
	}
	return nil
}

// leftover is the query without what is bound to other members and without what
// a presigned query carries; of repeated keys the first value.
func (r *row) leftover(query url.Values) map[string]string {
	m := map[string]string{}
	for k, vs := range query {
		if k != r.opts.whenKey && !presignedKey(k) {
			m[k] = vs[0]
		}
	}
	for _, f := range r.query {
		delete(m, f.name)
	}
	return m
}

func presignedKey(k string) bool { return len(k) > 6 && k[:6] == "X-Amz-" }

// setTexts stores the values of a query key or header in a member; a list takes
// all, anything else the first. No values: absent.
func setTexts(f field, v reflect.Value, texts []string) error {
	if len(texts) == 0 {
		return nil
	}
	if f.shape.kind != kList {
		return named(f, setText(v, texts[0]))
	}
	list := reflect.MakeSlice(v.Type(), len(texts), len(texts))
	for i, t := range texts {
		if err := setText(list.Index(i), t); err != nil {
			return named(f, err)
		}
	}
	v.Set(list)
	return nil
}

// badText is a query, header or path value of the wrong form. AWS's wording for
// those isn't known.
var badText = &gwerr.Error{Type: "BadRequestException", Status: 400}

func named(f field, err error) error {
	if err == nil {
		return nil
	}
	return badText.WithMessage("Invalid value for parameter %s", f.name).Wrap(err)
}

// setText stores one text in a scalar member, allocating pointers on the way.
func setText(v reflect.Value, t string) (err error) {
	for v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch {
	case !utf8.ValidString(t):
		err = strconv.ErrSyntax
	case v.Kind() == reflect.String:
		v.SetString(t)
	case v.Kind() == reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(t)
		v.SetBool(b)
	case v.CanInt():
		var n int64
		n, err = strconv.ParseInt(t, 10, v.Type().Bits())
		v.SetInt(n)
	case v.CanFloat():
		var n float64
		n, err = strconv.ParseFloat(t, 64)
		v.SetFloat(n)
	case v.Type() == timeType && !date(t, v):
		err = strconv.ErrSyntax
	}
	return err
}

// setPayload stores the raw body in a []byte or string member; an empty one is
// an absent one.
func setPayload(v reflect.Value, body []byte) {
	if len(body) == 0 {
		return
	}
	for v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		v.SetString(string(body))
		return
	}
	v.SetBytes(body)
}
