package tomock

// StatusCode reads the integer member statusCode of an object as AWS's lenient
// reader does: names without quotes or in single ones, commas too many. The last
// of several counts. Not ok: there is none, or text is no such object.
func StatusCode(text []byte) (status int, ok bool) {
	r := reader{rest: text}
	r.blanks()
	if !r.take('{') {
		return 0, false
	}
	for {
		for r.blanks(); r.take(','); r.blanks() {
		}
		if r.take('}') {
			break
		}
		name, good := r.name()
		r.blanks()
		if !good || !r.take(':') {
			return 0, false
		}
		r.blanks()
		n, isInt, good := r.value(0)
		if !good {
			return 0, false
		}
		if name == "statusCode" {
			status, ok = n, isInt
		}
		r.blanks()
		if !r.take(',') && !r.at('}') {
			return 0, false
		}
	}
	r.blanks()
	return status, ok && len(r.rest) == 0
}

// reader reads lenient JSON.
type reader struct {
	rest []byte
}

// maxDepth bounds how deep values may be nested.
const maxDepth = 100

func (r *reader) blanks() {
	for len(r.rest) > 0 && (r.rest[0] == ' ' || r.rest[0] == '\t' || r.rest[0] == '\n' || r.rest[0] == '\r') {
		r.rest = r.rest[1:]
	}
}

func (r *reader) at(c byte) bool { return len(r.rest) > 0 && r.rest[0] == c }

func (r *reader) take(c byte) bool {
	if !r.at(c) {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// name reads a member's name.
func (r *reader) name() (string, bool) {
	if r.at('"') || r.at('\'') {
		s, ok := r.quoted()
		return asName(s), ok
	}
	w := r.word()
	return asName(w), len(w) > 0
}

// asName tells the one name that counts from all others, without copying.
func asName(b []byte) string {
	if string(b) == "statusCode" {
		return "statusCode"
	}
	return ""
}

// quoted reads a string and returns what is between the quotes, undecoded.
func (r *reader) quoted() ([]byte, bool) {
	q := r.rest[0]
	for i := 1; i < len(r.rest); i++ {
		switch r.rest[i] {
		case '\\':
			i++
		case q:
			s := r.rest[1:i]
			r.rest = r.rest[i+1:]
			return s, true
		}
	}
	return nil, false
}

// word reads what is neither blank nor punctuation.
func (r *reader) word() []byte {
	i := 0
	for i < len(r.rest) {
		switch r.rest[i] {
		case ' ', '\t', '\n', '\r', ',', ':', '{', '}', '[', ']', '"', '\'':
			w := r.rest[:i]
			r.rest = r.rest[i:]
			return w
		}
		i++
	}
	w := r.rest
	r.rest = nil
	return w
}

// value passes over a value, and returns its number when it is an integer.
func (r *reader) value(depth int) (n int, isInt, ok bool) {
	switch {
	case depth > maxDepth || len(r.rest) == 0:
		return 0, false, false
	case r.at('"') || r.at('\''):
		_, ok = r.quoted()
		return 0, false, ok
	case r.at('{'), r.at('['):
		return 0, false, r.nested(depth)
	}
	w := r.word()
	n, isInt = integer(w)
	return n, isInt, len(w) > 0
}

// nested passes over an object or array.
func (r *reader) nested(depth int) bool {
	end := byte('}')
	object := r.at('{')
	if !object {
		end = ']'
	}
	r.rest = r.rest[1:]
	for {
		for r.blanks(); r.take(','); r.blanks() {
		}
		if r.take(end) {
			return true
		}
		if object {
			_, ok := r.name()
			if r.blanks(); !ok || !r.take(':') {
				return false
			}
			r.blanks()
		}
		if _, _, ok := r.value(depth + 1); !ok {
			return false
		}
		if r.blanks(); !r.at(',') && !r.at(end) {
			return false
		}
	}
}

// integer reads a decimal integer of at most nine digits.
func integer(w []byte) (n int, ok bool) {
	digits := w
	if len(digits) > 1 && digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 9 {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	if len(digits) < len(w) {
		n = -n
	}
	return n, true
}
