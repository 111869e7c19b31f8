package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/notify"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		sendUntilKilled(dir)
	}
	os.Exit(m.Run())
}

var quiet = slog.New(slog.DiscardHandler)

// errDead is what a dead link says.
var errDead = errors.New("dial tcp 192.0.2.1:25: i/o timeout")

// radio is a channel that notes what it carried. It fails as says tells it; nil: never.
type radio struct {
	says func(*notify.Message) error
	took time.Duration // of a Send

	mu     sync.Mutex
	busy   bool
	tries  []sent
	sent   []sent
	kept   [][]string
	closed int
}

type sent struct {
	id, subject string
	at          time.Time
}

func (r *radio) enter() func() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy {
		panic("a channel is called concurrently with itself")
	}
	if r.closed > 0 {
		panic("a closed channel is called")
	}
	r.busy = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.busy = false
	}
}

func (r *radio) Send(ctx context.Context, m *notify.Message) (notify.Receipt, error) {
	defer r.enter()()
	select {
	case <-time.After(r.took):
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := sent{m.ID, m.Subject, time.Now()}
	r.tries = append(r.tries, s)
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if r.says != nil {
		if err := r.says(m); err != nil {
			return "", err
		}
	}
	r.sent = append(r.sent, s)
	return "250 ok " + notify.Receipt(m.Subject), nil
}

func (r *radio) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed++
	if r.busy {
		panic("a channel is closed while it sends")
	}
	return nil
}

func (r *radio) timesClosed() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

// afterwards returns a radio that goes on where this one has ended.
func (r *radio) afterwards() *radio {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &radio{says: r.says, tries: slices.Clone(r.tries), sent: slices.Clone(r.sent)}
}

func (r *radio) keptSoFar() [][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.kept)
}

func (r *radio) set(says func(*notify.Message) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.says = says
}

func subjects(list []sent) []string {
	var names []string
	for _, s := range list {
		names = append(names, s.subject)
	}
	return names
}

func (r *radio) heard() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return subjects(r.sent)
}

func (r *radio) tried() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return subjects(r.tries)
}

// keeper is a radio that is told of open alerts.
type keeper struct {
	*radio
	keepSays func() error
}

func (k keeper) Keep(ctx context.Context, open []notify.Alert) error {
	defer k.enter()()
	select {
	case <-time.After(k.took):
	case <-ctx.Done():
		return ctx.Err()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keepSays != nil {
		if err := k.keepSays(); err != nil {
			return err
		}
	}
	var keys []string
	for _, a := range open {
		keys = append(keys, a.Key)
	}
	slices.Sort(keys)
	k.kept = append(k.kept, keys)
	return nil
}

// dead is a link that carries nothing, bad one that carries all but some subjects.
func dead(*notify.Message) error { return errDead }

func bad(subjects ...string) func(*notify.Message) error {
	return func(m *notify.Message) error {
		if slices.Contains(subjects, m.Subject) {
			return errDead
		}
		return nil
	}
}

func refusing(subjects ...string) func(*notify.Message) error {
	return func(m *notify.Message) error {
		if slices.Contains(subjects, m.Subject) {
			return &notify.Refused{Err: errors.New("550 no such user")}
		}
		return nil
	}
}

// office is an outbox in a journal of its own.
type office struct {
	*Outbox
	t     testing.TB
	store *journal.Store
	dir   string
}

func openOffice(t testing.TB, dir string, o Options) *office {
	t.Helper()
	if o.Log == nil {
		o.Log = quiet
	}
	store, err := journal.Open(context.Background(), journal.Options{Dir: dir, Agent: "main_hall", Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(context.Background(), store, o)
	if err != nil {
		t.Fatal(err)
	}
	return &office{b, t, store, dir}
}

func (o *office) shut() {
	o.t.Helper()
	if err := o.Close(); err != nil {
		o.t.Error(err)
	}
	if err := o.store.Close(); err != nil {
		o.t.Error(err)
	}
}

// use employs carriers by name.
func (o *office) use(carriers map[string]notify.Channel) {
	channels := map[string]Channel{}
	for name, c := range carriers {
		channels[name] = Channel{Carrier: c, Timeout: 10 * time.Second}
	}
	o.SetChannels(channels)
}

func (o *office) commit(c Change) {
	o.t.Helper()
	if err := o.Commit(context.Background(), c); err != nil {
		o.t.Fatal(err)
	}
}

// say queues a message about alerts.
func (o *office) say(channel, subject string, occasion notify.Occasion, keys ...string) {
	o.t.Helper()
	o.commit(Change{Messages: []Addressed{to(channel, subject, occasion, keys...)}})
}

func to(channel, subject string, occasion notify.Occasion, keys ...string) Addressed {
	return Addressed{Channel: channel, Keys: keys, Message: &notify.Message{Occasion: occasion, Subject: subject, Text: "本文 " + subject}}
}

func (o *office) standing(channel string) Standing {
	for _, s := range o.Channels() {
		if s.Channel == channel {
			return s
		}
	}
	return Standing{}
}

// states returns the queue as "subject state", in the order of the list.
func (o *office) states() []string {
	o.t.Helper()
	list, err := o.Queue(context.Background(), 1000)
	if err != nil {
		o.t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Subject+" "+string(e.State))
	}
	return names
}

func payload(text string) json.RawMessage { return json.RawMessage(`{"text": "` + text + `"}`) }

func textLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// holdUntil is a transaction that holds the writer's connection.
func holdUntil(locked chan<- struct{}, unlock <-chan struct{}) func(*sql.Tx) error {
	return func(*sql.Tx) error {
		close(locked)
		<-unlock
		return nil
	}
}

// spoil changes the tables as another program would.
func spoil(t testing.TB, o *office, statement string) {
	t.Helper()
	err := o.store.Tables("").Update(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
