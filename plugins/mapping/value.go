package mapping

import (
	"bytes"

	"gatehouse/core/exchange"
)

// eval returns the value of op for x and whether there is one. It lives as long
// as x.
func (op *operation) eval(x *exchange.Exchange) ([]byte, bool) {
	if op.isFix {
		return op.fixed, true
	}
	v, ok := op.value.Append(x.Arena(), x)
	if !ok {
		return nil, false
	}
	return op.fit(x.Keep(v)), true
}

// fit makes v fit for op's place; a query escapes all that is not.
func (op *operation) fit(v []byte) []byte {
	if op.place == query {
		return v
	}
	return clean(v)
}

// clean makes v fit for a header line, in place. RFC 9110, 5.5: CR, LF and NUL
// in a value become blanks; so do the other control characters but the tab.
func clean(v []byte) []byte {
	for i, b := range v {
		if b < ' ' && b != '\t' || b == 0x7f {
			v[i] = ' '
		}
	}
	return bytes.Trim(v, " \t")
}

// joined returns "old,v" in memory of x.
func joined(x *exchange.Exchange, old, v []byte) []byte {
	b := append(x.Arena(), old...)
	b = append(b, ',')
	return x.Keep(append(b, v...))
}

// setHeader applies op with value v to h.
func (op *operation) setHeader(x *exchange.Exchange, h *exchange.Headers, v []byte) {
	switch {
	case op.action == remove:
		h.Delete(string(op.name))
	case op.action == overwrite:
		h.Set(op.name, v)
	case string(op.name) == "set-cookie": // its values can't be joined (RFC 9110, 5.3)
		h.Add(op.name, v)
	default:
		op.appendHeader(x, h, v)
	}
}

// appendHeader joins v to the last line of that name.
func (op *operation) appendHeader(x *exchange.Exchange, h *exchange.Headers, v []byte) {
	lines := h.All()
	for i := len(lines) - 1; i >= 0; i-- {
		if exchange.EqualFold(lines[i].Name, string(op.name)) {
			if len(lines[i].Value) > 0 {
				v = joined(x, lines[i].Value, v)
			}
			lines[i].Value = v
			return
		}
	}
	h.Add(op.name, v)
}
