//go:build race

package apigatewayv2

const raceEnabled = true // everything is ten times as slow
