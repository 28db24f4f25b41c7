// Package plugins is the register of what can act on a request, and the order
// in which it does. A plugin is one package below this one; it registers its
// kinds by init, and plugins/all imports them all.
package plugins

import (
	"fmt"

	"gatehouse/core/exchange"
	"gatehouse/core/pipeline"
)

// Part is what a plugin adds to the pipeline of one route. The zero Part adds
// nothing, so that a route without a feature pays nothing for it.
type Part struct {
	Step   pipeline.Step     // nil: none
	Finish pipeline.Finisher // nil: none
	Log    pipeline.Logger   // nil: none
}

// Kind is one plugin. Its place in a pipeline is its line in Order.
type Kind struct {
	Name string
	// New compiles the settings of one route. Which type they have is the
	// plugin's to say: see Compiler.
	New func(settings any) (Part, error)
}

// Settings are the settings of one route or stage by the name of the kind.
type Settings map[string]any

var kinds = map[string]Kind{}

// Register makes a kind known. It panics when the name is taken or has no line
// in Order: both are bugs that must show at start. For use by init.
func Register(k Kind) {
	if _, ok := kinds[k.Name]; ok {
		panic(fmt.Sprintf("plugins: %q is registered twice", k.Name))
	}
	if k.New == nil || !ordered(k.Name) {
		panic(fmt.Sprintf("plugins: %q has no New or no line in Order", k.Name))
	}
	kinds[k.Name] = k
}

// Compiler makes a Kind's New of a function over the settings' own type.
func Compiler[S any](compile func(S) (Part, error)) func(any) (Part, error) {
	return func(settings any) (Part, error) {
		s, ok := settings.(S)
		if !ok {
			return Part{}, fmt.Errorf("settings are a %T, not a %T", settings, s)
		}
		return compile(s)
	}
}

// Build compiles settings into a pipeline for target, in the order of Order. A
// name that no kind has is an error, so that nothing stored is ignored.
func Build(target *exchange.Target, settings ...Settings) (*pipeline.Pipeline, error) {
	all, err := merge(settings)
	if err != nil {
		return nil, err
	}
	p := &pipeline.Pipeline{Target: target}
	for _, place := range Order {
		s, ok := all[place.Name]
		if !ok {
			continue
		}
		part, err := kinds[place.Name].New(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", place.Name, err)
		}
		add(p, part)
	}
	return p, nil
}

// merge joins settings; no two may name one kind.
func merge(settings []Settings) (Settings, error) {
	all := Settings{}
	for _, some := range settings {
		for name, s := range some {
			if _, known := kinds[name]; !known {
				return nil, fmt.Errorf("no plugin is called %q", name)
			}
			if _, twice := all[name]; twice {
				return nil, fmt.Errorf("plugin %q has settings twice", name)
			}
			all[name] = s
		}
	}
	return all, nil
}

func add(p *pipeline.Pipeline, part Part) {
	if part.Step != nil {
		p.Steps = append(p.Steps, part.Step)
	}
	if part.Finish != nil {
		p.Finish = append(p.Finish, part.Finish)
	}
	if part.Log != nil {
		p.Log = append(p.Log, part.Log)
	}
}
