package main

import (
	"context"
	"path/filepath"

	"gatehouse/benchmarks/proc"
)

const caddyConfig = `{
	admin off
	auto_https off
	persist_config off
	default_bind 127.0.0.1
	log {
		output stderr
		level ERROR
	}
}
(routes) {
	header Apigw-Requestid {http.request.uuid}
	handle {local} {
		header Content-Type application/json
		respond ` + "`{answer}`" + ` 200
	}
	handle {
		reverse_proxy {backend} {
			header_up -X-Forwarded-*
			header_up Host {backend}
			header_up Forwarded "by={http.request.local.host};for={http.request.remote.host};host={http.request.host};proto={http.request.scheme}"
			header_up Via "HTTP/1.1 AmazonAPIGateway"
			header_up X-Amzn-Trace-Id "Root=1-{http.request.uuid}"
			transport http {
				compression off
				keepalive 600s
				keepalive_idle_conns 1024
				keepalive_idle_conns_per_host 1024
			}
		}
	}
}
http://:{plain port} {
	import routes
}
https://:{tls port} {
	tls {cert} {key}
	import routes
}
`

func startCaddy(ctx context.Context, s site) (*instance, error) {
	in, err := newInstance()
	if err != nil {
		return nil, err
	}
	binary, err := filepath.Abs(s.Caddy)
	if err != nil {
		return nil, err
	}
	path, err := s.writeConfig("Caddyfile", caddyConfig, "{answer}", answer(""), "{backend}", s.Backend,
		"{plain port}", port(in.plain), "{tls port}", port(in.tls), "{local}", localPath,
		"{cert}", s.Cert.Cert, "{key}", s.Cert.Key)
	if err != nil {
		return nil, err
	}
	return launch(ctx, s, in, proc.Command{Name: "caddy", Dir: s.Dir, Path: binary,
		Args: []string{"run", "--adapter", "caddyfile", "--config", path},
		Env:  []string{"HOME=" + s.Dir, "XDG_DATA_HOME=" + s.Dir, "XDG_CONFIG_HOME=" + s.Dir}})
}

func caddyVersion(ctx context.Context, s settings) (string, error) {
	return firstLine(ctx, s.Caddy, "version")
}
