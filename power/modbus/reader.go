package modbus

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
	"github.com/keizoku-bcp/keizoku/power/internal/judge"
)

// reader reads one controller. It keeps nothing between readings.
type reader struct {
	settings *Settings
	env      *power.Env
	peer     string
	names    map[string]name
}

func newReader(settings any, env *power.Env) (power.Reader, error) {
	s := settings.(*Settings)
	return &reader{settings: s, env: env, peer: s.Address.Or(defaultPort).String(), names: known()}, nil
}

// Read implements [power.Reader].
func (r *reader) Read(ctx context.Context) power.Result {
	c, err := dial(ctx, r.peer, byte(r.settings.Unit))
	if err != nil {
		return field.Fail(ctx, r.peer, err, false, r.env.Secrets)
	}
	defer c.close()
	reading := power.Reading{Source: power.Unknown}
	for i := range r.settings.Registers {
		register := &r.settings.Registers[i]
		raw, ok, err := r.ask(c, &register.Place)
		if err != nil {
			return r.failure(ctx, c, fmt.Sprintf("register %q", register.Name), &register.Place, err)
		}
		if ok {
			r.put(&reading, register, raw)
		}
	}
	for i := range r.settings.Alarms {
		alarm := &r.settings.Alarms[i]
		raw, ok, err := r.ask(c, &alarm.Place)
		if err != nil {
			return r.failure(ctx, c, fmt.Sprintf("alarm %q", alarm.Text), &alarm.Place, err)
		}
		if ok && alarm.present(raw) {
			reading.Alarms = append(reading.Alarms, field.Clean(r.env.Secrets.Redact(alarm.Text), maxWords))
		}
	}
	return power.Result{Reason: checks.OK, Reading: reading}
}

// maxWords is the most bytes kept of an alarm's text.
const maxWords = 200

// ask reads one place. ok is false when the controller does not know.
func (r *reader) ask(c *client, p *Place) (raw float64, ok bool, err error) {
	data, err := c.read(p.function(), uint16(p.Address), p.quantity())
	if err != nil {
		return 0, false, err
	}
	raw, ok = p.raw(data, r.settings)
	return raw, ok, nil
}

// put puts the value of a register into a reading.
func (r *reader) put(reading *power.Reading, register *Register, raw float64) {
	n := r.names[register.Name]
	if n.truth != nil {
		n.truth(reading, register.truth(raw))
		return
	}
	factor, _ := n.unit(register.Unit)
	value := register.number(raw) * factor
	// A scale of 0.1 is not exact in binary: 1234 × 0.1 shall be 123.4.
	n.number(reading, judge.Of(reading), math.Round(value*1e6)/1e6)
}

// failure words what went wrong at a place.
func (r *reader) failure(ctx context.Context, c *client, what string, p *Place, err error) power.Result {
	at := fmt.Sprintf("%s (%s %d)", what, p.Kind, p.Address)
	var refused exception
	switch {
	case errors.As(err, &refused) && (refused == gatewayPathUnavailable || refused == gatewayTargetSilent):
		return field.Failed(checks.Detached, fmt.Sprintf("%s answers, but not unit %d behind it: %v", r.peer, r.settings.Unit, refused), r.env.Secrets)
	case errors.As(err, &refused):
		return field.Failed(checks.WrongAnswer, fmt.Sprintf("%s refuses %s: %v", r.peer, at, refused), r.env.Secrets)
	case errors.Is(err, errFrame):
		return field.Failed(checks.WrongAnswer, fmt.Sprintf("%s, asked for %s: %v", r.peer, at, err), r.env.Secrets)
	default:
		return field.Fail(ctx, r.peer, err, c.reached, r.env.Secrets)
	}
}
