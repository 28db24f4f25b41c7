package apigateway

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

// TestEveryOperationHasItsRow calls all that the client knows. A row under a
// wrong path or method is not found by the client's call.
func TestEveryOperationHasItsRow(t *testing.T) {
	d := openDesk(t)
	built := map[string]bool{}
	rows := newService(Config{}).operations()
	for _, o := range rows {
		if _, twice := built[o.Name]; twice {
			t.Errorf("%s has two rows", o.Name)
		}
		built[o.Name] = o.Built
	}
	if len(rows) != 124 {
		t.Errorf("%d rows, want 124", len(rows))
	}
	seen := 0
	client := reflect.ValueOf(d.Client)
	for i := range client.NumMethod() {
		name, m := client.Type().Method(i).Name, client.Method(i)
		if m.Type().NumIn() < 2 || !strings.HasSuffix(m.Type().In(1).String(), "Input") {
			continue
		}
		seen++
		in := reflect.New(m.Type().In(1).Elem())
		fillRequired(in.Elem())
		err, _ := m.Call([]reflect.Value{reflect.ValueOf(ctx), in})[1].Interface().(error)
		checkRow(t, name, built, err)
	}
	if seen != len(rows) {
		t.Errorf("the client has %d operations, we have %d", seen, len(rows))
	}
}

// answered are the classes with which a row refuses nonsense.
var answered = []string{isBad, isMissing, isConflict, isInvalid}

func checkRow(t *testing.T, name string, built map[string]bool, err error) {
	t.Helper()
	isBuilt, known := built[name]
	var api smithy.APIError
	switch {
	case !known:
		t.Errorf("%s has no row", name)
	case !isBuilt:
		fails(t, err, "NotImplementedException", "apigateway "+name+" is not built yet.")
	case err == nil: // lists
	case !errors.As(err, &api):
		t.Errorf("%s: %v", name, err)
	case !slices.Contains(answered, api.ErrorCode()):
		t.Errorf("%s: %s: %s", name, api.ErrorCode(), api.ErrorMessage())
	}
}

// fillRequired sets strings and enumerations, which is enough for a path.
func fillRequired(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case !f.CanSet():
		case f.Kind() == reflect.String && f.Type() != reflect.TypeFor[string]():
			f.SetString("x")
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.String:
			f.Set(reflect.New(f.Type().Elem()))
			f.Elem().SetString("x")
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.New(f.Type().Elem()))
			fillRequired(f.Elem())
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Int32:
			f.Set(reflect.New(f.Type().Elem()))
		case f.Kind() == reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 0, 0))
		case f.Kind() == reflect.Map:
			f.Set(reflect.MakeMap(f.Type()))
		}
	}
}

// TestStatuses: the statuses of the operations that a REST API has, where they
// are not the usual ones of their method.
func TestStatuses(t *testing.T) {
	usual := map[string]int{"POST": 201, "PUT": 201, "GET": 200, "PATCH": 200, "DELETE": 202}
	other := map[string]int{"DeleteMethod": 204, "DeleteMethodResponse": 204, "DeleteIntegration": 204, "DeleteIntegrationResponse": 204,
		"UpdateMethodResponse": 201, "PutRestApi": 200, "TestInvokeMethod": 200, "TestInvokeAuthorizer": 200}
	for _, o := range newService(Config{}).operations() {
		if !o.Built || !strings.HasPrefix(o.Path, apis) || strings.Contains(o.Path, "/documentation/") {
			continue
		}
		want := usual[o.Method]
		if status, ok := other[o.Name]; ok {
			want = status
		}
		if o.Status != want {
			t.Errorf("%s answers %d, want %d", o.Name, o.Status, want)
		}
	}
}
