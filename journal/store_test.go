package journal

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var noon = time.Date(2026, 4, 1, 12, 0, 0, 123456789, time.FixedZone("JST", 9*3600))

// sameEvent compares events; an Unknown by its text.
var sameEvent = cmp.Options{cmp.AllowUnexported(Unknown{}), cmpopts.EquateEmpty()}

func testOptions(dir string) Options {
	return Options{
		Dir: dir, Agent: "main_hall", Run: NewID(noon), Boot: "boot-1",
		Log: slog.New(slog.DiscardHandler),
	}
}

func open(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func shut(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func note(text string, at time.Time) Event {
	return Event{At: at, Subject: "mail", Payload: NoteAdded{Text: text}}
}

func add(t testing.TB, s *Store, drafts ...Event) []Event {
	t.Helper()
	events, err := s.Append(context.Background(), drafts...)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func read(t testing.TB, s *Store, q Query) []Event {
	t.Helper()
	var events []Event
	for e, err := range s.Read(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

func seqs(events []Event) []int64 {
	var list []int64
	for _, e := range events {
		list = append(list, e.Seq)
	}
	return list
}

func wantIntact(t testing.TB, s *Store, events int64) {
	t.Helper()
	report, err := s.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK() || report.Events != events {
		t.Errorf("Verify = %+v, want %d events without a break", report, events)
	}
}

// statement runs SQL as another program would.
func statement(t testing.TB, dir, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", fileURI(filepath.Join(dir, FileName))+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func TestEventsReadBackAsAppended(t *testing.T) {
	o := testOptions(filepath.Join(t.TempDir(), "状態 #1%?", "state"))
	s := open(t, o)
	id := NewID(noon)
	wrote := add(t, s,
		Event{ID: id, At: noon, Subject: "mail", Payload: OutageOpened{
			System: "mail", FirstBadAt: noon.Add(-time.Minute), Reason: "refused", Text: "<接続拒否> & \"x\"",
			Terms: Terms{Allowance: "4h", Deadline: noon.Add(4 * time.Hour)},
		}},
		Event{At: noon.Add(1), Subject: "mail", Estimated: true, Drill: true,
			Actor:   &Actor{User: "yamada", Via: "socket", By: "山田"},
			Payload: Acknowledged{Outage: id, System: "mail", Why: "復旧中\x00\n"}},
	)
	wrote = append(wrote, add(t, s, Event{At: noon.Add(2), Payload: Unknown{"step_ticked", []byte(`{"step":"7"}`)}})...)
	if wrote[0].ID != id || wrote[0].Seq != 1 || wrote[0].Prev != "" || wrote[0].Kind != KindOutageOpened {
		t.Errorf("first event is %+v", wrote[0])
	}
	if wrote[1].Agent != o.Agent || wrote[1].Run != o.Run || wrote[1].Boot != o.Boot || len(wrote[1].Prev) != 64 {
		t.Errorf("second event is %+v", wrote[1])
	}
	shut(t, s)

	s = open(t, o)
	if diff := cmp.Diff(wrote, read(t, s, Query{}), sameEvent); diff != "" {
		t.Errorf("read differs from what Append returned (-wrote +read):\n%s", diff)
	}
	if st := s.Status(); st.Events != 3 || st.LastSeq != wrote[2].Seq {
		t.Errorf("Status = %+v", st)
	}
	wantIntact(t, s, 3)
}

// A live run must fold what a replay folds: nothing that the text on disk does not hold.
func TestAppendReturnsWhatWasWritten(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	now := time.Now() // with a monotonic reading
	e := add(t, s, Event{At: now, Payload: &NoteAdded{Text: "x", About: now}})[0]
	got, ok := e.Payload.(NoteAdded)
	if !ok || got.About != got.About.Round(0) || !got.About.Equal(now) || e.At != now.UTC().Round(0) {
		t.Errorf("event is %+v", e)
	}
}

func TestDraftsThatMakeNoSense(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	for name, bad := range map[string]Event{
		"no payload":   {At: noon, Kind: KindNoteAdded},
		"wrong kind":   {At: noon, Kind: KindETAGiven, Payload: NoteAdded{}},
		"id":           {At: noon, ID: "outage-7", Payload: NoteAdded{}},
		"no time":      {Payload: NoteAdded{}},
		"not JSON":     {At: noon, Payload: Unknown{"x", []byte("{")}},
		"distant year": {At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), Payload: NoteAdded{}},
	} {
		if _, err := s.Append(t.Context(), note("good", noon), bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Append(cancelled, note("late", noon)); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is done: %v", err)
	}
	if events := read(t, s, Query{}); len(events) != 0 {
		t.Errorf("refused calls left %d events", len(events))
	}
}

func TestTimeNeverGoesBackwards(t *testing.T) {
	o := testOptions(t.TempDir())
	s := open(t, o)
	add(t, s, note("a", noon))
	shut(t, s)
	s = open(t, o)
	events := add(t, s, note("b", noon.Add(-time.Hour)), note("c", noon), note("d", noon.Add(1)))
	for i, want := range []Event{{At: noon, Estimated: true}, {At: noon}, {At: noon.Add(1)}} {
		if !events[i].At.Equal(want.At) || events[i].Estimated != want.Estimated {
			t.Errorf("event %d at %v (estimated %v), want %v (%v)",
				i, events[i].At, events[i].Estimated, want.At, want.Estimated)
		}
	}
}

func TestConcurrentAppendsCommitTogether(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	const calls = 500
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			events, err := s.Append(context.Background(), note("one", noon), note("two", noon))
			if err != nil || events[1].Seq != events[0].Seq+1 {
				t.Errorf("Append = %v, %v: the events of a call must be neighbours", seqs(events), err)
			}
		})
	}
	wg.Wait()
	wantIntact(t, s, 2*calls)
	if st := s.Status(); st.Events != 2*calls || st.LastSeq != 2*calls || st.Failing != nil || st.LastCommitAt.IsZero() {
		t.Errorf("Status = %+v", st)
	}
}

// What comes while the disk is busy shares the next commit.
func TestBurstTakesFewCommits(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	busy, err := s.file.write.Conn(t.Context()) // the only one there is: the writer must wait
	if err != nil {
		t.Fatal(err)
	}
	var done <-chan struct{}
	for range 500 {
		r, err := newRecord(note("x", noon))
		if err != nil {
			t.Fatal(err)
		}
		if done, err = s.enqueue([]record{r}); err != nil {
			t.Fatal(err)
		}
	}
	busy.Close()
	<-done
	if st := s.Status(); st.Commits > 2 || st.Events != 500 {
		t.Errorf("Status = %+v, want 500 events in at most 2 commits", st)
	}
}

// All that is queued goes into one job, and no call is split between two.
func TestGroupsKeepCallsWhole(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	shut(t, s) // the writer must not take from the queue
	s.queue = make([]record, maxGroup+5)
	for i := range s.queue[:maxGroup+2] {
		s.queue[i].more = true
	}
	if j, _ := s.next(); len(j.records) != maxGroup+3 {
		t.Errorf("group of %d records, want %d", len(j.records), maxGroup+3)
	}
}

func TestQueries(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	for i := range 4 {
		at := noon.Add(time.Duration(i) * time.Minute)
		add(t, s, Event{At: at, Subject: "mail", Payload: NoteAdded{Text: "m"}},
			Event{At: at, Subject: "tax", Payload: ETAGiven{System: "tax"}})
	}
	for name, c := range map[string]struct {
		q    Query
		want []int64
	}{
		"all":            {Query{}, []int64{1, 2, 3, 4, 5, 6, 7, 8}},
		"after":          {Query{AfterSeq: 6}, []int64{7, 8}},
		"between":        {Query{AfterSeq: 2, BeforeSeq: 5}, []int64{3, 4}},
		"after the end":  {Query{AfterSeq: 8}, nil},
		"newest":         {Query{Newest: true, Limit: 3}, []int64{8, 7, 6}},
		"newest of tax":  {Query{Newest: true, Subject: "tax", Limit: 2}, []int64{8, 6}},
		"from, to":       {Query{From: noon.Add(time.Minute), To: noon.Add(2 * time.Minute)}, []int64{3, 4}},
		"kinds":          {Query{Kinds: []Kind{KindETAGiven, KindOutageOpened}, Limit: 3}, []int64{2, 4, 6}},
		"nothing of it":  {Query{Subject: "'; DROP TABLE events; --"}, nil},
		"newest, before": {Query{Newest: true, BeforeSeq: 4}, []int64{3, 2, 1}},
	} {
		if diff := cmp.Diff(c.want, seqs(read(t, s, c.q))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadGoesOverPages(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	const n = 2*pageSize + 7
	drafts := make([]Event, n)
	for i := range drafts {
		drafts[i] = note("x", noon)
	}
	add(t, s, drafts...)
	for _, q := range []Query{{}, {Newest: true}, {Limit: n - 1}, {Subject: "mail"}} {
		want := n
		if q.Limit > 0 {
			want = q.Limit
		}
		if got := read(t, s, q); len(got) != want {
			t.Errorf("%+v: %d events, want %d", q, len(got), want)
		}
	}
}

func TestSubscribersWakeAndNeverBlock(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	signal, cancel := s.Subscribe()
	add(t, s, note("a", noon))
	add(t, s, note("b", noon)) // nobody took the first signal up
	<-signal
	if got := seqs(read(t, s, Query{})); len(got) != 2 {
		t.Errorf("after the signal there are %v", got)
	}
	cancel()
	add(t, s, note("c", noon))
	select {
	case <-signal:
		t.Error("a signal after the end of the subscription")
	default:
	}
}

func TestAliveIsFoundByTheNextRun(t *testing.T) {
	o := testOptions(t.TempDir())
	s := open(t, o)
	if a, ok := s.LastAlive(); ok {
		t.Errorf("a new journal has a sign of life: %+v", a)
	}
	lastOK := map[string]time.Time{"mail/smtp": noon.Add(-3 * time.Second), "税/http": noon.Add(time.Second)}
	if err := s.Alive(t.Context(), Alive{At: noon.Add(-time.Minute), LastOK: map[string]time.Time{"old/x": noon}}); err != nil {
		t.Fatal(err)
	}
	a := Alive{At: noon, Estimated: true, Uptime: 90 * time.Minute, LastOK: lastOK}
	if err := s.Alive(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	if err := s.Alive(t.Context(), a); !errors.Is(err, ErrClosed) {
		t.Errorf("Alive after Close: %v", err)
	}

	a.Run, a.Boot = o.Run, o.Boot
	o.Run = NewID(noon.Add(time.Hour))
	got, ok := open(t, o).LastAlive()
	if diff := cmp.Diff(a, got); diff != "" || !ok {
		t.Errorf("LastAlive (-want +got):\n%s", diff)
	}
}

func TestOneAgentPerDirectory(t *testing.T) {
	o := testOptions(t.TempDir())
	s := open(t, o)
	_, err := Open(t.Context(), o)
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), o.Dir) || !strings.Contains(err.Error(), "--state-dir") {
		t.Errorf("second Open: %v", err)
	}
	statement(t, o.Dir, "SELECT count(*) FROM events") // others may read
	add(t, s, note("a", noon))
	shut(t, s)
	shut(t, open(t, o))
}

func TestClosedStoreRefuses(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	shut(t, s)
	shut(t, s)
	if _, err := s.Append(t.Context(), note("a", noon)); !errors.Is(err, ErrClosed) {
		t.Errorf("Append after Close: %v", err)
	}
}

func TestFilesBelongToTheirOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no such modes
	}
	dir := filepath.Join(t.TempDir(), "new", "state")
	add(t, open(t, testOptions(dir)), note("a", noon))
	for name, want := range map[string]os.FileMode{
		".": 0o700, FileName: 0o600, FileName + "-wal": 0o600, FileName + "-shm": 0o600, lockName: 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}

func TestWriteAheadLogStaysSmall(t *testing.T) {
	o := testOptions(t.TempDir())
	s := open(t, o)
	add(t, s, note("first", noon))
	next, stop := iter.Pull2(s.Read(t.Context(), Query{}))
	defer stop()
	next() // a reader that never goes on must not hold the log
	text := strings.Repeat("障害 ", 300)
	for range 60 {
		drafts := make([]Event, 100)
		for i := range drafts {
			drafts[i] = note(text, noon)
		}
		add(t, s, drafts...)
	}
	info, err := os.Stat(filepath.Join(o.Dir, FileName+"-wal"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 2*walBytes {
		t.Errorf("the write-ahead log has %d bytes, want at most %d", info.Size(), 2*walBytes)
	}
}
