package sigv4_test

import (
	"fmt"
	"time"

	"gatehouse/protocols/sigv4"
)

// A request signed here is verified there.
func ExampleSignature_Verify() {
	now := time.Date(2026, 2, 4, 10, 20, 0, 0, time.UTC)
	hash := sigv4.BodyHash([]byte(`{"name":"shop"}`))
	r := &sigv4.Request{Method: "POST", Path: "/v2/apis", Fields: []sigv4.Field{{Name: "Host", Value: "localhost:4566"}}}
	id := sigv4.Identity{AccessKey: "AKIDEXAMPLE", Secret: "secret", Region: "us-east-1", Service: "apigateway"}
	r.Fields = append(r.Fields, id.Sign(r, hash, now)...)

	sig, err := sigv4.Parse(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sig.AccessKey, sig.Region, sig.Service)
	fmt.Println(sig.Verify(r, sigv4.Check{Secret: "secret", BodyHash: hash, Now: now}))
	fmt.Println(sig.Verify(r, sigv4.Check{Secret: "secret", BodyHash: hash, Now: now.Add(6 * time.Minute)}))
	// Output:
	// AKIDEXAMPLE us-east-1 apigateway
	// <nil>
	// InvalidSignatureException (403): Signature expired: 20260204T102000Z is now earlier than 20260204T102100Z (20260204T102600Z - 5 min.)
}
