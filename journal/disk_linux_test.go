package journal

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/internal/tmpfs"
)

// fill writes until the disk has no room at all, and returns a function that makes room again.
func fill(t *testing.T, dir string) func() {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	if !strings.Contains(err.Error(), "no space") {
		t.Fatal(err)
	}
	return func() { remove(t, path) }
}

func TestFullDisk(t *testing.T) {
	dir := tmpfs.Namespace(t)
	if dir == "" {
		return
	}
	tmpfs.Mount(t, dir, "1m")
	o := swiftOptions(dir)
	s := open(t, o)
	wrote := add(t, s, note("before", noon))
	empty := fill(t, dir)
	for i := range 40 {
		wrote = append(wrote, add(t, s, note(strings.Repeat("x", 300), noon), big(i))...)
	}
	if st := s.Status(); st.Failing == nil || st.Unwritten == 0 || st.LastSeq != 81 {
		t.Fatalf("on a full disk, Status = %+v", st)
	}
	t.Log(s.Status().Failing)
	if got := read(t, s, Query{}); len(got) != len(wrote) {
		t.Errorf("Read returns %d events, want %d", len(got), len(wrote))
	}
	empty()
	tmpfs.Remount(t, dir, 0)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=16m"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, s, "is written again", well)
	shut(t, s)
	s = open(t, o)
	wantIntact(t, s, 81)
}

// After a power cut, file systems come back read-only, and disks full: the agent starts all the
// same, with its history, and catches up when it can.
func TestStartOnADiskThatTakesNothing(t *testing.T) {
	dir := tmpfs.Namespace(t)
	if dir == "" {
		return
	}
	tmpfs.Mount(t, dir, "16m")
	left := crashed(t, 30)
	clean := testOptions(t.TempDir())
	for _, name := range []string{"crashed", "clean", "full", "full, no index"} {
		from := left
		if name == "clean" {
			s := open(t, clean)
			for range 30 {
				add(t, s, note("x", noon))
			}
			if err := s.Alive(t.Context(), Alive{At: noon}); err != nil {
				t.Fatal(err)
			}
			shut(t, s)
			from = clean
		}
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(dir, name)
			if err := os.Mkdir(state, 0o700); err != nil {
				t.Fatal(err)
			}
			o := copyState(t, from, state)
			o.pace = swift
			mend := func() { tmpfs.Remount(t, dir, 0) }
			switch name {
			case "full, no index":
				remove(t, filepath.Join(state, FileName+"-shm"))
				fallthrough
			case "full":
				mend = fill(t, dir)
			default:
				tmpfs.Remount(t, dir, syscall.MS_RDONLY)
			}
			startAndCatchUp(t, o, mend, name != "full")
		})
	}
}

// startAndCatchUp tells by atOnce whether the failure shows before the first write.
func startAndCatchUp(t *testing.T, o Options, mend func(), atOnce bool) {
	t.Helper()
	s, err := Open(context.Background(), o)
	if err != nil {
		mend()
		t.Fatal(err)
	}
	if st := s.Status(); (st.Failing != nil) != atOnce || st.Events != 30 {
		t.Errorf("Status = %+v", st)
	}
	add(t, s, note("a", noon.Add(time.Second)), note(strings.Repeat("b", 1<<20), noon.Add(time.Second)))
	if st := s.Status(); st.Unwritten != 2 {
		t.Errorf("Status = %+v", st)
	}
	if got := read(t, s, Query{Newest: true, Limit: 4}); len(got) != 4 || got[0].Seq != 32 || got[3].Seq != 29 {
		t.Errorf("read %v", seqs(got))
	}
	wantIntact(t, s, 32)
	mend()
	waitFor(t, s, "is written again", well)
	shut(t, s)
	s = open(t, o)
	wantIntact(t, s, 32)
	shut(t, s)
}
