package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"gatehouse/benchmarks/proc"
)

const haproxyConfig = `global
  nbthread {workers}
  maxconn 8000
  ssl-default-bind-options ssl-min-ver TLSv1.3
  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
defaults
  mode http
  option http-keep-alive
  timeout connect 5s
  timeout client 600s
  timeout server 60s
  timeout http-keep-alive 600s
frontend clients
  bind {plain} shards by-thread
  bind {tls} shards by-thread ssl crt {both}
  unique-id-format %[uuid()]
  http-request return status 200 content-type application/json file {file} hdr Apigw-Requestid %[unique-id] if { path {local} }
  http-request set-header Forwarded by=%[dst];for=%[src];host=%[req.hdr(host)];proto=%[ssl_fc,iif(https,http)]
  http-request set-header Via "HTTP/1.1 AmazonAPIGateway"
  http-request set-header X-Amzn-Trace-Id Root=1-%[unique-id]
  http-request set-header Host {backend}
  http-response set-header Apigw-Requestid %[unique-id]
  default_backend backend
backend backend
  http-reuse always
  server one {backend} pool-max-conn -1
`

func startHaproxy(ctx context.Context, s site) (*instance, error) {
	in, err := newInstance()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(s.Dir, "answer.json")
	if err := os.WriteFile(file, []byte(answer("")), 0o600); err != nil {
		return nil, err
	}
	path, err := s.writeConfig("haproxy.cfg", haproxyConfig, "{workers}", fmt.Sprint(s.Workers), "{file}", file,
		"{plain}", in.plain, "{tls}", in.tls, "{backend}", s.Backend, "{local}", localPath, "{both}", s.Cert.Both)
	if err != nil {
		return nil, err
	}
	return launch(ctx, s, in, proc.Command{Name: "haproxy", Dir: s.Dir, Path: "haproxy", Args: []string{"-db", "-f", path}})
}

func haproxyVersion(ctx context.Context, _ settings) (string, error) {
	return firstLine(ctx, "haproxy", "-v")
}
