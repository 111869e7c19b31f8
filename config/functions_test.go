package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/keizoku-bcp/keizoku/config"
)

const withCalendars = `
plan "p" {
}
calendar "office" {
  opens  = "08:30"
  closes = "17:15"
}
calendar "library" {
  opens  = "10:00"
  closes = "20:00"
}
threat "incident" {
  default = true
}
`

// TestAllowancesCountByTheirCalendar is about which calendar a function takes: the deadline of a
// failure on Monday 2026-11-09 at 16:00 tells.
func TestAllowancesCountByTheirCalendar(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	start := time.Date(2026, 11, 9, 16, 0, 0, 0, tokyo)
	for expr, want := range map[string]time.Time{
		`"24h"`:                                  start.Add(24 * time.Hour),
		`"2w"`:                                   start.Add(14 * 24 * time.Hour),
		`"1h30m"`:                                start.Add(90 * time.Minute),
		`next_opening()`:                         time.Date(2026, 11, 10, 8, 30, 0, 0, tokyo),
		`next_opening(calendar.library)`:         time.Date(2026, 11, 10, 10, 0, 0, 0, tokyo),
		`business_hours("2h")`:                   time.Date(2026, 11, 10, 9, 15, 0, 0, tokyo),
		`business_hours("2h", calendar.library)`: time.Date(2026, 11, 9, 18, 0, 0, 0, tokyo),
		`true ? "1h" : "2h"`:                     start.Add(time.Hour),
	} {
		p := load(t, withCalendars+"system \"s\" {\n  allowable_downtime = "+expr+"\n}\n")
		if got := p.System("s").Allowance("incident").Deadline(start); !got.Equal(want) {
			t.Errorf("%s: deadline %v, want %v", expr, got, want)
		}
	}
}

func TestFileReadsNextToThePlan(t *testing.T) {
	plan := "plan \"p\" {\n  owner = file(\"sub/owner\")\n}\n"
	fsys := fstest.MapFS{"plans/p.hcl": {Data: []byte(plan)}, "plans/sub/owner": {Data: []byte("情報政策課\n")}}
	for _, name := range []string{"plans", "plans/p.hcl"} {
		p, sources, diags := config.LoadFS(fsys, name, kinds, options)
		if len(diags) > 0 {
			t.Fatal(written(sources, diags))
		}
		if p.Owner != "情報政策課" {
			t.Errorf("%s: owner %q", name, p.Owner)
		}
	}

	dir := t.TempDir()
	for name, text := range map[string]string{"p.hcl": plan, "sub/owner": "情報政策課\r\n", "elsewhere": strings.Repeat("x", 1<<20)} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, sources, diags := config.Load(filepath.Join(dir, "p.hcl"), kinds, options)
	if len(diags) > 0 {
		t.Fatal(written(sources, diags))
	}
	if p.Owner != "情報政策課" {
		t.Errorf("owner %q", p.Owner)
	}
	for path, want := range map[string]string{
		"sub": "not an ordinary file", "elsewhere": "larger than 64 KB", "none": "no such file", "": "the file is empty",
	} {
		file := filepath.Join(dir, "p.hcl")
		if err := os.WriteFile(file, []byte("plan \"p\" {\n  owner = file(\""+path+"\")\n}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, sources, diags := config.Load(file, kinds, options)
		if text := written(sources, diags); len(diags) != 1 || !strings.Contains(text, want) {
			t.Errorf("%q: %s", path, text)
		}
	}
}

func TestEnvDefaultsToTheEnvironment(t *testing.T) {
	t.Setenv("KEIZOKU_TEST_OWNER", "環境")
	p, sources, diags := config.LoadBytes("p.hcl", []byte("plan \"p\" {\n  owner = env(\"KEIZOKU_TEST_OWNER\")\n}\n"), kinds, config.Options{})
	if len(diags) > 0 {
		t.Fatal(written(sources, diags))
	}
	if p.Owner != "環境" {
		t.Errorf("owner %q", p.Owner)
	}
}
