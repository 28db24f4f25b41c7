//go:build !race

package apigatewayv2

const raceEnabled = false
