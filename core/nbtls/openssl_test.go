package nbtls

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestOpenSSLClient has `openssl s_client` verify our development certificate,
// talk, update its keys (command K) and resume its session.
func TestOpenSSLClient(t *testing.T) {
	bin, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here")
	}
	dir := t.TempDir()
	pair, err := SelfSigned(dir, testNow())
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"-tls1_2", "-tls1_3"} {
		t.Run(version[1:], func(t *testing.T) {
			server, _ := devConfigs(t, 0)
			certs, err := LoadCertificates(pair)
			if err != nil {
				t.Fatal(err)
			}
			server.GetCertificate = certs.Get
			session := dir + "/session" + version
			openssl(t, bin, newOpenSSLServer(t, func() *Conn { return NewServer(server) }), pair, version, "New,", "-sess_out", session)
			openssl(t, bin, newOpenSSLServer(t, func() *Conn { return NewServer(server) }), pair, version, "Reused,", "-sess_in", session)
		})
	}
}

// newOpenSSLServer accepts one connection and echoes in capitals; it returns
// its address.
func newOpenSSLServer(t *testing.T, fresh func() *Conn) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		sock, err := ln.Accept()
		if err != nil {
			return
		}
		l := startLoop(t, fresh(), sock, single)
		l.do(func() {
			l.onData = func(p []byte) {
				out, err := l.c.AppendWrite(nil, bytes.ToUpper(p))
				if err != nil {
					t.Errorf("AppendWrite: %v", err)
				}
				sock.Write(out)
			}
		})
	}()
	return ln.Addr().String()
}

func openssl(t *testing.T, bin, addr string, pair Pair, version, want string, more ...string) {
	t.Helper()
	args := append([]string{"s_client", "-connect", addr, version, "-servername", "abc.execute-api.localhost",
		"-verify_hostname", "abc.execute-api.localhost", "-CAfile", pair.CertFile, "-verify_return_error"}, more...)
	cmd := exec.Command(bin, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out := &safeBuffer{grown: make(chan struct{}, 1)}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := time.AfterFunc(testWait, func() { cmd.Process.Kill() })
	defer stop.Stop()
	steps := []string{"first words", "second words"}
	if version == "-tls1_3" {
		steps = []string{"first words", "K", "after key update"}
	}
	for _, step := range steps { // s_client wants one command per read
		fmt.Fprintln(in, step)
		if step == "K" {
			step = "keyupdate"
		}
		out.waitFor(t, strings.ToUpper(step))
	}
	io.WriteString(in, "Q\n")
	if err := cmd.Wait(); err != nil {
		t.Fatalf("openssl: %v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), want) {
		t.Errorf("openssl did not say %q:\n%s", want, out.String())
	}
}
