//go:build race

package port

const raceEnabled = true // everything is ten times as slow
