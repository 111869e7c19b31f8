package journal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// years is a journal in which little but checks fail and recover, an hour apart.
func years(t *testing.T) *Store {
	t.Helper()
	s := open(t, testOptions(t.TempDir()))
	var drafts []Event
	for i := range 3000 {
		at := noon.Add(time.Duration(i) * time.Hour)
		var payload Payload = CheckFailed{System: "mail", Check: "smtp"}
		switch {
		case i%1000 == 500:
			payload = NoteAdded{Text: "seldom"}
		case i%2 == 1:
			payload = CheckRecovered{System: "mail", Check: "smtp"}
		}
		drafts = append(drafts, Event{At: at, Subject: []string{"mail", "tax"}[i%3/2], Payload: payload})
	}
	add(t, s, drafts...)
	return s
}

// What is asked for is found in the same order with the index and without it, and is what a look at
// every event would find.
func TestEveryWayFindsTheSame(t *testing.T) {
	s := years(t)
	all := read(t, s, Query{})
	r := rand.New(rand.NewPCG(1, 2))
	kinds := []Kind{KindNoteAdded, KindCheckFailed, KindCheckRecovered, KindNoteAdded, KindStageMoved}
	for range 60 {
		q := Query{Newest: r.IntN(2) == 0, Limit: []int{0, 1, 7, 1500}[r.IntN(4)], Kinds: kinds[:r.IntN(len(kinds)+1)]}
		q.AfterSeq, q.BeforeSeq = r.Int64N(1000), []int64{0, 2500}[r.IntN(2)]
		q.Subject = []string{"", "tax"}[r.IntN(2)]
		if r.IntN(2) == 0 {
			q.From, q.To = noon.Add(time.Duration(r.IntN(3100)-50)*30*time.Minute), noon.Add(time.Duration(r.IntN(3100))*time.Hour)
		}
		want := chosen(all, q)
		for _, byKind := range []bool{true, false} {
			s.file.byKind = byKind
			if diff := cmp.Diff(want, seqs(read(t, s, q))); diff != "" {
				t.Errorf("%+v, by kind %v (-want +got):\n%s", q, byKind, diff)
			}
		}
	}
}

// chosen is what a query selects, found by looking at everything.
func chosen(all []Event, q Query) []int64 {
	var list []int64
	for i := range all {
		if q.selects(&all[i]) {
			list = append(list, all[i].Seq)
		}
	}
	if q.Newest {
		slices.Reverse(list)
	}
	if q.Limit > 0 && len(list) > q.Limit {
		list = list[:q.Limit]
	}
	return list
}

// A page of what is rare does not cost a look at all the years.
func TestRareKindsAreNotScannedFor(t *testing.T) {
	s := years(t)
	q := Query{Kinds: []Kind{KindNoteAdded, KindStageMoved}, Newest: true, Limit: 10}
	text, args := q.sql(0, 3001, s.file.byKind)
	rows, err := s.file.reads.Query("EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	all := strings.Join(plan, "\n")
	if rows.Err() != nil || !strings.Contains(all, "INDEX events_kind (kind=? AND rowid>? AND rowid<?)") || strings.Contains(all, "SCAN events") {
		t.Errorf("%v: %s", rows.Err(), all)
	}
}

// Nor does a day of long ago.
func TestTimesBecomeNumbers(t *testing.T) {
	s := years(t)
	low, high, err := s.bounds(t.Context(), &Query{From: noon.Add(100 * time.Hour), To: noon.Add(124 * time.Hour)}, 3000)
	if err != nil || low != 100 || high != 125 {
		t.Errorf("%d, %d, %v: want what comes after event 100 and before event 125", low, high, err)
	}
}

// A journal of an older version gets the index at the next start. Until then, as on a disk that takes
// no writes, it is read without it.
func TestOldJournalGetsItsIndex(t *testing.T) {
	o := testOptions(t.TempDir())
	s := open(t, o)
	add(t, s, note("one", noon), note("two", noon))
	shut(t, s)
	statement(t, o.Dir, "DROP INDEX events_kind")
	report, err := VerifyFile(t.Context(), o.Dir+"/"+FileName)
	if err != nil || !report.OK() {
		t.Errorf("%+v, %v", report, err)
	}
	s = open(t, o)
	if got := fmt.Sprint(seqs(read(t, s, Query{Kinds: []Kind{KindNoteAdded}})), s.file.byKind); got != "[1 2] true" {
		t.Error(got)
	}
}

// A backup is made while the agent writes, is whole, and goes on as the journal did.
func TestBackupGoesOn(t *testing.T) {
	o := testOptions(t.TempDir())
	s := open(t, o)
	add(t, s, note("one", noon), note("two", noon))
	copied := testOptions(t.TempDir())
	statement(t, o.Dir, "VACUUM INTO '"+copied.Dir+"/"+FileName+"'")
	add(t, s, note("too late for the copy", noon))
	report, err := VerifyFile(t.Context(), copied.Dir+"/"+FileName)
	if err != nil || !report.OK() || report.Events != 2 {
		t.Errorf("%+v, %v", report, err)
	}
	s = open(t, copied)
	add(t, s, note("three", noon))
	wantIntact(t, s, 3)
	var mode string
	if err := s.file.write.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %q, %v", mode, err)
	}
}

// What proves a journal must not grow with it.
func TestVerifyRemembersLittle(t *testing.T) {
	s := years(t)
	w := walk{end: s.tip, seen: map[string]bool{}}
	for r, err := range s.records(t.Context(), Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if w.step(r); len(w.seen) > 2 {
			t.Fatalf("%d hashes are remembered at event %d", len(w.seen), r.seq)
		}
	}
	if w.finish(); !w.report.OK() || w.report.Events != 3000 {
		t.Errorf("%+v", w.report)
	}
}
