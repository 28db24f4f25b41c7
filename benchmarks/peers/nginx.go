package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"gatehouse/benchmarks/proc"
)

// nginxMain is what both uses of nginx share. Keep-alive never ends by count,
// and a 10 KB body stays in memory.
const nginxMain = `daemon off;
{user}
worker_processes {workers};
worker_rlimit_nofile 20000;
pid nginx.pid;
error_log stderr error;
events { worker_connections 16384; }
http {
  access_log off;
  default_type application/json;
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_body_buffer_size 64k;
  client_body_temp_path client_body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
`

const nginxBackend = nginxMain + `  server {
    listen {plain} reuseport;
    location / { return 200 '{answer}'; }
    location = /post { return 200 '{post}'; }
  }
}
`

const nginxProxy = nginxMain + `  upstream backend {
    server {backend};
    keepalive 1024;
    keepalive_requests 100000000;
    keepalive_timeout 600s;
  }
  ssl_certificate {cert};
  ssl_certificate_key {key};
  ssl_protocols TLSv1.3;
  ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
  server {
    listen {plain} reuseport;
    listen {tls} ssl reuseport;
    add_header Apigw-Requestid $request_id;
    location = {local} { return 200 '{answer}'; }
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host {backend};
      proxy_set_header Forwarded "by=$server_addr;for=$remote_addr;host=$host;proto=$scheme";
      proxy_set_header Via "HTTP/1.1 AmazonAPIGateway";
      proxy_set_header X-Amzn-Trace-Id "Root=1-$request_id";
    }
  }
}
`

// startBackend starts the one back end. nginx's own return is what answers
// fastest of all programs here, as the table's row backend shows, and it reads
// and drops a request's body.
func startBackend(ctx context.Context, s site) (*instance, error) {
	addrs, err := proc.FreeAddrs(1)
	if err != nil {
		return nil, err
	}
	return startNginxWith(ctx, s, &instance{plain: addrs[0], host: anyHost, local: localExchange()}, nginxBackend)
}

// startBackendAlone is the row that measures the back end without a proxy.
func startBackendAlone(ctx context.Context, s site) (*instance, error) {
	return startBackend(ctx, s)
}

func startNginx(ctx context.Context, s site) (*instance, error) {
	in, err := newInstance()
	if err != nil {
		return nil, err
	}
	return startNginxWith(ctx, s, in, nginxProxy)
}

func startNginxWith(ctx context.Context, s site, in *instance, template string) (*instance, error) {
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;" // its workers must reach the folder of the run
	}
	path, err := s.writeConfig("nginx.conf", template, "{user}", user, "{workers}", fmt.Sprint(s.Workers),
		"{plain}", in.plain, "{tls}", in.tls, "{backend}", s.Backend, "{local}", localPath,
		"{cert}", s.Cert.Cert, "{key}", s.Cert.Key, "{answer}", answer(""),
		"{post}", strings.Replace(answer(postLength), postLength, "$content_length", 1))
	if err != nil {
		return nil, err
	}
	return launch(ctx, s, in, proc.Command{Name: "nginx", Dir: s.Dir, Path: "nginx", Args: []string{"-p", s.Dir, "-c", path}})
}

func nginxVersion(ctx context.Context, _ settings) (string, error) {
	return firstLine(ctx, "nginx", "-v")
}

// firstLine runs a program and gives the first line it prints.
func firstLine(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line), err
}
