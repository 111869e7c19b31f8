package alertmanager

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/notify/internal/httpcall"
)

// clocks are those of the servers. Alertmanager judges by its own clock whether an alert has ended,
// and the agent's may be years off after a power cut: by that, all that is open would be over.
type clocks struct {
	client *httpcall.Client

	mu sync.Mutex
	by map[string]reading // by address
}

// reading is what a server's clock said, and when that was by the monotonic clock of this process,
// which no step of the machine's clock moves.
type reading struct{ server, here time.Time }

func newClocks(client *httpcall.Client) *clocks {
	return &clocks{client: client, by: make(map[string]reading)}
}

// now is the time on a server's clock. Before the first request to it the server is asked; one that
// does not say has the machine's clock.
func (c *clocks) now(ctx context.Context, u httpcall.URL) time.Time {
	if r, known := c.read(u); known {
		return r.server.Add(time.Since(r.here))
	}
	request := httpcall.Request{Method: http.MethodGet, URL: httpcall.URL{URL: u.JoinPath("-/ready")}}
	answer, _ := c.client.Do(ctx, request, nil) // whatever it answers, it says when
	c.note(u, answer)
	if r, known := c.read(u); known {
		return r.server
	}
	return time.Now()
}

func (c *clocks) read(u httpcall.URL) (r reading, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, known = c.by[u.String()]
	return r, known
}

// note takes the time from an answer of the server.
func (c *clocks) note(u httpcall.URL, a httpcall.Answer) {
	if a.Date.IsZero() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by[u.String()] = reading{a.Date, time.Now()}
}
