package heartbeat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/checks/internal/valuename"
)

// Push is one heartbeat. The zero Push says "ok" and no more.
type Push struct {
	// At is when it was received. [Inbox.Push] sets it.
	At time.Time
	// Failed tells that the sender reported a failure of its own.
	Failed bool
	Text   string             // one line; may be empty
	Values map[string]float64 // numbers worth a look; may be nil
}

const (
	// MaxBody is the most bytes of a push's body.
	MaxBody = 16 << 10
	// maxValues is how many of its numbers are kept.
	maxValues = 32
)

// ReadPush reads the body of a push, as the reference page describes it: nothing, text, or a JSON
// object. What begins with a brace is JSON whatever its content type says: senders forget the
// header, and a failure must not be taken for a sign of life. Its errors are fit to be sent back.
func ReadPush(body io.Reader) (Push, error) {
	data, err := io.ReadAll(io.LimitReader(body, MaxBody+1))
	switch {
	case err != nil:
		return Push{}, fmt.Errorf("reading the body: %w", err)
	case len(data) > MaxBody:
		return Push{}, fmt.Errorf("the body has more than %d bytes", MaxBody)
	case bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")):
		return readJSON(data)
	}
	return Push{Text: line(string(data))}, nil
}

func readJSON(data []byte) (Push, error) {
	var body struct {
		Status string             `json:"status"`
		Text   string             `json:"text"`
		Values map[string]float64 `json:"values"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return Push{}, fmt.Errorf("the body is not the JSON of a heartbeat: %w", err)
	}
	p := Push{Text: line(body.Text), Values: named(body.Values)}
	switch body.Status {
	case "", "ok":
	case "fail":
		p.Failed = true
	default:
		return Push{}, errors.New(`status must be "ok" or "fail"`)
	}
	return p, nil
}

// named keeps the numbers under names that metrics can have.
func named(values map[string]float64) map[string]float64 {
	out := make(map[string]float64, min(len(values), maxValues))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if slug := valuename.Slug(name); slug != "" && len(out) < maxValues {
			out[slug] = values[name]
		}
	}
	return out
}

func line(text string) string { return strings.TrimSpace(netdial.Clean(text)) }
