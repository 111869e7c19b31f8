package agent

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/vantage"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/icmp"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func (a *Agent) newVantage(targets []string) *vantage.Vantage {
	return vantage.New(vantage.Options{
		Targets: targets, Ping: a.ping, Now: a.clock.Now, Changed: a.sight, Log: a.log.Logger,
	})
}

// ping asks a vantage host, through the socket that the icmp checks use.
func (a *Agent) ping(ctx context.Context, host string) error {
	env := &checks.Env{Agent: a.settings, System: "vantage", Check: host, Shared: &a.shared, Log: a.log.Logger}
	prober, err := icmp.Kind().New(&icmp.Settings{Host: host, Count: 1}, env)
	if err != nil {
		return err
	}
	result := prober.Probe(ctx)
	switch result.Reason {
	case checks.OK:
		return nil
	case checks.ErrorLocal:
		return fmt.Errorf("%s: %w", result.Text, syscall.EPERM)
	default:
		return errors.New(result.Text)
	}
}

// sight journals that the agent was cut off, or sees again.
func (a *Agent) sight(blind bool, since time.Time, text string) {
	_, err := a.record(context.Background(), func(_ *plan.Plan, s *rules.State) ([]journal.Event, error) {
		switch {
		case blind && s.Blind == nil:
			return []journal.Event{draft(a.settings.Name, journal.BlindBegan{Since: since, Text: text})}, nil
		case !blind && s.Blind != nil:
			return []journal.Event{draft(a.settings.Name, journal.BlindEnded{From: s.Blind.Since, To: since})}, nil
		default:
			return nil, nil
		}
	})
	a.logError("journal whether the agent sees", err)
	if !blind {
		a.inbox.Excuse()
		a.engine.RunNow(func(string, string) bool { return true })
		a.supplies.RunNow(func(string, string) bool { return true })
	}
}
