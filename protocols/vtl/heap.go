package vtl

// heap lends the memory of one rendering's values by moving a mark through
// chunks. The first chunks are kept for the next rendering; larger ones go to
// the garbage collector.
type heap struct {
	text  []byte
	vals  []value
	keys  []string
	objs  []object
	first struct {
		text []byte
		vals []value
		keys []string
		objs []object
	}
}

const (
	textChunk   = 4 << 10
	valueChunk  = 256
	objectChunk = 32
)

// bytes gives an empty slice with room for n bytes at the mark. What is appended
// to it is kept by commit.
func (h *heap) bytes(n int) []byte {
	if cap(h.text)-len(h.text) < n || h.text == nil {
		h.text = make([]byte, 0, max(n, textChunk))
		if h.first.text == nil && cap(h.text) == textChunk {
			h.first.text = h.text
		}
	}
	return h.text[len(h.text):len(h.text)]
}

// commit moves the mark behind b when b was made by bytes, and returns b. A b
// that has outgrown the chunk owns its memory already.
func (h *heap) commit(b []byte) []byte {
	room := h.text[len(h.text):cap(h.text)]
	if len(b) > 0 && len(b) <= len(room) && &b[0] == &room[0] {
		h.text = h.text[:len(h.text)+len(b)]
	}
	return b[:len(b):len(b)]
}

func (h *heap) values(n int) []value {
	if cap(h.vals)-len(h.vals) < n {
		if n > valueChunk/4 {
			return make([]value, n)
		}
		h.vals = make([]value, 0, valueChunk)
		if h.first.vals == nil {
			h.first.vals = h.vals
		}
	}
	at := len(h.vals)
	h.vals = h.vals[:at+n]
	return h.vals[at : at+n : at+n]
}

func (h *heap) names(n int) []string {
	if cap(h.keys)-len(h.keys) < n {
		if n > valueChunk/4 {
			return make([]string, n)
		}
		h.keys = make([]string, 0, valueChunk)
		if h.first.keys == nil {
			h.first.keys = h.keys
		}
	}
	at := len(h.keys)
	h.keys = h.keys[:at+n]
	return h.keys[at : at+n : at+n]
}

func (h *heap) object() *object {
	if len(h.objs) == cap(h.objs) {
		h.objs = make([]object, 0, objectChunk)
		if h.first.objs == nil {
			h.first.objs = h.objs
		}
	}
	h.objs = h.objs[:len(h.objs)+1]
	return &h.objs[len(h.objs)-1]
}

// reset forgets all values. Only what was used of the first chunks needs
// clearing, which is all of them when later chunks exist.
func (h *heap) reset() {
	clear(h.first.vals[:used(h.first.vals, h.vals)])
	clear(h.first.keys[:used(h.first.keys, h.keys)])
	clear(h.first.objs[:used(h.first.objs, h.objs)])
	h.text, h.vals, h.keys, h.objs = h.first.text, h.first.vals, h.first.keys, h.first.objs
}

// used tells how much of the first chunk is in use when now is the current one.
func used[T any](first, now []T) int {
	if cap(first) > 0 && cap(now) == cap(first) && &first[:1][0] == &now[:1][0] {
		return len(now)
	}
	return cap(first)
}
