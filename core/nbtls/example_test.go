package nbtls_test

import (
	"crypto/tls"
	"fmt"
	"os"
	"time"

	"gatehouse/core/nbtls"
)

// A server's Conn and a client's, each on a loop of its own; here both loops
// are the example's goroutine, and the sockets are two channels.
func Example() {
	dir, err := os.MkdirTemp("", "nbtls")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	server, client := exampleConfigs(dir)

	shakes := nbtls.NewHandshakes(nbtls.HandshakeOptions{Max: 100, Timeout: time.Minute})
	defer shakes.Close()
	s, c := nbtls.NewServer(server), nbtls.NewClient(client)
	toServer, toClient, done := make(chan []byte, 16), make(chan []byte, 16), make(chan error, 2)
	for conn, wire := range map[*nbtls.Conn]chan []byte{s: toClient, c: toServer} {
		if err := shakes.Start(conn, func(b []byte) { wire <- b }, func(err error) { done <- err }); err != nil {
			panic(err)
		}
	}
	for ended := 0; ended < 2; { // the loop
		select {
		case b := <-toServer:
			s.Push(b)
		case b := <-toClient:
			c.Push(b)
		case err := <-done:
			if err != nil {
				panic(err)
			}
			ended++
		}
	}

	out, _ := c.AppendWrite(nil, []byte("hello"))
	s.Push(out[:9]) // in mid-record
	p := make([]byte, 100)
	_, err = s.Read(p)
	fmt.Println(err == nbtls.ErrWouldBlock)
	s.Push(out[9:])
	n, _ := s.Read(p)
	fmt.Printf("%s over %s\n", p[:n], tls.VersionName(s.Version()))
	// Output:
	// true
	// hello over TLS 1.3
}

func exampleConfigs(dir string) (server, client *tls.Config) {
	pair, err := nbtls.SelfSigned(dir, time.Now())
	if err != nil {
		panic(err)
	}
	certs, err := nbtls.LoadCertificates(pair)
	if err != nil {
		panic(err)
	}
	if server, err = nbtls.ServerConfig(nbtls.ServerOptions{Certificates: certs}); err != nil {
		panic(err)
	}
	if client, err = nbtls.ClientConfig(nbtls.ClientOptions{CAFile: pair.CertFile, ServerName: "localhost"}); err != nil {
		panic(err)
	}
	return server, client
}
