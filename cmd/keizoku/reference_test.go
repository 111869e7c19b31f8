package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const referenceDir = "../../docs/reference"

func TestReferenceIsFresh(t *testing.T) {
	want, err := referencePages()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		have, err := os.ReadFile(filepath.Join(referenceDir, name))
		if err != nil {
			t.Errorf("%v (make generate writes it)", err)
			continue
		}
		if diff := cmp.Diff(string(have), text); diff != "" {
			t.Errorf("docs/reference/%s is stale, run make generate (-committed +generated):\n%s", name, diff)
		}
	}
}

func TestReferenceHoldsNoPageOfWhatIsGone(t *testing.T) {
	want, err := referencePages()
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(referenceDir, "checks"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if name := "checks/" + filepath.Base(path); want[name] == "" {
			t.Errorf("docs/reference/%s is of a kind that does not exist any more: delete it", name)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestEveryCommandHasHelpAndAGroup(t *testing.T) {
	parser, err := newParser("socket")
	if err != nil {
		t.Fatal(err)
	}
	page, err := commandReference()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range parser.Model.Leaves(true) {
		if n.Help == "" || groupOf(n) == "" {
			t.Errorf("%s has no help or no group", n.FullPath())
		}
		if !strings.Contains(page, "### "+n.FullPath()+"\n") {
			t.Errorf("the reference leaves %s out", n.FullPath())
		}
		for _, arg := range n.Positional {
			if arg.Help == "" {
				t.Errorf("%s: argument %s has no help", n.FullPath(), arg.Name)
			}
		}
		for _, flags := range n.AllFlags(true) {
			for _, flag := range flags {
				if flag.Help == "" {
					t.Errorf("%s: flag --%s has no help", n.FullPath(), flag.Name)
				}
			}
		}
	}
}
