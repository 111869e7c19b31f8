package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/keizoku-bcp/keizoku/agent"
	"github.com/keizoku-bcp/keizoku/journal"
)

type journalCmd struct {
	Verify journalVerifyCmd `cmd:"" help:"Prove that nothing in a journal was changed since it was written. Exits 1 when something was, and says where."`
}

// journalVerifyCmd reads the file itself: it needs no agent, and one that runs does not mind.
type journalVerifyCmd struct {
	Path     string `arg:"" optional:"" type:"path" help:"A journal's file, or the state directory that it is in."`
	StateDir string `type:"path" help:"State directory of the agent. Default: where an agent of this user keeps it."`
	JSON     bool   `name:"json" help:"Print as JSON."`
}

// verified is what `journal verify --json` prints. The field names are a contract.
type verified struct {
	Journal string    `json:"journal"`
	OK      bool      `json:"ok"`
	Events  int64     `json:"events"`
	FirstAt time.Time `json:"first_at,omitzero"`
	LastAt  time.Time `json:"last_at,omitzero"`
	LastSeq int64     `json:"last_seq"`
	Hash    string    `json:"hash,omitempty"` // of the last event, to be kept elsewhere
	Breaks  []broken  `json:"breaks"`
}

// broken is a place where the chain is broken.
type broken struct {
	From int64          `json:"from"`
	To   int64          `json:"to"`
	ID   string         `json:"id,omitempty"` // of the event From; absent when it is missing
	What journal.Damage `json:"what"`
	Text string         `json:"text"`
}

func (c *journalVerifyCmd) Run(ctx context.Context, out streams) error {
	if c.Path != "" && c.StateDir != "" {
		return usagef("give a path or --state-dir, not both")
	}
	path := c.file()
	report, err := journal.VerifyFile(ctx, path)
	if err != nil {
		return err
	}
	v := verifiedOf(path, report)
	if c.JSON {
		err = printJSON(out.out, v)
	} else {
		err = v.print(out.out)
	}
	if err == nil && !v.OK {
		return errNotGood
	}
	return err
}

// file is the journal's file that is meant.
func (c *journalVerifyCmd) file() string {
	path := cmp.Or(c.Path, c.StateDir, agent.DefaultStateDir())
	if info, err := os.Stat(path); c.Path == "" || err == nil && info.IsDir() {
		return filepath.Join(path, journal.FileName)
	}
	return path
}

func verifiedOf(path string, r journal.VerifyReport) verified {
	v := verified{
		Journal: path, OK: r.OK(), Events: r.Events, FirstAt: r.FirstAt.Local(), LastAt: r.LastAt.Local(), LastSeq: r.LastSeq,
		Hash: r.Hash, Breaks: make([]broken, len(r.Breaks)),
	}
	for i, b := range r.Breaks {
		v.Breaks[i] = broken(b)
	}
	return v
}

// print writes what was found for people. The hash is there to be written down: the chain alone
// cannot show that all of it was calculated anew.
func (v verified) print(w io.Writer) error {
	span := "no events"
	if v.Events > 0 {
		span = fmt.Sprintf("%s, %s to %s", count(int(v.Events), "event", "events"),
			v.FirstAt.Format(time.RFC3339), v.LastAt.Format(time.RFC3339))
	}
	if v.OK {
		_, err := fmt.Fprintf(w, "ok: %s: %s; event %d has the hash %s\n", v.Journal, span, v.LastSeq, cmp.Or(v.Hash, "-"))
		return err
	}
	if _, err := fmt.Fprintf(w, "NOT AS IT WAS WRITTEN: %s: %s; the chain is broken in %s:\n", v.Journal, span,
		count(len(v.Breaks), "place", "places")); err != nil {
		return err
	}
	for _, b := range v.Breaks {
		if _, err := fmt.Fprintln(w, "  "+b.line()); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, "keep this file as it is, and compare it with a backup from before: docs/operations.md")
	return err
}

func (b broken) line() string {
	if b.ID == "" {
		return b.Text
	}
	return fmt.Sprintf("%s (id %s)", b.Text, b.ID)
}
