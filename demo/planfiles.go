package demo

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// caFile is the certificate of the hall's authority, beside its plan; exampleCA is the path that
// the example plan knows it by, as it would be on a real agent's machine.
const (
	caFile    = "ca.pem"
	exampleCA = `"/etc/keizoku/city-ca.pem"`
)

// writePlan writes the example plan to the hall's plan directory, with the addresses that were
// bound and the hall's authority in place of the example's.
func (h *Hall) writePlan(ca *authority) error {
	if err := h.clearPlan(); err != nil {
		return err
	}
	files, err := fs.Glob(h.Plan(), "*.hcl")
	if err != nil {
		return err
	}
	here := h.localities()
	for _, name := range files {
		text, err := fs.ReadFile(h.Plan(), name)
		if err != nil {
			return err
		}
		if err := h.writeFile(name, []byte(here.Replace(string(text)))); err != nil {
			return err
		}
	}
	return h.writeFile(caFile, ca.pem())
}

// clearPlan makes the plan directory and removes the plan that an earlier run left there.
func (h *Hall) clearPlan() error {
	if err := os.MkdirAll(h.planDir, 0o755); err != nil {
		return fmt.Errorf("folder for the demo's plan: %w", err)
	}
	old, err := fs.Glob(os.DirFS(h.planDir), "*.hcl")
	if err != nil {
		return err
	}
	for _, file := range old {
		if err := os.Remove(filepath.Join(h.planDir, file)); err != nil {
			return fmt.Errorf("removing the plan of an earlier demo: %w", err)
		}
	}
	return nil
}

func (h *Hall) writeFile(name string, content []byte) error {
	if err := os.WriteFile(filepath.Join(h.planDir, path.Base(name)), content, 0o600); err != nil {
		return fmt.Errorf("writing the demo's plan: %w", err)
	}
	return nil
}

// localities replaces what the example plan cannot know: each address by the one that was bound,
// and the path of the authority's certificate.
func (h *Hall) localities() *strings.Replacer {
	ca := filepath.ToSlash(filepath.Join(h.planDir, caFile))
	pairs := []string{exampleCA, hclString(ca)}
	for _, d := range h.devices {
		for _, s := range d.services {
			pairs = append(pairs, s.planned, s.bound)
		}
	}
	return strings.NewReplacer(pairs...)
}

// hclString writes text as a string of the plan language, in which "${" and "%{" begin templates.
func hclString(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(text))
}
