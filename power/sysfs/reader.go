package sysfs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// reader reads one supply.
type reader struct {
	settings *Settings
	env      *power.Env
	system   string // as runtime.GOOS
	// busy holds a token while files are read. A driver that hangs keeps it, and its reading
	// cannot be ended; no second one is begun.
	busy chan struct{}
}

func newReader(settings any, env *power.Env) (power.Reader, error) {
	return &reader{settings: settings.(*Settings), env: env, system: runtime.GOOS, busy: make(chan struct{}, 1)}, nil
}

// Read implements [power.Reader].
func (r *reader) Read(ctx context.Context) power.Result {
	if r.system != "linux" {
		return r.failed(checks.ErrorLocal, "the system's own supplies can be read on Linux only, not on "+r.system)
	}
	if ctx.Err() != nil {
		return r.ended(ctx)
	}
	select {
	case r.busy <- struct{}{}:
	case <-ctx.Done():
		return r.ended(ctx)
	}
	answer := make(chan power.Result, 1)
	go func() {
		answer <- r.read()
		<-r.busy
	}()
	select {
	case result := <-answer:
		return result
	case <-ctx.Done():
		return r.ended(ctx)
	}
}

func (r *reader) ended(ctx context.Context) power.Result {
	return field.Fail(ctx, r.settings.Path, ctx.Err(), false, r.env.Secrets)
}

func (r *reader) failed(reason checks.Reason, text string) power.Result {
	return field.Failed(reason, text, r.env.Secrets)
}

func (r *reader) read() power.Result {
	name, err := r.choose()
	switch {
	case errors.Is(err, fs.ErrNotExist) && r.settings.Supply == "":
		return r.failed(checks.ErrorLocal, fmt.Sprintf("there is no folder %s", r.settings.Path))
	case err != nil:
		return r.failed(checks.ErrorLocal, fmt.Sprintf("reading %s: %v", r.settings.Path, err))
	case name == "":
		return r.failed(checks.NoSuchUnit, r.nothing())
	}
	s := r.supply(name)
	if s.text("present") == "0" {
		return r.failed(checks.Detached, fmt.Sprintf("%s has no battery in it", name))
	}
	reading := translate(s, r.mains(name), r.env.Secrets)
	if !says(reading) {
		return r.failed(checks.WrongAnswer, fmt.Sprintf("%s tells neither source nor charge", name))
	}
	return power.Result{Reason: checks.OK, Reading: reading}
}

func (r *reader) nothing() string {
	if r.settings.Supply != "" {
		return fmt.Sprintf("there is no power supply %q in %s", r.settings.Supply, r.settings.Path)
	}
	return "there is no power supply in " + r.settings.Path
}

func says(r power.Reading) bool {
	return r.Source != power.Unknown || r.ChargeRatio != nil || r.BatteryState != power.BatteryUnknown || len(r.Doubts) > 0
}

// choose returns the name of the supply to read; it is empty when there is none.
func (r *reader) choose() (string, error) {
	if name := r.settings.Supply; name != "" {
		_, err := os.Stat(filepath.Join(r.settings.Path, name))
		if errors.Is(err, fs.ErrNotExist) {
			return "", nil
		}
		return name, err
	}
	entries, err := os.ReadDir(r.settings.Path)
	if err != nil {
		return "", err
	}
	for _, kind := range []string{"UPS", "Battery", "Mains"} {
		for _, e := range entries {
			s := r.supply(e.Name())
			// A mouse has a battery too, and it feeds nothing.
			if s.text("type") == kind && s.text("scope") != "Device" {
				return e.Name(), nil
			}
		}
	}
	return "", nil
}

// mains returns the mains adapters beside the supply named.
func (r *reader) mains(besides string) (adapters []supply) {
	entries, _ := os.ReadDir(r.settings.Path) // an unreadable folder has none
	for _, e := range entries {
		if s := r.supply(e.Name()); e.Name() != besides && s.text("type") == "Mains" {
			adapters = append(adapters, s)
		}
	}
	return adapters
}

func (r *reader) supply(name string) supply { return supply(filepath.Join(r.settings.Path, name)) }
