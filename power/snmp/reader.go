package snmp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// reader reads one card. Between readings it keeps no socket, only what it has learnt: which MIB
// the card speaks and, under v3, the engine and the keys made for it.
type reader struct {
	settings *Settings
	env      *power.Env
	peer     string
	mib      string // as found by probing; empty when it must be found
	engine   *engine
}

func newReader(settings any, env *power.Env) (power.Reader, error) {
	s := settings.(*Settings)
	return &reader{settings: s, env: env, peer: s.Address.Or(defaultPort).String()}, nil
}

// Read implements [power.Reader].
func (r *reader) Read(ctx context.Context) power.Result {
	known := r.engine != nil
	result := r.try(ctx)
	if known && !result.OK() && result.Reason != checks.Timeout && ctx.Err() == nil {
		result = r.try(ctx) // the card may have restarted, and the engine that we knew is gone
	}
	return result
}

// try makes one reading. A panic in the library, on an answer that nobody thought of, is a
// wrong answer.
func (r *reader) try(ctx context.Context) (result power.Result) {
	defer func() {
		if p := recover(); p != nil {
			result = r.failed(checks.WrongAnswer, "the answer of "+r.peer+" cannot be understood")
		}
		if !result.OK() {
			r.mib, r.engine = "", nil
		}
	}()
	s, err := dial(ctx, r)
	if err != nil {
		return field.Fail(ctx, r.peer, err, false, r.env.Secrets)
	}
	defer s.close()
	reading, err := r.ask(s)
	if err != nil {
		return r.failure(ctx, s, err)
	}
	r.engine = s.engine()
	return r.judged(reading)
}

// ask finds out which MIB to ask for, if need be, and asks.
func (r *reader) ask(s *session) (power.Reading, error) {
	if err := r.choose(s); err != nil {
		return power.Reading{}, err
	}
	q := newQuery(bases[r.mib], r.settings.OIDs)
	values, err := s.values(q)
	if err != nil {
		return power.Reading{}, err
	}
	return translate(values, time.Now()), nil
}

// choose settles the MIB: the plan's, the one known, or that of which the card has most.
func (r *reader) choose(s *session) error {
	if r.settings.MIB != "auto" && r.settings.MIB != "" {
		r.mib = r.settings.MIB
	}
	if r.mib != "" {
		return nil
	}
	found, err := s.probe()
	if err == nil && found == "" && len(r.settings.OIDs) > 0 {
		found = preference()[0] // the plan's own OIDs may be all there is
	}
	if err == nil && found == "" {
		return errNoMIB
	}
	r.mib = found
	return err
}

var errNoMIB = errors.New("it answers, but has no object of UPS-MIB (RFC 1628) or JEMA-MIB: is it a UPS's card, and may this user see them?")

// judged tells a reading from the emptiness of a card that has nothing to say.
func (r *reader) judged(reading power.Reading) power.Result {
	for i := range reading.Alarms {
		if reading.Alarms[i] == communicationsLost {
			return r.failed(checks.Detached, r.peer+" answers, but has lost communication with its UPS")
		}
	}
	if !says(reading) {
		return r.failed(checks.WrongAnswer, fmt.Sprintf("%s answers, but with nothing of %s", r.peer, r.mib))
	}
	r.clean(&reading)
	return power.Result{Reason: checks.OK, Reading: reading}
}

// says reports whether a reading tells anything of the UPS's condition.
func says(r power.Reading) bool {
	return r.Source != power.Unknown || r.BatteryState != power.BatteryUnknown || r.ChargeRatio != nil ||
		r.RuntimeSeconds != nil || r.LoadRatio != nil || r.OutputWatts != nil || r.OutputVA != nil ||
		r.InputVolts != nil || r.OnBatterySeconds != nil || len(r.Doubts) > 0
}

// maxWords is the most bytes kept of a device's text.
const maxWords = 120

// clean makes the device's own words fit to be shown.
func (r *reader) clean(reading *power.Reading) {
	words := func(text string) string { return field.Clean(r.env.Secrets.Redact(text), maxWords) }
	reading.Model, reading.TestResult = words(reading.Model), words(reading.TestResult)
}

func (r *reader) failed(reason checks.Reason, text string) power.Result {
	return field.Failed(reason, text, r.env.Secrets)
}

// failure words what went wrong in a session.
func (r *reader) failure(ctx context.Context, s *session, err error) power.Result {
	if trouble := s.refusal(); trouble != "" && ctx.Err() != context.Canceled {
		return r.failed(checks.AuthFailed, r.peer+" "+trouble)
	}
	var status statusError
	switch {
	case errors.Is(err, errNoMIB):
		return r.failed(checks.WrongAnswer, r.peer+": "+err.Error())
	case errors.As(err, &status):
		return r.failed(status.reason(), r.peer+" answers "+status.Error())
	case errors.Is(err, gosnmp.ErrMaxRetriesExceeded):
		err = context.DeadlineExceeded
	}
	// The texts of the library's own errors stay out: they quote packets and stacks.
	result := field.Fail(ctx, r.peer, err, false, r.env.Secrets)
	switch {
	case result.Reason == checks.Timeout:
		result.Text += r.hint()
	case ctx.Err() == nil && s.heard():
		return r.failed(checks.WrongAnswer, "the answer of "+r.peer+" cannot be understood")
	}
	return result
}

// hint tells what else than a dead card looks like one.
func (r *reader) hint() string {
	switch {
	case r.settings.V3 == nil:
		return "; a wrong community, or one not allowed from this host, looks the same"
	case !r.settings.V3.PrivPassword.IsZero():
		return "; a wrong priv_password or priv_protocol looks the same"
	default:
		return ""
	}
}
