// Package routing chooses what serves a request: the host, the API mapping, the
// stage and the route. It is pure: no I/O, no clock, no locks. Everything it
// builds is immutable, so any number of goroutines may match at once, and no
// match allocates.
//
// The order of a request is Hosts.Match (or SplitPathForm), then
// Mappings.Match on a custom domain or a method of Stages on a default
// hostname, then Table.Match on the path that is left.
//
// # Which form of the path to match
//
// Everything here compares bytes and decodes nothing by itself; the caller says
// which form it matches by passing it.
//
//   - REST APIs match the path as sent, and parameters stay percent-encoded.
//   - HTTP APIs hand a decoded path and decoded parameters to the back end. Two
//     ways lead there. Recommended: AppendDecodedPath first, then stage and
//     route on its result; parameters are then decoded already. What was matched
//     is what the back end sees, so "/%61dmin" cannot pass an authorizer of
//     "/admin" by way of "/{proxy+}", and "%2F" separates segments. The other
//     way is to match the path as sent and to give each parameter to
//     AppendUnescaped: then "%2F" stays inside its segment.
package routing
