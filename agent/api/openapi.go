package api

import (
	_ "embed"
	"io"
	"net/http"
)

// document is written from [Routes] and the Go types by the command in the folder openapi; a test
// fails when it is stale. See https://spec.openapis.org/oas/v3.1.1.html.
//
//go:generate go run ./openapi -out openapi.json
//go:embed openapi.json
var document string

// OpenAPI is the OpenAPI 3.1 document of the API, as JSON.
func OpenAPI() []byte { return []byte(document) }

// openapi is the document of this version; whoever asks again after a minute may get another.
func (s *server) openapi(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Cache-Control", "max-age=60")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, document)
}
