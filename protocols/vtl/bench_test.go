package vtl

import "testing"

// typical is a request template of 40 lines: a loop, conditions, parameters,
// parts of the body as text and as JSON.
const typical = `## Put an order into the table and tell who did.
#set($inputRoot = $input.path('$'))
#set($id = $input.params('id'))
#set($total = 0)
{
  "TableName": "$stageVariables.table",
  "RequestId": "$context.requestId",
  "Item": {
    "id": {"S": "$id"},
    "stage": {"S": "$context.stage"},
#if($input.params('trace') != "")
    "trace": {"S": "$util.escapeJavaScript($input.params('trace'))"},
#end
    "customer": {
      "M": {
        "name": {"S": "$util.escapeJavaScript($inputRoot.customer.name)"},
        "address": $input.json('$.customer.address')
      }
    },
    "items": {
      "L": [
#foreach($item in $inputRoot.items)
#set($total = $total + $item.quantity)
        {
          "M": {
            "sku": {"S": "$item.sku"},
            "quantity": {"N": "$item.quantity"}
#if($item.gift)
            , "gift": {"BOOL": true}
#end
          }
        }#if($foreach.hasNext),#end

#end
      ]
    },
    "total": {"N": "$total"},
    "caller": {"S": "$context.identity.sourceIp"}
  }
}
`

const typicalBody = `{"customer":{"name":"Zoe O'Hara","address":{"street":"1 Main St","city":"Springfield","zip":"12345"}},` +
	`"items":[{"sku":"A-100","quantity":2},{"sku":"B-200","quantity":1,"gift":true},{"sku":"C-300","quantity":7}],"note":"leave at the door"}`

func typicalContext() *Context {
	return &Context{Body: []byte(typicalBody), Source: fixed{}}
}

// fixed is a Source as a plug-in would write it.
type fixed struct{ nothing }

func (fixed) AppendContext(dst []byte, name string) ([]byte, bool) {
	switch name {
	case "requestId":
		return append(dst, "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"...), true
	case "stage":
		return append(dst, "prod"...), true
	case "identity.sourceIp":
		return append(dst, "192.0.2.1"...), true
	}
	return dst, false
}

func (fixed) AppendStageVariable(dst []byte, name string) ([]byte, bool) {
	return append(dst, "orders"...), name == "table"
}

func (fixed) AppendParam(dst []byte, p Place, name string) ([]byte, bool) {
	switch {
	case p == Path && name == "id":
		return append(dst, "42"...), true
	case p == Header && name == "trace":
		return append(dst, "t-1"...), true
	}
	return dst, false
}

func BenchmarkAppend(b *testing.B) {
	for _, bench := range []struct{ name, text string }{
		{"typical-40-lines", typical},
		{"mock", `{"statusCode": 200}`},
		{"passthrough", `$input.json('$')`},
		{"variables", `{"stage":"$context.stage","id":"$context.requestId","ip":"$context.identity.sourceIp"}`},
		{"overrides", `#set($context.responseOverride.status = 201)#set($context.responseOverride.header.location = "/orders/$input.params('id')")`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			t, err := Compile(bench.text)
			if err != nil {
				b.Fatal(err)
			}
			c := typicalContext()
			dst := make([]byte, 0, 8<<10)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := t.Append(dst, c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(typical); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSubstitution(b *testing.B) {
	t := CompileSubstitution(`{"message":"no","id":"$context.requestId","stage":"$context.stage"}`)
	dst := make([]byte, 0, 1<<10)
	b.ReportAllocs()
	for b.Loop() {
		t.Append(dst, fixed{})
	}
}
