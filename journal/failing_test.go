package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// swift retries at once: tests wait for signals, not for the clock.
var swift = pace{patience: 20 * time.Second, retryMin: time.Millisecond, retryMax: 5 * time.Millisecond, maxKept: 1000}

func swiftOptions(dir string) Options {
	o := testOptions(dir)
	o.pace = swift
	return o
}

// waitFor waits until the journal's status is as wanted.
func waitFor(t testing.TB, s *Store, what string, is func(Status) bool) {
	t.Helper()
	signal, cancel := s.Subscribe()
	defer cancel()
	deadline := time.After(20 * time.Second)
	for !is(s.Status()) {
		select {
		case <-signal:
		case <-deadline:
			t.Fatalf("waited in vain until the journal %s: %+v", what, s.Status())
		}
	}
}

func failing(st Status) bool { return st.Failing != nil }
func well(st Status) bool    { return st.Failing == nil && st.Unwritten == 0 }

// limitPages emulates a full disk; zero takes the limit away.
func limitPages(t testing.TB, s *Store, pages int) {
	t.Helper()
	if pages == 0 {
		pages = 1 << 30
	}
	var got int
	if err := s.file.write.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&got); err != nil {
		t.Fatal(err)
	}
}

func big(i int) Event { return note(strings.Repeat("満杯 ", 2000)+fmt.Sprint(i), noon) }

func TestFullDatabaseIsOutlived(t *testing.T) {
	o := swiftOptions(t.TempDir())
	s := open(t, o)
	first := add(t, s, note("before", noon))
	limitPages(t, s, 1)
	signal, cancel := s.Subscribe()
	defer cancel()
	var wrote []Event
	for i := range 20 {
		wrote = append(wrote, add(t, s, big(i), big(i))...)
	}
	<-signal
	st := s.Status()
	if st.Failing == nil || st.Unwritten == 0 || st.Events != 41 || st.LastSeq != 41 {
		t.Errorf("Status = %+v", st)
	}
	if !strings.Contains(st.Failing.Error(), "full") || !strings.Contains(st.Failing.Error(), o.Dir) {
		t.Errorf("the failure does not say what to do: %v", st.Failing)
	}
	if diff := cmp.Diff(append(first, wrote...), read(t, s, Query{})); diff != "" {
		t.Errorf("Read does not include what is kept:\n%s", diff)
	}
	if got := seqs(read(t, s, Query{Newest: true, Limit: 41})); got[0] != 41 || got[40] != 1 {
		t.Errorf("newest first: %v", got)
	}
	wantIntact(t, s, 41)

	limitPages(t, s, 0)
	waitFor(t, s, "is written again", well)
	shut(t, s)
	s = open(t, o)
	if diff := cmp.Diff(append(first, wrote...), read(t, s, Query{})); diff != "" {
		t.Errorf("what was kept is not what was written:\n%s", diff)
	}
	wantIntact(t, s, 41)
}

func TestFullDiskShowsBeforeTheFirstEvent(t *testing.T) {
	s := open(t, swiftOptions(t.TempDir()))
	limitPages(t, s, 1)
	lastOK := map[string]time.Time{}
	for i := range 5000 {
		lastOK[fmt.Sprintf("system-%d/check", i)] = noon
	}
	if err := s.Alive(t.Context(), Alive{At: noon, LastOK: lastOK}); err != nil {
		t.Fatal(err)
	}
	waitFor(t, s, "fails", failing)
	limitPages(t, s, 0)
	waitFor(t, s, "is well", well)
}

// A disk that stays full for days is not told of at each try: the log may be on it.
func TestFullDiskDoesNotFillTheLog(t *testing.T) {
	s := &Store{o: testOptions(t.TempDir())}
	var log strings.Builder
	s.o.Log = slog.New(slog.NewTextHandler(&log, nil))
	for range 100 {
		s.fail(errors.New("disk is full"))
	}
	if n := strings.Count(log.String(), "NOT WRITTEN"); n != 1 {
		t.Errorf("told %d times of one failure", n)
	}
	s.fail(errors.New("disk is gone"))
	s.failingTold = s.failingTold.Add(-failingAgain)
	s.fail(errors.New("disk is gone"))
	if n := strings.Count(log.String(), "NOT WRITTEN"); n != 3 {
		t.Errorf("told %d times; want 3: at first, of another failure, and a minute later", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	o := swiftOptions(t.TempDir())
	o.pace.maxKept = 3
	s := open(t, o)
	limitPages(t, s, 1)
	add(t, s, big(1))
	add(t, s, big(2), big(3))
	if _, err := s.Append(t.Context(), big(4)); !errors.Is(err, ErrBacklog) {
		t.Errorf("fourth event: %v", err)
	}
	if err := s.Close(); err == nil || !strings.Contains(err.Error(), "3 events are lost") {
		t.Errorf("Close = %v", err)
	}
}

// A file that is locked for long by another program, and a disk that does not answer, look alike.
func TestDiskThatDoesNotAnswer(t *testing.T) {
	o := swiftOptions(t.TempDir())
	o.pace.patience = 10 * time.Millisecond // SQLite waits longer for the lock
	s := open(t, o)
	db, err := sql.Open("sqlite", fileURI(filepath.Join(o.Dir, FileName)))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	other, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.ExecContext(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	add(t, s, note("a", noon))
	add(t, s, note("b", noon))
	if st := s.Status(); st.Failing == nil || st.Unwritten != 2 {
		t.Errorf("Status = %+v", st)
	}
	if _, err := other.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, s, "is written again", well)
	wantIntact(t, s, 2)
}

func TestJournalTakenAwayUnderTheAgent(t *testing.T) {
	o := swiftOptions(t.TempDir())
	s := open(t, o)
	add(t, s, note("a", noon))
	path := filepath.Join(o.Dir, FileName)
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	add(t, s, note("b", noon))
	if st := s.Status(); st.Failing == nil || st.Unwritten != 1 || !strings.Contains(st.Failing.Error(), path) {
		t.Errorf("Status = %+v", st)
	}
	if err := os.Rename(path+".old", path); err != nil {
		t.Fatal(err)
	}
	waitFor(t, s, "is written again", well)
	wantIntact(t, s, 2)
}

func TestAnotherWriterIsNoticed(t *testing.T) {
	o := swiftOptions(t.TempDir())
	s := open(t, o)
	add(t, s, note("a", noon))
	statement(t, o.Dir, "UPDATE tip SET seq = 5, hash = 'x'")
	add(t, s, note("b", noon))
	if st := s.Status(); st.Failing == nil || !strings.Contains(st.Failing.Error(), "another program") {
		t.Errorf("Status = %+v", st)
	}
}

// A commit may be reported as failed although it reached the disk. It must not be doubled.
func TestCommitThatSucceededUnnoticed(t *testing.T) {
	s := open(t, swiftOptions(t.TempDir()))
	add(t, s, note("a", noon))
	before := s.tip
	add(t, s, note("b", noon), note("c", noon))
	records, err := queryRecords(t.Context(), s.file.reads, "SELECT "+columns+" FROM events WHERE seq > 1 ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		records[i].hash = records[i].sum()
	}
	if err := s.file.commit(t.Context(), job{records: records, tip: before}); err != nil {
		t.Fatal(err)
	}
	wantIntact(t, s, 3)
}
