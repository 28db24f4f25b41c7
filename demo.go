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
	if err := demo.Serve(g.ctx); err != nil {
		return err
	}
	endpoint, paths, err := demo.Make(g.ctx, g.admin.Addr())
	if err != nil || endpoint == "" {
		return err
	}
	fmt.Println("The demo API answers here:")
	for _, p := range paths {
		fmt.Printf("\n  curl -i '%s%s'", endpoint, p)
	}
	fmt.Print("\n\n")
	return nil
}
