package agent

import (
	"bufio"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/rules"
)

// reader reads an event stream.
type reader struct {
	*testing.T
	lines *bufio.Scanner
	close func()
}

// stream opens the event stream behind an event; after none when last is negative.
func (o *office) stream(query string, last int64) *reader {
	o.Helper()
	ctx, cancel := context.WithTimeout(o.Context(), 30*time.Second)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+o.agent.Addr()+"/api/v1/events?"+query, nil)
	if err != nil {
		o.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if last >= 0 {
		req.Header.Set("Last-Event-ID", strconv.FormatInt(last, 10))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		o.Fatal(err)
	}
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		o.Fatalf("a stream of %s", kind)
	}
	r := &reader{o.T, bufio.NewScanner(resp.Body), func() { cancel(); _ = resp.Body.Close() }}
	o.Cleanup(r.close)
	return r
}

// next returns the next event; false when the stream has ended.
func (r *reader) next() (api.Event, bool) {
	r.Helper()
	for r.lines.Scan() {
		if data, ok := strings.CutPrefix(r.lines.Text(), "data: "); ok {
			return decode[api.Event](r.T, data), true
		}
	}
	return api.Event{}, false
}

func TestStreamDeliversAndResumes(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.start()
	stream := o.stream("", -1)
	for want := int64(1); ; want++ {
		e, ok := stream.next()
		if !ok || e.Seq != want {
			t.Fatalf("event %d, want %d", e.Seq, want)
		}
		if e.Kind == "plan_loaded" {
			break
		}
	}
	first := o.act("note", rules.AddNote{Text: "一"})
	if e, _ := stream.next(); e.ID != first.ID || e.Actor.By != "課長" {
		t.Errorf("got %+v, want %+v", e, first)
	}
	stream.close()
	o.act("note", rules.AddNote{Text: "二"})
	resumed := o.stream("", first.Seq)
	third := o.act("note", rules.AddNote{Text: "三"})
	for _, want := range []int64{first.Seq + 1, third.Seq} {
		if e, ok := resumed.next(); !ok || e.Seq != want {
			t.Errorf("resumed with %d, want %d", e.Seq, want)
		}
	}
	of := o.stream("kind=note_added&limit=1", 0)
	for _, want := range []int64{first.Seq, first.Seq + 1, third.Seq} { // more than the limit, which is a page's
		if e, ok := of.next(); !ok || e.Seq != want {
			t.Errorf("notes: %d, want %d", e.Seq, want)
		}
	}
}

func TestStreamsEndAtStop(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.start()
	stream := o.stream("", -1)
	if _, ok := stream.next(); !ok {
		t.Fatal("nothing comes")
	}
	o.agent.Stop("test")
	for {
		if _, ok := stream.next(); !ok {
			break
		}
	}
	if err := stream.lines.Err(); err != nil {
		t.Errorf("the stream was broken off rather than ended: %v", err)
	}
}

func TestListsOfEvents(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.start()
	for range 5 {
		o.act("note", rules.AddNote{Text: "x", System: "records"})
	}
	seqs := func(query string) (all []int64) {
		for _, e := range decode[struct{ Events []api.Event }](t, o.get("/api/v1/events?"+query)).Events {
			all = append(all, e.Seq)
		}
		return all
	}
	// The systems, which nobody serves, may fail at any moment and add events of their own.
	whole, notes := seqs("limit=0"), seqs("kind=note_added")
	if len(notes) != 5 {
		t.Fatalf("5 notes were taken, these are listed: %v", notes)
	}
	for query, want := range map[string][]int64{
		"kind=note_added&limit=2":                notes[3:],
		"after=1&limit=2":                        whole[1:3],
		"system=records&kind=note_added&limit=1": notes[4:],
		"system=mail&kind=note_added":            nil,
		"kind=agent_started,plan_loaded":         {1, 2},
		"kind=nonsense":                          nil,
		"from=2100-01-01T00:00:00Z":              nil,
	} {
		if got := seqs(query); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}
