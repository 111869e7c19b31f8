package host

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/shirou/gopsutil/v4/sensors"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/valuename"
)

// ask is one thing to look at.
type ask struct {
	what string // for people: "disk /var"
	look func(ctx context.Context, m machine) finding
}

// finding is the answer to one ask.
type finding struct {
	reason checks.Reason
	text   string
	values map[string]float64
}

// run looks, and turns a panic into a local error: it runs on a goroutine that nobody else guards.
func (a ask) run(ctx context.Context, m machine) (f finding) {
	defer func() {
		if r := recover(); r != nil {
			f = finding{reason: checks.ErrorLocal, text: fmt.Sprintf("%s: the check itself failed: %v", a.what, r)}
		}
	}()
	return a.look(ctx, m)
}

// asksOf lists what the settings ask for. Disks come last: they are what may hang.
func asksOf(s *Settings) []ask {
	var asks []ask
	if s.Memory != nil {
		asks = append(asks, askMemory(*s.Memory))
	}
	if s.Load != nil {
		asks = append(asks, askLoad(*s.Load))
	}
	for i, suffix := range suffixes(s.Processes, func(p Process) string { return p.Name + " " + p.Pattern.String() }) {
		p := s.Processes[i]
		asks = append(asks, askProcess(processMatch{p.Name, p.Pattern}, max(p.Min, 1), suffix))
	}
	for _, name := range s.Services {
		asks = append(asks, askService(name))
	}
	for i, suffix := range suffixes(s.Temperatures, func(t Temperature) string { return t.Sensor.String() }) {
		t := s.Temperatures[i]
		asks = append(asks, askTemperature(t.Sensor, t.MaxCelsius, suffix))
	}
	for i, suffix := range suffixes(s.Disks, Disk.call) {
		asks = append(asks, askDisk(s.Disks[i], suffix))
	}
	return asks
}

// suffixes returns what to put behind the names of the values of each of several things; one
// alone needs nothing.
func suffixes[T any](things []T, call func(T) string) []string {
	if len(things) == 1 {
		return []string{""}
	}
	calls := make([]string, 0, len(things))
	for _, thing := range things {
		calls = append(calls, call(thing))
	}
	slugs := valuename.Slugs(calls)
	for i := range slugs {
		slugs[i] = "_" + slugs[i]
	}
	return slugs
}

func askMemory(limit Memory) ask {
	return ask{"memory", func(ctx context.Context, m machine) finding {
		mem, err := m.memory(ctx)
		if err != nil || mem.Total == 0 {
			return untold("memory", err)
		}
		used := 1 - float64(mem.Available)/float64(mem.Total)
		text := fmt.Sprintf("memory %s used, %s available", percent(used), humanize.IBytes(mem.Available))
		values := map[string]float64{"memory_used_ratio": used, "memory_available_bytes": float64(mem.Available)}
		switch {
		case limit.MaxUsed > 0 && used > limit.MaxUsed:
			return finding{checks.Limit, text + ", more than " + percent(limit.MaxUsed), values}
		case mem.Available < uint64(max(limit.MinAvailableBytes, 0)):
			return finding{checks.Limit, text + ", less than " + humanize.IBytes(uint64(limit.MinAvailableBytes)), values}
		}
		return finding{checks.OK, text, values}
	}}
}

func askLoad(limit Load) ask {
	return ask{"load", func(ctx context.Context, m machine) finding {
		perCore, err := m.load5PerCore(ctx)
		if err != nil {
			return untold("load", err)
		}
		text := fmt.Sprintf("load %.2f per processor", perCore)
		values := map[string]float64{"load5_per_core": perCore}
		if perCore > limit.MaxPerCore {
			return finding{checks.Limit, fmt.Sprintf("%s, more than %g", text, limit.MaxPerCore), values}
		}
		return finding{checks.OK, text, values}
	}}
}

func askProcess(which processMatch, atLeast int, suffix string) ask {
	what := "process " + which.String()
	return ask{what, func(ctx context.Context, m machine) finding {
		n, err := m.countProcesses(ctx, which)
		if err != nil {
			return untold(what, err)
		}
		text := fmt.Sprintf("%s: %d running", what, n)
		values := map[string]float64{"process_count" + suffix: float64(n)}
		if n < atLeast {
			return finding{checks.NotRunning, fmt.Sprintf("%s, fewer than %d", text, atLeast), values}
		}
		return finding{checks.OK, text, values}
	}}
}

func askService(name string) ask {
	what := "service " + name
	return ask{what, func(ctx context.Context, m machine) finding {
		active, state, err := m.service(ctx, name)
		switch {
		case err != nil:
			return untold(what, err)
		case !active:
			return finding{reason: checks.NotRunning, text: what + " is " + state}
		}
		return finding{reason: checks.OK, text: what + " is " + state}
	}}
}

func askTemperature(which field.Pattern, maxCelsius float64, suffix string) ask {
	what := "temperature"
	if !which.IsZero() {
		what += " /" + which.String() + "/"
	}
	return ask{what, func(ctx context.Context, m machine) finding {
		all, err := m.temperatures(ctx)
		if err != nil {
			return untold(what, err)
		}
		hottest, ok := hottestOf(all, which)
		if !ok {
			return finding{reason: checks.ErrorLocal, text: what + ": " + noSensor(all)}
		}
		text := fmt.Sprintf("%s %.1f °C", hottest.SensorKey, hottest.Temperature)
		values := map[string]float64{"temperature_celsius" + suffix: hottest.Temperature}
		if hottest.Temperature > maxCelsius {
			return finding{checks.Limit, fmt.Sprintf("%s, hotter than %g °C", text, maxCelsius), values}
		}
		return finding{checks.OK, text, values}
	}}
}

// hottestOf passes over readings that no machine room has: drivers give them for a sensor that
// is not fitted.
func hottestOf(all []sensors.TemperatureStat, which field.Pattern) (hottest sensors.TemperatureStat, ok bool) {
	for _, t := range all {
		plausible := t.Temperature > -60 && t.Temperature < 200
		if plausible && which.MatchString(t.SensorKey) && (!ok || t.Temperature > hottest.Temperature) {
			hottest, ok = t, true
		}
	}
	return hottest, ok
}

// noSensor says what there is instead, as far as that helps.
func noSensor(all []sensors.TemperatureStat) string {
	if len(all) == 0 {
		return "this host has no temperature sensor (virtual machines have none)"
	}
	const enough = 10
	var names []string
	for _, t := range all[:min(len(all), enough)] {
		names = append(names, t.SensorKey)
	}
	return "no such sensor with a plausible reading; there are: " + strings.Join(names, ", ")
}

// untold is the finding when the machine did not say: the agent's own trouble, unless it was
// only too slow.
func untold(what string, err error) finding {
	reason := checks.ErrorLocal
	switch {
	case err == nil:
		err = errNothing
	case errors.Is(err, context.DeadlineExceeded):
		reason = checks.Timeout
	}
	return finding{reason: reason, text: fmt.Sprintf("%s: %v", what, err)}
}

func percent(ratio float64) string { return fmt.Sprintf("%.1f %%", ratio*100) }
