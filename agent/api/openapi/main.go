// Command openapi writes the OpenAPI 3.1 document of the agent's HTTP API: from the table of its
// routes, the Go types that these take and give, and the comments on them. It is run where the
// source is (go generate ./agent/api), so that the agent itself needs neither source nor library to
// serve the document.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "openapi.json", "File to write.")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func write(path string) error {
	data, err := generate()
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
