package demo

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Device is one machine of the hall. A device that fails closes its sockets for real, and so does
// every device behind it. Its methods may be called concurrently.
type Device struct {
	name     string
	hall     *Hall
	behind   string // name of the switch that it hangs on; empty: none that can fail
	services []*service

	fedBy string // name of the supply that it hangs on; empty: another building's
	watts float64

	failed, rewired bool         // guarded by hall.mu
	delay           atomic.Int64 // a time.Duration before each answer
}

// Fail switches the device off: its listeners and connections close.
func (d *Device) Fail() {
	_ = d.hall.change(func() { d.failed = true }) // only opening can fail
}

// Recover mends the device: it is on, quick, and in its own place, on the addresses it had. An
// error means that another program took one of them meanwhile.
func (d *Device) Recover() error { return d.hall.change(d.mend) }

// Slow makes the device wait before each answer; zero makes it quick again.
func (d *Device) Slow(delay time.Duration) { d.delay.Store(int64(delay)) }

// Rewire connects the device past the switch that it hangs on, until it is mended.
func (d *Device) Rewire() error { return d.hall.change(func() { d.rewired = true }) }

// Reachable reports whether the device and every switch above it work.
func (d *Device) Reachable() bool {
	d.hall.mu.Lock()
	defer d.hall.mu.Unlock()
	return d.reachable()
}

func (d *Device) mend() {
	d.failed, d.rewired = false, false
	d.Slow(0)
}

func (d *Device) reachable() bool {
	if d.hall.closed || d.failed {
		return false
	}
	above := d.hall.Device(d.behind)
	return above == nil || d.rewired || above.reachable()
}

// settle opens or closes the device's sockets, as it can be reached or not.
func (d *Device) settle() error {
	reachable := d.reachable()
	var errs []error
	for _, s := range d.services {
		switch {
		case !reachable:
			s.close()
		case s.stop != nil:
		case s.bound == "":
			errs = append(errs, d.hall.bind(s, d))
		default:
			errs = append(errs, s.open(d.hall.ctx, d, s.bound))
		}
	}
	return errors.Join(errs...)
}

// think waits as long as the device is slow; it returns false when ctx ended first.
func (d *Device) think(ctx context.Context) bool {
	select {
	case <-time.After(time.Duration(d.delay.Load())):
		return true
	case <-ctx.Done():
		return false
	}
}
