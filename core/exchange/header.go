package exchange

// Field is one header line. Both parts live in the exchange's arena or in
// static memory; they are valid until Done and must not be written to.
type Field struct {
	Name  []byte // as received or as it shall be sent; compared without case
	Value []byte // without surrounding white space
}

// Headers is an ordered list of header lines; names may repeat.
type Headers struct {
	list []Field
}

// Len returns the number of lines.
func (h *Headers) Len() int { return len(h.list) }

// All returns the lines in order. The slice is valid until the next change.
func (h *Headers) All() []Field { return h.list }

// Reset forgets all lines and keeps the memory.
func (h *Headers) Reset() {
	clear(h.list)
	h.list = h.list[:0]
}

// Add appends a line. The exchange must own name and value, or they are static.
func (h *Headers) Add(name, value []byte) {
	h.list = append(h.list, Field{name, value})
}

// Get returns the value of the first line called name, nil without one.
func (h *Headers) Get(name string) []byte {
	for i := range h.list {
		if EqualFold(h.list[i].Name, name) {
			return h.list[i].Value
		}
	}
	return nil
}

// Last returns the value of the last line called name, nil without one.
func (h *Headers) Last(name string) []byte {
	for i := len(h.list) - 1; i >= 0; i-- {
		if EqualFold(h.list[i].Name, name) {
			return h.list[i].Value
		}
	}
	return nil
}

// Has reports whether a line called name exists.
func (h *Headers) Has(name string) bool {
	for i := range h.list {
		if EqualFold(h.list[i].Name, name) {
			return true
		}
	}
	return false
}

// Set replaces every line called name by one at the place of the first.
func (h *Headers) Set(name, value []byte) {
	out := h.list[:0]
	found := false
	for _, f := range h.list {
		if !EqualFold(f.Name, string(name)) {
			out = append(out, f)
		} else if !found {
			found = true
			out = append(out, Field{name, value})
		}
	}
	clear(h.list[len(out):])
	h.list = out
	if !found {
		h.Add(name, value)
	}
}

// Delete removes every line called name.
func (h *Headers) Delete(name string) {
	h.DeleteFunc(func(n []byte) bool { return EqualFold(n, name) })
}

// DeleteFunc removes every line whose name drop reports true for.
func (h *Headers) DeleteFunc(drop func(name []byte) bool) {
	out := h.list[:0]
	for _, f := range h.list {
		if !drop(f.Name) {
			out = append(out, f)
		}
	}
	clear(h.list[len(out):])
	h.list = out
}

// EqualFold compares a header name with s, ASCII letters without case
// (RFC 9110, 5.1).
func EqualFold(name []byte, s string) bool {
	if len(name) != len(s) {
		return false
	}
	for i := range name {
		if lower[name[i]] != lower[s[i]] {
			return false
		}
	}
	return true
}

// Lower is c in lower case if it is an ASCII letter.
func Lower(c byte) byte { return lower[c] }

var lower = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			t[i] += 'a' - 'A'
		}
	}
	return
}()
