package demo

import (
	"context"
	"errors"
	"time"
)

// action is what happens in a step.
type action = func(ctx context.Context, h *Hall, p People) error

func fail(device string) action {
	return func(_ context.Context, h *Hall, _ People) error {
		h.Device(device).Fail()
		return nil
	}
}

// switchOff takes devices off as planned: to the agent they are down as any.
func switchOff(note string, devices ...string) action {
	return func(ctx context.Context, h *Hall, p People) error {
		for _, name := range devices {
			h.Device(name).Fail()
		}
		return p.Note(ctx, note)
	}
}

func slow(device string, delay time.Duration) action {
	return func(_ context.Context, h *Hall, _ People) error {
		h.Device(device).Slow(delay)
		return nil
	}
}

func rewire(device string) action {
	return func(_ context.Context, h *Hall, _ People) error { return h.Device(device).Rewire() }
}

func mend(devices ...string) action {
	return func(_ context.Context, h *Hall, _ People) error {
		var errs []error
		for _, name := range devices {
			errs = append(errs, h.Device(name).Recover())
		}
		return errors.Join(errs...)
	}
}

func declare(threat, note string) action {
	return func(ctx context.Context, _ *Hall, p People) error { return p.Declare(ctx, threat, note) }
}

func end(note string) action {
	return func(ctx context.Context, _ *Hall, p People) error { return p.End(ctx, note) }
}

// eta estimates the system's end in so much time from the moment of the step.
func eta(system string, in time.Duration, why string) action {
	return func(ctx context.Context, _ *Hall, p People) error {
		return p.ETA(ctx, system, time.Now().Add(in), why)
	}
}
