// Package apitest holds what the agent takes and gives against its OpenAPI document. It is as strict
// as can be: a member that the document does not have is an error, although clients must bear it.
// For tests alone: no program depends on it, nor on the libraries below.
package apitest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	problems "github.com/pb33f/libopenapi-validator/errors"
)

// Document is an OpenAPI document. It may not be used by several goroutines at once.
type Document struct{ checks validator.Validator }

// Open reads a document and checks that it is one, by the schema of OpenAPI itself.
func Open(data []byte) (*Document, error) {
	strict, err := closed(data)
	if err != nil {
		return nil, err
	}
	read, err := libopenapi.NewDocument(strict)
	if err != nil {
		return nil, fmt.Errorf("this is no OpenAPI document: %w", err)
	}
	checks, all := validator.NewValidator(read, config.WithFormatAssertions(), config.WithRejectUndeclaredRequestBody())
	if len(all) > 0 {
		return nil, fmt.Errorf("this is no OpenAPI document: %w", errors.Join(all...))
	}
	d := &Document{checks}
	if ok, found := checks.ValidateDocument(); !ok {
		return nil, told("the document", found)
	}
	return d, nil
}

// closed refuses members that an object's schema does not have, and gives what is sent line by line
// a schema that one line can be held against.
func closed(data []byte) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	walk(doc, func(node map[string]any) {
		_, object := node["properties"]
		if _, said := node["additionalProperties"]; object && !said && node["type"] == "object" {
			node["additionalProperties"] = false
		}
		if content, ok := node["content"].(map[string]any); ok && content[linesType] != nil {
			content[jsonType] = content[linesType]
		}
	})
	return json.Marshal(doc)
}

func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, child := range v {
			walk(child, visit)
		}
	case []any:
		for _, child := range v {
			walk(child, visit)
		}
	}
}

// Request holds a request against the document. Its body can be read again afterwards.
func (d *Document) Request(r *http.Request) error {
	_, found := d.checks.ValidateHttpRequestSync(r)
	return told(r.Method+" "+r.URL.RequestURI(), found)
}

// The types of answers of many lines, and of their lines.
const (
	jsonType   = "application/json"
	linesType  = "application/x-ndjson"
	eventsType = "text/event-stream"
)

// Answer holds an answer against the document; of one of many lines, each line.
func (d *Document) Answer(r *http.Request, a *http.Response) error {
	body, err := io.ReadAll(a.Body)
	if err != nil {
		return err
	}
	media, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil && a.StatusCode != http.StatusNoContent {
		return fmt.Errorf("%s %s: Content-Type %q: %w", r.Method, r.URL.RequestURI(), a.Header.Get("Content-Type"), err)
	}
	switch media {
	case linesType:
		return d.lines(r, a, body, "", func(line []byte) []byte { return line })
	case eventsType:
		return d.lines(r, a, body, "data: ", func(line []byte) []byte { return fmt.Appendf(nil, `{"events":[%s]}`, line) })
	}
	return d.one(r, a, body)
}

func (d *Document) lines(r *http.Request, a *http.Response, body []byte, prefix string, wrap func([]byte) []byte) error {
	seen := 0
	scanner := bufio.NewScanner(bytes.NewReader(body))
	scanner.Buffer(nil, len(body)+1)
	for scanner.Scan() {
		line, ok := bytes.CutPrefix(scanner.Bytes(), []byte(prefix))
		if !ok {
			continue
		}
		seen++
		as := *a
		as.Header = http.Header{"Content-Type": {jsonType}}
		if err := d.one(r, &as, wrap(line)); err != nil {
			return err
		}
	}
	if seen == 0 {
		return fmt.Errorf("%s %s: no line to hold against the document", r.Method, r.URL.RequestURI())
	}
	return nil
}

func (d *Document) one(r *http.Request, a *http.Response, body []byte) error {
	a.Body = io.NopCloser(bytes.NewReader(body))
	_, found := d.checks.ValidateHttpResponse(r, a)
	return told(fmt.Sprintf("%s %s: %d", r.Method, r.URL.RequestURI(), a.StatusCode), found)
}

func told(what string, found []*problems.ValidationError) error {
	if len(found) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s is not as the document has it:", what)
	for _, f := range found {
		fmt.Fprintf(&b, "\n  %s: %s", f.Message, f.Reason)
		for _, s := range f.SchemaValidationErrors {
			fmt.Fprintf(&b, "\n    %s %s: %s", s.FieldPath, s.KeywordLocation, s.Reason)
		}
	}
	return errors.New(b.String())
}
