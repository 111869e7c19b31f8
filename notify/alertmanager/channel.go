package alertmanager

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/httpcall"
	"github.com/keizoku-bcp/keizoku/notify/internal/taken"
	"github.com/keizoku-bcp/keizoku/plan"
)

// batch is how many alerts go into one request: some 300 kB, which every proxy lets through.
const batch = 200

// channel implements [notify.Keeper].
type channel struct {
	client *httpcall.Client
	clocks *clocks
	urls   []httpcall.URL
	labels map[string]string

	turn *turn

	mu    sync.Mutex // over what follows
	taken taken.Ledger
	// told is how an open alert was last told, by its key. It is forgotten in a restart, and the
	// alert with the old labels then lapses by itself.
	told map[string]telling
	// closed is when alerts were closed that have not come back, for as long as a list of open ones
	// may be about that was made before.
	closed map[string]time.Time
}

// telling is what may change of an open alert's labels.
type telling struct {
	severity plan.AlertSeverity
	silence  string // "" when nothing silences it
}

const silenceLabel = "silence"

func tellingOf(a *notify.Alert) telling { return telling{a.Severity, a.Labels[silenceLabel]} }

// as is the alert as it was told before.
func (t telling) as(a notify.Alert) notify.Alert {
	a.Severity, a.Labels = t.severity, maps.Clone(a.Labels)
	delete(a.Labels, silenceLabel)
	if t.silence != "" {
		a.Labels[silenceLabel] = t.silence
	}
	return a
}

func newChannel(settings any, env *notify.Env) (notify.Channel, error) {
	s := settings.(*Settings)
	client, err := httpcall.New(&s.Settings, env.Secrets, s.URLs...)
	if err != nil {
		return nil, fmt.Errorf("alertmanager: %w", err)
	}
	return &channel{
		client: client, clocks: newClocks(client), urls: s.URLs, labels: s.Labels, turn: newTurn(),
		told: make(map[string]telling), closed: make(map[string]time.Time),
	}, nil
}

// Send implements [notify.Channel].
func (c *channel) Send(ctx context.Context, m *notify.Message) (notify.Receipt, error) {
	alerts := c.alerts(m)
	c.mark(alerts, time.Now())
	release, err := c.turn.send(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	posted := c.post(ctx, c.notYet(m.ID), alerts)
	c.note(m.ID, posted)
	if err := posted.err(); err != nil {
		return "", err
	}
	c.done(m.ID, alerts)
	return receipt(posted, len(c.urls)), nil
}

// Keep implements [notify.Keeper]. It gives way to messages: what it tells is told again soon.
func (c *channel) Keep(ctx context.Context, open []notify.Alert) error {
	ctx, release, err := c.turn.keep(ctx)
	if err != nil {
		return err
	}
	defer release()
	open = c.stillOpen(open)
	err = c.post(ctx, c.urls, open).err()
	if gaveWay(ctx) {
		return nil
	}
	if err == nil {
		c.remember(open)
	}
	return err
}

// mark notes what a message closes, before it is sent: from now on that is not open, whatever was
// listed before. What comes back under its key is.
func (c *channel) mark(alerts []notify.Alert, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.closed, func(_ string, at time.Time) bool { return now.Sub(at) > 2*notify.KeepFor })
	for _, a := range alerts {
		if a.EndsAt.IsZero() {
			delete(c.closed, a.Key)
		} else {
			c.closed[a.Key] = now
		}
	}
}

// stillOpen leaves out what was closed since the list was made.
func (c *channel) stillOpen(open []notify.Alert) []notify.Alert {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(open), func(a notify.Alert) bool {
		_, closed := c.closed[a.Key]
		return closed
	})
}

// alerts are those of the message, or one that stands for it.
func (c *channel) alerts(m *notify.Message) []notify.Alert {
	if len(m.Alerts) > 0 {
		return m.Alerts
	}
	return []notify.Alert{standIn(m)}
}

func (c *channel) wire(alerts []notify.Alert, now time.Time) (out []wireAlert) {
	for _, a := range alerts {
		out = append(out, toWire(a, c.labels, now))
	}
	return out
}

// superseded are the alerts that are told under another severity or silence than before, closed
// under the old one: to Alertmanager they are not the same.
func (c *channel) superseded(alerts []notify.Alert, now time.Time) (out []wireAlert) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range alerts {
		if before, ok := c.told[a.Key]; ok && before != tellingOf(&a) {
			old := before.as(a)
			old.EndsAt = now
			out = append(out, toWire(old, c.labels, now))
		}
	}
	return out
}

// done notes what all servers have taken.
func (c *channel) done(message string, alerts []notify.Alert) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taken.Forget(message)
	for _, a := range alerts {
		if a.Key != "" && a.EndsAt.IsZero() {
			c.told[a.Key] = tellingOf(&a)
		} else {
			delete(c.told, a.Key)
		}
	}
}

// remember makes the open alerts all that is known to have been told.
func (c *channel) remember(open []notify.Alert) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.told)
	for _, a := range open {
		c.told[a.Key] = tellingOf(&a)
	}
}

// notYet are the servers that have not taken the message.
func (c *channel) notYet(message string) (out []httpcall.URL) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, u := range c.urls {
		if !c.taken.Has(message, u.String()) {
			out = append(out, u)
		}
	}
	return out
}

// note remembers the servers that have.
func (c *channel) note(message string, p posted) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, err := range p.errs {
		if err == nil {
			c.taken.Add(message, p.urls[i].String())
		}
	}
}

// posted is what became of one post to several servers.
type posted struct {
	urls    []httpcall.URL
	answers []httpcall.Answer
	errs    []error
}

func (p posted) err() error { return notify.Join(p.errs...) }

// post tells each server of the alerts, all servers at once.
func (c *channel) post(ctx context.Context, urls []httpcall.URL, alerts []notify.Alert) posted {
	p := posted{urls, make([]httpcall.Answer, len(urls)), make([]error, len(urls))}
	var wg sync.WaitGroup
	for i, u := range urls {
		wg.Go(func() { p.answers[i], p.errs[i] = c.tell(ctx, u, alerts) })
	}
	wg.Wait()
	return p
}

// tell tells one server of the alerts, in its own time. It returns the last answer.
func (c *channel) tell(ctx context.Context, u httpcall.URL, alerts []notify.Alert) (answer httpcall.Answer, err error) {
	if len(alerts) == 0 {
		return answer, nil
	}
	now := c.clocks.now(ctx, u)
	return c.put(ctx, u, bodies(append(c.superseded(alerts, now), c.wire(alerts, now)...)))
}

func (c *channel) put(ctx context.Context, u httpcall.URL, bodies [][]byte) (answer httpcall.Answer, err error) {
	var errs []error
	for _, body := range bodies {
		answer, err = c.client.Do(ctx, request(u, body), reason)
		c.clocks.note(u, answer)
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	return answer, notify.Join(errs...)
}

func request(server httpcall.URL, body []byte) httpcall.Request {
	return httpcall.Request{
		Method: http.MethodPost, URL: httpcall.URL{URL: server.JoinPath("api/v2/alerts")}, Body: body,
		Header: http.Header{"Content-Type": {"application/json"}},
	}
}

// bodies makes requests of at most [batch] alerts.
func bodies(alerts []wireAlert) (out [][]byte) {
	for part := range slices.Chunk(alerts, batch) {
		body, err := json.Marshal(part)
		if err != nil { // strings and times: it does not happen
			continue
		}
		out = append(out, body)
	}
	return out
}

// reason finds Alertmanager's own words in the body of an error: a JSON text, or go-openapi's
// {"code": …, "message": "…"}.
func reason(body string) string {
	var text string
	if json.Unmarshal([]byte(body), &text) == nil {
		return text
	}
	var object struct{ Message string }
	if json.Unmarshal([]byte(body), &object) == nil && object.Message != "" {
		return object.Message
	}
	return body
}

func receipt(p posted, servers int) notify.Receipt {
	statuses := make(map[string]bool)
	for _, a := range p.answers {
		statuses[a.Status] = true
	}
	said := strings.Join(slices.Sorted(maps.Keys(statuses)), ", ")
	if servers == 1 {
		return notify.Receipt(said)
	}
	if len(p.urls) < servers {
		return notify.Receipt(fmt.Sprintf("%s from %d Alertmanagers, the last %d now", said, servers, len(p.urls)))
	}
	return notify.Receipt(fmt.Sprintf("%s from %d Alertmanagers", said, servers))
}
