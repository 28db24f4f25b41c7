package routing

import (
	"fmt"
	"slices"
)

// Dialect is the set of rules that a table matches by.
type Dialect uint8

const (
	HTTP Dialect = iota // route keys of HTTP APIs
	REST                // the resource tree of REST APIs
)

// Builder collects routes for one Table. Not safe for concurrent use.
type Builder[T any] struct {
	dialect Dialect
	root    *branch
	keys    map[string]bool
	levels  map[string]level // which variable a level has, by the levels' shape
	values  []T              // by route
	lists   []int32          // by route: its list of slots
	slots   [][]slot
	listIDs map[string]int32
	byAny   int32 // route of $default, or none
}

// level remembers the first key that put a variable on a level.
type level struct {
	part Part
	key  string
}

// NewBuilder returns an empty builder for tables of dialect d.
func NewBuilder[T any](d Dialect) *Builder[T] {
	return &Builder[T]{
		dialect: d,
		root:    &branch{},
		keys:    map[string]bool{},
		levels:  map[string]level{},
		listIDs: map[string]int32{},
		byAny:   none,
	}
}

// Add adds a route: "METHOD /path", and for HTTP APIs also "$default". In a REST
// table the key is a method and a resource's path, joined by one blank.
//
// The error is a *KeyError, *DuplicateError or *ConflictError, and then the
// route was not added. In a REST table a level has one variable, of one name and
// kind, as the resource tree has. In an HTTP table only keys of one method
// conflict, and {name} does not conflict with {name+}.
func (b *Builder[T]) Add(key string, value T) error {
	k, err := ParseRouteKey(key)
	if err != nil {
		return err
	}
	if k.Default() && b.dialect == REST {
		return &KeyError{Key: key, Problem: NoDefaultHere}
	}
	if b.keys[key] {
		return &DuplicateError{Key: key}
	}
	if err := b.claimLevels(k); err != nil {
		return err
	}
	b.keys[key] = true
	id := int32(len(b.values))
	b.values = append(b.values, value)
	b.lists = append(b.lists, b.listOf(slotsOf(k)))
	if k.Default() {
		b.byAny = id
	} else {
		b.root.insert(k, id)
	}
	return nil
}

// claimLevels records the variables of k, or none of them if one conflicts: a level
// that is taken lies above all that are new.
func (b *Builder[T]) claimLevels(k RouteKey) error {
	shape := make([]byte, 0, len(k.Text))
	if b.dialect == HTTP {
		shape = append(shape, k.Method...)
	}
	for _, part := range k.Parts {
		shape = append(shape, '/')
		if part.Kind == Literal {
			shape = append(shape, part.Text...)
			continue
		}
		shape = append(shape, "{}"...)
		if part.Kind == Greedy && b.dialect == HTTP {
			shape = append(shape, '+')
		}
		if old, taken := b.levels[string(shape)]; !taken {
			b.levels[string(shape)] = level{part, k.Text}
		} else if old.part != part {
			return &ConflictError{New: k.Text, Old: old.key, NewPart: part.braced(), OldPart: old.part.braced()}
		}
	}
	return nil
}

// listOf returns the number of a list of slots, and keeps each list once.
func (b *Builder[T]) listOf(slots []slot) int32 {
	text := fmt.Sprint(slots) // a name has no blank and no brace
	id, ok := b.listIDs[text]
	if !ok {
		id = int32(len(b.slots))
		b.slots = append(b.slots, slots)
		b.listIDs[text] = id
	}
	return id
}

func (p Part) braced() string {
	if p.Kind == Greedy {
		return "{" + p.Text + "+}"
	}
	return "{" + p.Text + "}"
}

func slotsOf(k RouteKey) []slot {
	var slots []slot
	for i, part := range k.Parts {
		if part.Kind != Literal {
			slots = append(slots, slot{part.Text, i, part.Kind == Greedy})
		}
	}
	return slots
}

// Build returns the table of the routes added so far. The builder can go on.
func (b *Builder[T]) Build() *Table[T] {
	return &Table[T]{
		tree:   newTree(b.dialect, b.root),
		values: slices.Clone(b.values),
		lists:  slices.Clone(b.lists),
		slots:  slices.Clone(b.slots),
		byAny:  b.byAny,
	}
}
