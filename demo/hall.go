package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/examples"
)

// Options say where and how a [Hall] stands.
type Options struct {
	// Dir is an existing directory that the hall writes its plan to, in a folder of its own.
	Dir string
	// FreePorts binds any free port instead of the plan's, so that several halls can stand side
	// by side. The plan that is written names the ports that were bound.
	FreePorts bool
	// Log hears of addresses that could not be bound; nil is silent.
	Log *slog.Logger
}

// Hall is the simulated city hall: its devices listen until [Hall.Close], or until the context
// that it was started with ends. Its methods may be called concurrently.
type Hall struct {
	ctx     context.Context // ends every connection when the hall closes
	cancel  context.CancelFunc
	unwatch func() bool
	planDir string
	free    bool
	log     *slog.Logger
	power   *Power
	told    *board

	mu      sync.Mutex // guards the devices' state and sockets
	closed  bool
	devices []*Device
}

// planFolder is the folder within Options.Dir that the hall's plan is written to.
const planFolder = "city_hall"

// Start opens the hall's listeners on 127.0.10.0/24 and writes its plan. An address that this
// machine refuses (macOS knows 127.0.0.1 alone) is replaced by one on 127.0.0.1, and the plan
// that is written says so.
func Start(ctx context.Context, o Options) (*Hall, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, fmt.Errorf("making the demo's certificate authority: %w", err)
	}
	dir, err := filepath.Abs(o.Dir) // the plan names a file in it, and the agent may stand elsewhere
	if err != nil {
		return nil, fmt.Errorf("folder for the demo's plan: %w", err)
	}
	h := &Hall{planDir: filepath.Join(dir, planFolder), free: o.FreePorts, log: o.Log, power: newPower(time.Now), told: new(board)}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	h.ctx, h.cancel = context.WithCancel(ctx)
	if err := h.build(ca); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	h.unwatch = context.AfterFunc(ctx, h.closeAll)
	return h, nil
}

// build sets up the devices, opens their sockets and writes the plan that tells where they are.
func (h *Hall) build(ca *authority) error {
	h.devices = city()
	for _, d := range h.devices {
		d.hall = h
		if err := d.certify(ca); err != nil {
			return fmt.Errorf("certificate of %s: %w", d.name, err)
		}
	}
	if err := h.change(nil); err != nil {
		return err
	}
	return h.writePlan(ca)
}

// Close closes every listener and connection, and waits for those who serve them.
func (h *Hall) Close() error {
	if h.unwatch != nil {
		h.unwatch()
	}
	h.closeAll()
	return nil
}

func (h *Hall) closeAll() {
	h.cancel()
	_ = h.change(func() { h.closed = true }) // only opening can fail
}

// Plan returns the files of the plan as they are in the source tree, before addresses were bound.
func (h *Hall) Plan() fs.FS { return examples.CityHall() }

// PlanDir returns the directory of the plan to run: the files of [Hall.Plan] with the addresses
// that were bound, and the certificate of the hall's own authority beside them.
func (h *Hall) PlanDir() string { return h.planDir }

// Device returns the device named, or nil. Devices have the names of the plan's systems; a
// second machine of one system has a number behind it ("internal_dns_2").
func (h *Hall) Device(name string) *Device {
	for _, d := range h.devices {
		if d.name == name {
			return d
		}
	}
	return nil
}

// Power returns the hall's electricity.
func (h *Hall) Power() *Power { return h.power }

// Told returns what the hall's chat and Alertmanager were told last, the newest first.
func (h *Hall) Told() []Told { return h.told.newest() }

// BoardURL is the page that shows what they were told.
func (h *Hall) BoardURL() string { return "http://" + h.Device("chat").services[0].bound + "/" }

// Reset mends every device, and brings utility power back with full batteries.
func (h *Hall) Reset() error {
	h.power.reset()
	return h.change(func() {
		for _, d := range h.devices {
			d.mend()
		}
	})
}

// change alters devices under the lock, then opens and closes sockets until they agree with what
// can be reached.
func (h *Hall) change(alter func()) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if alter != nil {
		alter()
	}
	h.power.bear(h.devices)
	var errs []error
	for _, d := range h.devices {
		errs = append(errs, d.settle())
	}
	return errors.Join(errs...)
}

// bind opens the service for the first time, on the best address that can be had.
func (h *Hall) bind(s *service, d *Device) error {
	var errs []error
	for _, addr := range h.candidates(s.planned) {
		err := s.open(h.ctx, d, addr)
		if err == nil {
			if len(errs) > 0 {
				h.log.Warn("demo address replaced", "device", d.name, "planned", s.planned, "bound", s.bound, "err", errs[0])
			}
			return nil
		}
		errs = append(errs, err)
	}
	return fmt.Errorf("device %s finds no loopback address to listen on: %w", d.name, errors.Join(errs...))
}

// candidates lists the addresses to try for a planned one, the best first.
func (h *Hall) candidates(planned string) []string {
	host, port, _ := net.SplitHostPort(planned)
	const anyLoopback = "127.0.0.1"
	if h.free {
		return []string{net.JoinHostPort(host, "0"), net.JoinHostPort(anyLoopback, "0")}
	}
	return []string{planned, net.JoinHostPort(anyLoopback, port), net.JoinHostPort(anyLoopback, "0")}
}
