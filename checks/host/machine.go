package host

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/process"
	"github.com/shirou/gopsutil/v4/sensors"

	"github.com/keizoku-bcp/keizoku/checks/internal/field"
)

// machine is what a host check asks. Any of its methods may block beyond its context: most
// end in a system call that cannot be taken back.
type machine interface {
	disk(ctx context.Context, path string) (*disk.UsageStat, error)
	memory(ctx context.Context) (*mem.VirtualMemoryStat, error)
	// load5PerCore is the five-minute load average divided by the number of logical processors.
	load5PerCore(ctx context.Context) (float64, error)
	countProcesses(ctx context.Context, which processMatch) (int, error)
	// service reports whether the service is active, and its state in the service manager's word.
	service(ctx context.Context, name string) (active bool, state string, err error)
	temperatures(ctx context.Context) ([]sensors.TemperatureStat, error)
}

// thisMachine is the machine that the agent runs on.
type thisMachine struct{}

func (thisMachine) disk(ctx context.Context, path string) (*disk.UsageStat, error) {
	return disk.UsageWithContext(ctx, path)
}

func (thisMachine) memory(ctx context.Context) (*mem.VirtualMemoryStat, error) {
	return mem.VirtualMemoryWithContext(ctx)
}

func (thisMachine) load5PerCore(ctx context.Context) (float64, error) {
	// Without a context of ours: on Windows gopsutil starts one sampler for the life of the
	// process at the first call, and would bind it to this probe.
	avg, err := load.Avg()
	if err != nil {
		return 0, err
	}
	cores, err := cpu.CountsWithContext(ctx, true)
	if err != nil || cores < 1 {
		cores = runtime.NumCPU()
	}
	return avg.Load5 / float64(cores), nil
}

func (thisMachine) temperatures(ctx context.Context) ([]sensors.TemperatureStat, error) {
	found, err := sensors.TemperaturesWithContext(ctx)
	if len(found) > 0 {
		return found, nil // the error then tells of other sensors that could not be read
	}
	return nil, err
}

// errHidden tells that processes of other users cannot be seen, so that none found means nothing.
var errHidden = errors.New("the agent cannot see other users' processes: /proc is mounted with hidepid; " +
	"mount it with gid= of a group of the agent's user")

func (thisMachine) countProcesses(ctx context.Context, which processMatch) (int, error) {
	pids, err := process.PidsWithContext(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, pid := range pids {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if runs(ctx, &process.Process{Pid: pid}, which) {
			n++
		}
	}
	if n == 0 && runtime.GOOS == "linux" && !slices.Contains(pids, 1) {
		return 0, errHidden
	}
	return n, nil
}

// runs reports whether p is a living process that matches. A process that ended meanwhile, or
// that cannot be read, does not match.
func runs(ctx context.Context, p *process.Process, which processMatch) bool {
	name, err := p.NameWithContext(ctx)
	if err != nil || !which.name(name) {
		return false
	}
	if !which.pattern.IsZero() {
		line, err := p.CmdlineWithContext(ctx)
		if err != nil || !which.pattern.MatchString(line) {
			return false
		}
	}
	// An error here means that the platform knows no such state (Windows).
	state, err := p.StatusWithContext(ctx)
	return err != nil || !slices.Contains(state, process.Zombie)
}

// processMatch says which processes count.
type processMatch struct {
	exact   string        // name of the program; empty: any
	pattern field.Pattern // of the command line
}

func (m processMatch) name(name string) bool {
	if m.exact == "" || name == m.exact {
		return true
	}
	return runtime.GOOS == "windows" && strings.EqualFold(trimExe(name), trimExe(m.exact))
}

func trimExe(name string) string {
	if n := len(name) - len(".exe"); n > 0 && strings.EqualFold(name[n:], ".exe") {
		return name[:n]
	}
	return name
}

func (m processMatch) String() string {
	switch {
	case m.pattern.IsZero():
		return m.exact
	case m.exact == "":
		return fmt.Sprintf("/%s/", m.pattern)
	default:
		return fmt.Sprintf("%s /%s/", m.exact, m.pattern)
	}
}
