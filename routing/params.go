package routing

// Value is one captured path parameter.
type Value struct {
	Name  string // as in the matched route's key
	Bytes []byte // part of the path that was matched, and valid as long as it is
}

// Params holds the path parameters of one match, in the order of the key. The
// zero Params is empty and ready. Its owner gives it to Table.Match, which
// overwrites it; Reset lets go of the path.
type Params struct {
	values [MaxParams]Value
	count  int
}

// Len returns the number of parameters.
func (p *Params) Len() int { return p.count }

// At returns parameter i, from 0 to Len()-1; another i panics.
func (p *Params) At(i int) Value { return p.values[:p.count][i] }

// Get returns the bytes of the named parameter. Names are case-sensitive.
func (p *Params) Get(name string) ([]byte, bool) {
	for i := range p.values[:p.count] {
		if p.values[i].Name == name {
			return p.values[i].Bytes, true
		}
	}
	return nil, false
}

// Reset forgets all parameters and the path they pointed into.
func (p *Params) Reset() {
	clear(p.values[:p.count])
	p.count = 0
}

func (p *Params) add(name string, value []byte) {
	p.values[p.count] = Value{Name: name, Bytes: value[:len(value):len(value)]}
	p.count++
}
