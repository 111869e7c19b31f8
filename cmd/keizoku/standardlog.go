package main

import (
	"log"
	"log/slog"
)

// adoptStandardLog takes in what libraries write to Go's standard logger, such as net/http's complaints
// about servers: a stray line would break a log in JSON, and a strange server would fill one for people.
func adoptStandardLog(into *slog.Logger) {
	log.SetFlags(0)
	log.SetOutput(slog.NewLogLogger(into.Handler(), slog.LevelDebug).Writer())
}
