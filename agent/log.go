package agent

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"

	"github.com/keizoku-bcp/keizoku/journal"
)

// logger is slog with the few forms that other libraries want.
type logger struct{ *slog.Logger }

// std returns a standard logger for net/http, whose complaints are about clients.
func (l logger) std() *log.Logger { return slog.NewLogLogger(l.Handler(), slog.LevelDebug) }

// served tells why a listener is served no more, unless that was meant.
func (l logger) served(on net.Listener, err error) {
	if err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		l.Error("nothing is served any more; mend it and restart the agent", "address", on.Addr(), "err", err)
	}
}

// logEvent writes one line per journaled event, after it is durable.
func (a *Agent) logEvent(e journal.Event) {
	args := []any{"kind", e.Kind, "seq", e.Seq}
	if e.Subject != "" {
		args = append(args, "subject", e.Subject)
	}
	switch p := e.Payload.(type) {
	case journal.OutageOpened:
		args = append(args, "reason", p.Reason, "text", p.Text, "deadline", p.Terms.Deadline)
	case journal.OutageClosed:
		args = append(args, "ended_at", p.EndedAt, "met", p.Met)
	case journal.BlindBegan:
		args = append(args, "text", p.Text)
	case journal.PlanLoaded:
		if len(p.Dropped) > 0 {
			args = append(args, "outages_dropped", p.Dropped)
		}
	case journal.PlanRejected:
		args = append(args, "diagnostics", p.Diagnostics)
	case journal.PowerBegan:
		args = append(args, "condition", p.Condition, "first_at", p.FirstAt, "text", p.Text)
	case journal.PowerEnded:
		args = append(args, "condition", p.Condition, "ended_at", p.EndedAt)
	case journal.RecommendationChanged:
		args = append(args, "from", p.From, "to", p.To)
	case journal.StageMoved:
		args = append(args, "from", p.From, "to", p.To, "against", p.Against)
	}
	if e.Actor != nil {
		args = append(args, "user", e.Actor.User, "by", e.Actor.By)
	}
	a.log.Log(context.Background(), levelOf(e), "journaled", args...)
}

// levelOf is Warn for what somebody should look into.
func levelOf(e journal.Event) slog.Level {
	switch e.Kind {
	case journal.KindOutageOpened, journal.KindOutageReopened, journal.KindDeadlineMissed, journal.KindBlindBegan, journal.KindClockUntrusted, journal.KindPlanRejected:
		return slog.LevelWarn
	case journal.KindPlanLoaded:
		if loaded, ok := e.Payload.(journal.PlanLoaded); ok && len(loaded.Dropped) > 0 {
			return slog.LevelWarn // what is down is counted no further
		}
	case journal.KindPowerBegan:
		if began, ok := e.Payload.(journal.PowerBegan); !ok || began.Condition != journal.Running {
			return slog.LevelWarn // a generator that runs is what it is there for
		}
	case journal.KindRecommendationChanged:
		if changed, ok := e.Payload.(journal.RecommendationChanged); ok && changed.To.Worse(changed.From) {
			return slog.LevelWarn
		}
	}
	return slog.LevelInfo
}
