package tomock

import (
	"encoding/json"
	"testing"
)

func TestStatusCode(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
		ok   bool
	}{
		{`{"statusCode": 200}`, 200, true}, {`{statusCode:200}`, 200, true}, {`{'statusCode':200}`, 200, true}, {" {\n statusCode : 204 ,, }\n", 204, true},
		{`{,"a":{b:[1,,2,],'c':null},"statusCode":-5}`, -5, true}, {`{"statusCode":200,"statusCode":201}`, 201, true}, {`{"a":"\"}","statusCode":99999}`, 99999, true},
		{`{"statusCode": "200"}`, 0, false}, {`{"statusCode": 200.5}`, 0, false}, {`{"statusCode": 2e2}`, 0, false}, {`{}`, 0, false}, {``, 0, false}, {`200`, 0, false},
		{`{"statusCode": 200`, 0, false}, {`{"statusCode" 200}`, 0, false}, {`{"statusCode": 200} x`, 0, false}, {`[{"statusCode": 200}]`, 0, false}, {`{"x":{"statusCode": 200}}`, 0, false},
		{`{"statusCode": 99999999999}`, 0, false}, {`{"statusCode":}`, 0, false}, {`{"statusCode": 200 "a":1}`, 0, false},
	} {
		if got, ok := StatusCode([]byte(c.text)); got != c.want && ok || ok != c.ok {
			t.Errorf("StatusCode(%s) = %d, %v, want %d, %v", c.text, got, ok, c.want, c.ok)
		}
	}
}

// FuzzStatusCode holds that strict JSON is read as encoding/json reads it.
func FuzzStatusCode(f *testing.F) {
	f.Add([]byte(`{"statusCode": 200}`))
	f.Add([]byte(`{statusCode: 200,,'a':[{b:"\\"}]}`))
	f.Add([]byte(`{"a":[[[`))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := StatusCode(text)
		var all map[string]json.RawMessage
		if json.Unmarshal(text, &all) != nil || len(text) > 1000 {
			return
		}
		var want int
		err := json.Unmarshal(all["statusCode"], &want)
		if raw := string(all["statusCode"]); err == nil && raw != "null" && len(raw) < 9 && raw != "-0" && (!ok || got != want) {
			t.Errorf("StatusCode(%s) = %d, %v, want %d", text, got, ok, want)
		}
	})
}
