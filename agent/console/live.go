package console

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/sse"
)

// Times of the stream of changes.
const (
	// liveLife is how long one connection lasts. The browser opens the next by itself; of a reader
	// who has stopped reading nothing is left.
	liveLife = 15 * time.Minute
	// liveRetry is after how long a browser opens it again.
	liveRetry = 2 * time.Second
)

// live tells a browser when its page has changed; the browser then fetches the page. Each message is the agent's clock in milliseconds of Unix time.
// It is small and the same for all, so a slow reader delays nobody.
func (c *console) live(w http.ResponseWriter, r *http.Request) {
	stream := sse.Begin(w)
	if r.Method == http.MethodHead {
		return
	}
	leave := c.pulse.join()
	defer leave()
	ctx, cancel := context.WithTimeout(r.Context(), liveLife)
	defer cancel()
	line := fmt.Appendf(nil, "retry: %d\n", liveRetry.Milliseconds())
	for b := c.pulse.first(ctx); b != nil; b = b.after(ctx) {
		line = fmt.Appendf(line, "data: %d\n\n", b.clock().UnixMilli())
		if _, err := stream.Write(line); err != nil || stream.Flush() != nil {
			return
		}
		line = line[:0]
	}
}
