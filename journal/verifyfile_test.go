package journal

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// closed returns a state directory whose agent has ended in good order.
func closed(t *testing.T, events int) (Options, []Event) {
	t.Helper()
	o := testOptions(t.TempDir())
	s := open(t, o)
	var all []Event
	for range events {
		all = append(all, add(t, s, note("x", noon))...)
	}
	shut(t, s)
	return o, all
}

// contents is what lies in a directory, by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "-shm") {
			continue // an index that is made anew from the log by whoever reads it
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(data)
	}
	return all
}

func TestVerifyFileFindsAllInOrder(t *testing.T) {
	o, _ := closed(t, 9)
	for name, dir := range map[string]string{"closed": o.Dir, "killed": crashed(t, 9).Dir} {
		before := contents(t, dir)
		report, err := VerifyFile(t.Context(), filepath.Join(dir, FileName))
		if err != nil || !report.OK() || report.Events != 9 || report.LastSeq != 9 || !report.FirstAt.Equal(noon) || report.LastAt.Before(noon) {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
		if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
			t.Errorf("%s: looking has changed the files (-before +after):\n%s", name, diff)
		}
	}
}

func TestVerifyFileSaysWhere(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want Break // its ID is that of the event From, unless it is a gap
	}{
		"payload":       {"UPDATE events SET payload = '{}' WHERE seq = 4", Break{4, 4, "4", Changed, "event 4 was changed"}},
		"newest":        {"UPDATE events SET actor = '{}' WHERE seq = 9", Break{9, 9, "9", Changed, "event 9 was changed"}},
		"missing":       {"DELETE FROM events WHERE seq IN (3, 4)", Break{3, 4, "", Gap, "events 3 to 4 missing"}},
		"cut off":       {"DELETE FROM events WHERE seq > 7", Break{8, 9, "", Gap, "events 8 to 9 missing"}},
		"cut off clean": {"DELETE FROM events; UPDATE tip SET seq = 0, hash = ''", Break{1, 9, "", Gap, "events 1 to 9 missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			o, events := closed(t, 9)
			statement(t, o.Dir, unprotect+c.sql)
			if c.want.ID != "" {
				c.want.ID = events[c.want.From-1].ID
			}
			report, err := VerifyFile(t.Context(), filepath.Join(o.Dir, FileName))
			if diff := cmp.Diff([]Break{c.want}, report.Breaks); err != nil || diff != "" {
				t.Errorf("%v, breaks (-want +got):\n%s", err, diff)
			}
		})
	}
}

// A copy for safekeeping has no note beside it, and is an older one by nature.
func TestVerifyFileOfACopy(t *testing.T) {
	o, _ := closed(t, 3)
	data, err := os.ReadFile(filepath.Join(o.Dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "kept.db")
	if err := os.WriteFile(copied, data, 0o400); err != nil {
		t.Fatal(err)
	}
	if report, err := VerifyFile(t.Context(), copied); err != nil || !report.OK() || report.Events != 3 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestVerifyFileThatIsNone(t *testing.T) {
	if _, err := VerifyFile(t.Context(), filepath.Join(t.TempDir(), FileName)); err == nil || !strings.Contains(err.Error(), "no journal at") {
		t.Errorf("nothing there: %v", err)
	}
	other := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(other, []byte("something else than a journal"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyFile(t.Context(), other); !errors.Is(err, ErrDamaged) {
		t.Errorf("another file: %v", err)
	}
}

func TestGetByID(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	all := add(t, s, note("a", noon), note("b", noon))
	for _, want := range all {
		if got, err := s.Get(t.Context(), want.ID); err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("Get(%s) = %+v, %v", want.ID, got, err)
		}
	}
	if _, err := s.Get(t.Context(), "01ARZ3NDEKTSV4RRFFQ69G5FAV"); !errors.Is(err, ErrNoEvent) {
		t.Errorf("an ID that there is not: %v", err)
	}
}

// What waits for a failing disk is found as well.
func TestGetWhatIsKeptInMemory(t *testing.T) {
	s := open(t, swiftOptions(t.TempDir()))
	limitPages(t, s, 20)
	for i := range 20 {
		add(t, s, big(i))
	}
	waitFor(t, s, "it fails", failing)
	kept := add(t, s, note("kept", noon))[0]
	if got, err := s.Get(t.Context(), kept.ID); err != nil || got.Seq != kept.Seq {
		t.Errorf("Get = %+v, %v", got, err)
	}
	limitPages(t, s, 1_000_000)
	waitFor(t, s, "it is written", well)
}
