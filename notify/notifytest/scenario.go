package notifytest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keizoku-bcp/keizoku/notify"
)

type scenario struct {
	name string
	run  func(*testing.T, *subject)
}

func scenarios(target Target) []scenario {
	list := []scenario{
		{"the same twice", sameTwice},
		{"already canceled", alreadyCanceled},
		{"already past its deadline", alreadyLate},
	}
	switch target.Want {
	case Delivered:
		list = append(list, scenario{"every message", everyMessage}, scenario{"hostile text", hostile}, scenario{"open alerts", keep})
	case Hangs:
		list = append(list, scenario{"canceled midway", canceledMidway}, scenario{"open alerts", keep})
	}
	return list
}

// sameTwice: the wanted outcome comes, the same at the second try, and a receiver sees one ID.
func sameTwice(t *testing.T, s *subject) {
	before := s.received()
	m := Message()
	for range 2 {
		s.send(t, m, s.timeout(), s.target.Want)
	}
	seen := s.received()[len(before):]
	if s.target.Received != nil && s.target.Want == Delivered && len(seen) == 0 {
		t.Error("the receiver saw no message")
	}
	if i := slices.IndexFunc(seen, func(id string) bool { return !strings.Contains(id, m.ID) }); i >= 0 {
		t.Errorf("the receiver saw the ID %q, want %q at every try", seen[i], m.ID)
	}
}

func everyMessage(t *testing.T, s *subject) {
	for name, m := range Messages() {
		t.Run(name, func(t *testing.T) { s.send(t, m, sendTimeout, Delivered) })
	}
}

// hostile: whatever stands in it, a message is delivered, or refused as a whole; it does not upset
// the channel, which delivers the next.
func hostile(t *testing.T, s *subject) {
	s.send(t, Hostile(), sendTimeout, Delivered, Refused)
	s.send(t, Message(), sendTimeout, Delivered)
}

func alreadyCanceled(t *testing.T, s *subject) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s.sendIn(t, ctx, Message(), s.target.Want, Retried)
}

func alreadyLate(t *testing.T, s *subject) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	s.sendIn(t, ctx, Message(), s.target.Want, Retried)
}

// canceledMidway: a send that waits for a silent receiver gives up when told to.
func canceledMidway(t *testing.T, s *subject) {
	ctx, cancel := context.WithTimeout(context.Background(), sendTimeout)
	defer cancel()
	timer := time.AfterFunc(silentTimeout, cancel)
	defer timer.Stop()
	s.sendIn(t, ctx, Message(), Retried)
}

// keep: a Keeper takes any list of open alerts, and stops when told to.
func keep(t *testing.T, s *subject) {
	keeper, ok := s.channel.(notify.Keeper)
	if !ok {
		return
	}
	for _, open := range [][]notify.Alert{nil, Message().Alerts, Many(450).Alerts} {
		ctx, cancel := context.WithTimeout(context.Background(), s.timeout())
		err := keeper.Keep(ctx, open)
		cancel()
		if len(open) > 0 && (err == nil) != (s.target.Want == Delivered) {
			t.Errorf("keeping %d alerts open: %v", len(open), err)
		}
		if err != nil {
			s.checkText(t, "the error of Keep", err.Error())
		}
	}
}

func (s *subject) timeout() time.Duration {
	if s.target.Want == Hangs {
		return silentTimeout
	}
	return sendTimeout
}

// send sends with a time-out and wants one of the outcomes.
func (s *subject) send(t *testing.T, m *notify.Message, timeout time.Duration, want ...Outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	s.sendIn(t, ctx, m, want...)
}

type sent struct {
	receipt notify.Receipt
	err     error
}

// sendIn sees that Send ends with its context, and looks over what it returns.
func (s *subject) sendIn(t *testing.T, ctx context.Context, m *notify.Message, want ...Outcome) {
	t.Helper()
	done := make(chan sent, 1)
	go func() {
		receipt, err := s.channel.Send(ctx, m)
		done <- sent{receipt, err}
	}()
	select {
	case r := <-done:
		s.check(t, r, want)
		return
	case <-ctx.Done():
	}
	late := time.NewTimer(moment)
	defer late.Stop()
	select {
	case r := <-done:
		s.check(t, r, want)
	case <-late.C:
		t.Fatalf("Send still runs %s after its context ended: %v", moment, context.Cause(ctx))
	}
}

func (s *subject) check(t *testing.T, r sent, want []Outcome) {
	t.Helper()
	got := outcome(r.err)
	if !slices.Contains(want, got) && (got != Retried || !slices.Contains(want, Hangs)) {
		t.Errorf("%s: %q, %v; want one of %q", got, r.receipt, r.err, want)
	}
	if r.err != nil {
		s.checkText(t, "the error", r.err.Error())
	} else if strings.TrimSpace(string(r.receipt)) == "" {
		t.Error("delivered without a receipt")
	}
	s.checkText(t, "the receipt", string(r.receipt))
	if notify.Wait(r.err) < 0 {
		t.Errorf("a wait of %s", notify.Wait(r.err))
	}
}

func outcome(err error) Outcome {
	switch {
	case err == nil:
		return Delivered
	case notify.IsRefused(err):
		return Refused
	default:
		return Retried
	}
}

// maxText is the most that a receipt or an error may say: both are kept and shown.
const maxText = 2000

// checkText: receipts and errors are shown on terminals and in mails, and part of them comes from
// strangers.
func (s *subject) checkText(t *testing.T, where, text string) {
	t.Helper()
	if len(text) > maxText {
		t.Errorf("%s has %d bytes, more than %d: %.80q…", where, len(text), maxText, text)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		t.Errorf("%s holds control characters, or is not UTF-8: %q", where, text)
	}
	s.secrets.Check(t, where, text)
}
