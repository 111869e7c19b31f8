package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// crashed returns a state directory as it is after kill -9: the newest events are in the
// write-ahead log.
func crashed(t *testing.T, events int) Options {
	t.Helper()
	live := testOptions(t.TempDir())
	s := open(t, live)
	for i := range events {
		add(t, s, note(fmt.Sprint(i+1), noon))
	}
	return copyState(t, live, t.TempDir())
}

func copyState(t *testing.T, from Options, dir string) Options {
	t.Helper()
	for _, name := range []string{FileName, FileName + "-wal", FileName + "-shm", lockName} {
		data, err := os.ReadFile(filepath.Join(from.Dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	from.Dir = dir
	return from
}

func overwrite(t *testing.T, path string, at int64, data string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(data), at); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedFilesAreRefusedAndKept(t *testing.T) {
	garbage := strings.Repeat("ごみ", 4000)
	for name, spoil := range map[string]func(t *testing.T, db string){
		"not a database":    func(t *testing.T, db string) { overwrite(t, db, 0, garbage) },
		"empty":             func(t *testing.T, db string) { truncate(t, db, 0) },
		"cut off":           func(t *testing.T, db string) { checkpoint(t, db); truncate(t, db, 3*4096) },
		"page overwritten":  func(t *testing.T, db string) { checkpoint(t, db); overwrite(t, db, 4096, garbage) },
		"garbage log":       func(t *testing.T, db string) { overwrite(t, db+"-wal", 0, garbage) },
		"garbage in log":    func(t *testing.T, db string) { overwrite(t, db+"-wal", 5000, garbage) },
		"log cut off":       func(t *testing.T, db string) { truncate(t, db+"-wal", 5000) },
		"log removed":       func(t *testing.T, db string) { remove(t, db+"-wal") },
		"database of other": func(t *testing.T, db string) { checkpoint(t, db, "PRAGMA application_id = 7") },
	} {
		t.Run(name, func(t *testing.T) {
			o := crashed(t, 30)
			db := filepath.Join(o.Dir, FileName)
			spoil(t, db)
			before, err := os.ReadFile(db)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Open(t.Context(), o)
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), db) {
				t.Fatalf("Open = %v, want it damaged, with the file's name", err)
			}
			if after, err := os.ReadFile(db); err != nil || string(after) != string(before) {
				t.Errorf("the damaged file was changed (%v)", err)
			}
		})
	}
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// checkpoint brings everything into the database file, and runs a statement there.
func checkpoint(t *testing.T, db string, also ...string) {
	t.Helper()
	statement(t, filepath.Dir(db), strings.Join(append(also, "PRAGMA wal_checkpoint(TRUNCATE)"), ";"))
}

func TestNewerSchemaIsRefused(t *testing.T) {
	o := crashed(t, 1)
	statement(t, o.Dir, "PRAGMA user_version = 2")
	if _, err := Open(t.Context(), o); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "--state-dir") {
		t.Errorf("Open = %v", err)
	}
	if report, err := VerifyFile(t.Context(), filepath.Join(o.Dir, FileName)); !errors.Is(err, ErrNewer) {
		t.Errorf("VerifyFile = %+v, %v", report, err)
	}
}

// A journal that cannot be read is no journal without events.
func TestVerifyOfWhatCannotBeRead(t *testing.T) {
	o, _ := closed(t, 3)
	statement(t, o.Dir, "ALTER TABLE tip RENAME TO tips")
	if report, err := VerifyFile(t.Context(), filepath.Join(o.Dir, FileName)); err == nil {
		t.Errorf("VerifyFile = %+v", report)
	}
	s := open(t, testOptions(t.TempDir()))
	defer shut(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if report, err := s.Verify(ctx); err == nil {
		t.Errorf("Verify = %+v", report)
	}
}

func TestMissingDatabaseWithItsLogLeft(t *testing.T) {
	o := crashed(t, 5)
	remove(t, filepath.Join(o.Dir, FileName))
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "-wal") {
		t.Errorf("Open = %v, want a word about the log", err)
	}
	remove(t, filepath.Join(o.Dir, FileName+"-wal"))
	s := open(t, o) // all of it was moved aside, as the message asks
	add(t, s, note("a", noon))
	shut(t, s)
	wantIntact(t, open(t, o), 1)
}

func TestPowerCutBeforeTheFirstCommit(t *testing.T) {
	for name, log := range map[string]string{"empty": "", "short": "7\x7f", "zeros": strings.Repeat("\x00", 4096)} {
		o := testOptions(t.TempDir())
		shut(t, open(t, o))
		if err := os.WriteFile(filepath.Join(o.Dir, FileName+"-wal"), []byte(log), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Errorf("%s log: %v", name, err)
			continue
		}
		shut(t, s)
	}
}

func TestInterruptedCreationStartsOver(t *testing.T) {
	o := testOptions(t.TempDir())
	if err := os.WriteFile(filepath.Join(o.Dir, FileName+".new"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	add(t, open(t, o), note("a", noon))
}

const unprotect = "DROP TRIGGER events_keep; DROP TRIGGER events_hold; "

func TestVerifyShowsWhatWasChanged(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want []Break
		then []Break // after one more event; nil: the same
	}{
		"payload":  {"UPDATE events SET payload = '{}' WHERE seq = 4", []Break{{From: 4, To: 4, What: Changed}}, nil},
		"actor":    {"UPDATE events SET actor = '{}' WHERE seq = 1", []Break{{From: 1, To: 1, What: Changed}}, nil},
		"newest":   {"UPDATE events SET drill = 1 WHERE seq = 9", []Break{{From: 9, To: 9, What: Changed}}, nil},
		"last two": {"UPDATE events SET subject = 'x' WHERE seq > 7", []Break{{From: 8, To: 9, What: Changed}}, nil},
		"three":    {"UPDATE events SET subject = 'x' WHERE seq IN (3, 4, 5)", []Break{{From: 3, To: 5, What: Changed}}, nil},
		"gap":      {"DELETE FROM events WHERE seq IN (3, 4)", []Break{{From: 3, To: 4, What: Gap}}, nil},
		"first":    {"DELETE FROM events WHERE seq = 1", []Break{{From: 1, To: 1, What: Gap}}, nil},
		"tail":     {"DELETE FROM events WHERE seq > 6", []Break{{From: 7, To: 9, What: Gap}}, nil},
		"all":      {"DELETE FROM events", []Break{{From: 1, To: 9, What: Gap}}, nil},
		"swap": {"UPDATE events SET seq = -5 WHERE seq = 5; UPDATE events SET seq = 5 WHERE seq = 6;" +
			"UPDATE events SET seq = 6 WHERE seq = -5", []Break{{From: 4, To: 7, What: Reordered}}, nil},
		"added": {"INSERT INTO events SELECT 10, id, agent, run, boot, at, estimated, kind, subject, actor, payload, drill, prev " +
			"FROM events WHERE seq = 9", []Break{{From: 10, To: 10, What: Added}},
			[]Break{{From: 9, To: 10, What: Reordered}}}, // it is a copy of the ninth
		"two": {"UPDATE events SET subject = 'x' WHERE seq IN (2, 7)",
			[]Break{{From: 2, To: 2, What: Changed}, {From: 7, To: 7, What: Changed}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := testOptions(t.TempDir())
			s := open(t, o)
			for i := range 9 {
				add(t, s, note(fmt.Sprint(i), noon))
			}
			shut(t, s)
			statement(t, o.Dir, unprotect+c.sql)

			s = open(t, o)
			wantBreaks(t, s, c.want)
			add(t, s, note("later", noon)) // does not hide it
			if c.then == nil {
				c.then = c.want
			}
			wantBreaks(t, s, c.then)
		})
	}
}

func wantBreaks(t *testing.T, s *Store, want []Break) {
	t.Helper()
	report, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, report.Breaks, cmpopts.IgnoreFields(Break{}, "Text", "ID")); diff != "" {
		t.Errorf("breaks with %d events (-want +got):\n%s", report.Events, diff)
	}
}

func TestEventsCannotBeChangedByAccident(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	add(t, s, note("a", noon))
	for _, text := range []string{"DELETE FROM events", "UPDATE events SET subject = ''"} {
		if _, err := s.file.write.ExecContext(context.Background(), text); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// An event with a payload that cannot be read is reported, and does not hide those after it.
func TestUnreadablePayload(t *testing.T) {
	o := testOptions(t.TempDir())
	s := open(t, o)
	add(t, s, note("a", noon), note("b", noon), note("c", noon))
	shut(t, s)
	statement(t, o.Dir, unprotect+"UPDATE events SET payload = '{' WHERE seq = 2")
	var good, bad []int64
	for e, err := range open(t, o).Read(t.Context(), Query{}) {
		if err != nil {
			bad = append(bad, e.Seq)
		} else {
			good = append(good, e.Seq)
		}
	}
	if cmp.Diff([]int64{1, 3}, good) != "" || cmp.Diff([]int64{2}, bad) != "" {
		t.Errorf("read %v, and with an error %v", good, bad)
	}
}

// The hash is part of the format: a change to its encoding would break every journal there is.
func TestHashEncoding(t *testing.T) {
	r := record{
		seq: 7, id: "01ARZ3NDEKTSV4RRFFQ69G5FAV", agent: "a", run: "r", boot: "b", at: "2026-04-01T03:00:00.000000000Z",
		kind: "note_added", subject: "税", payload: `{"text":"x"}`, drill: true, prev: "p",
	}
	const want = "1a3964aa60f23c42fae9e22a982a696ed177c1d23d952ab99ef7624294acdcde" // printf of the line and the netstrings | sha256sum
	if got := r.sum(); got != want {
		t.Errorf("hash is %s, want %s", got, want)
	}
}
