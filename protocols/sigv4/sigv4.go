// Package sigv4 reads, verifies and makes AWS Signature Version 4 (AWS4-HMAC-SHA256)
// in the Authorization header and in presigned queries. It knows requests as
// method, raw path, raw query and fields, so that it serves net/http and the
// gateway's own exchanges alike, and uses no AWS SDK.
package sigv4
