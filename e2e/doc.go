// Package e2e tests the real binary with the clients that people have: the AWS
// CLI, boto3, the Go and JavaScript SDKs, Terraform, curl. It holds tests only.
// A test whose client is not on the machine skips and says so; `make deps`
// installs those that Debian and npm have.
package e2e
