// Package openapi reads and writes OpenAPI documents with AWS's extensions: a
// document on one side, what the operations of apigateway and apigatewayv2
// store on the other. It touches neither store nor network.
//
// # Own document model
//
// Documents are trees of Node over encoding/json and yaml.v3, and not the types
// of an OpenAPI library. Imports here are read for what AWS takes from them:
// 2.0 and 3.0 side by side, extensions whose values are anything, unknown members
// passed over, names and responses in the order in which they were written.
// Exports are compared byte by byte. The typed models of libraries cover one
// version each, refuse what AWS accepts, and lose order; what they would add,
// validation against the OpenAPI schema, AWS doesn't do.
//
// # Limits
//
// A document has at most MaxBytes; its tree, with YAML aliases counted where
// they are used, at most maxNodes nodes and maxDepth levels. References stay
// within the document and may be chained maxRefs times. Schemas are never
// expanded, so that they may refer to themselves.
package openapi
