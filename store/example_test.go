package store_test

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/store"
)

func ExampleStore() {
	ctx := context.Background()
	s := store.OpenMemory()
	defer func() { _ = s.Close() }()

	revision, err := s.Create(ctx, "apis/a1b2c3", []byte(`{"Name":"shop"}`))
	if err != nil {
		panic(err)
	}
	if _, err := s.Update(ctx, "apis/a1b2c3", []byte(`{"Name":"store"}`), revision); err != nil {
		panic(err)
	}
	_, err = s.Update(ctx, "apis/a1b2c3", []byte(`{"Name":"late"}`), revision)
	fmt.Println("the second update is refused:", errors.Is(err, store.ErrConflict))

	w, err := s.Watch(ctx, "apis/")
	if err != nil {
		panic(err)
	}
	defer w.Stop()
	for c := range w.Changes() {
		if c == nil {
			break // all that was there
		}
		fmt.Printf("%s %s\n", c.Key, c.Value)
	}
	// Output:
	// the second update is refused: true
	// apis/a1b2c3 {"Name":"store"}
}
