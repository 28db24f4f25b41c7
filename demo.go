package main

import (
	"fmt"

	"gatehouse/examples/demo"
)

// demo brings up the demo back end and, on an empty data folder, its API.
func (g *gateway) demo() error {
	if g.cfg.Signed() {
		return fmt.Errorf("it calls the management API unsigned: start without access-keys")
	}
	backend, err := demo.Serve(g.ctx)
	if err != nil {
		return err
	}
	g.log.Info("demo back end", "listen", backend)
	endpoint, paths, err := demo.Make(g.ctx, g.admin.Addr(), backend)
	if err != nil || endpoint == "" {
		return err
	}
	fmt.Printf("The demo API answers here, from a back end on http://%s:\n", backend)
	for _, p := range paths {
		fmt.Printf("\n  curl -i '%s%s'", endpoint, p)
	}
	fmt.Print("\n\n")
	return nil
}
