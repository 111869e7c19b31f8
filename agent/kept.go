package agent

import (
	"cmp"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Keeper keeps the plan in force across restarts, in the state directory.
type Keeper interface {
	// Keep keeps the plan that Options.Load has returned last.
	Keep(stateDir string) error
	// Kept reads what was kept there.
	Kept(stateDir string) (*plan.Plan, error)
}

// firstPlan reads the plan to begin with. Where its files hold mistakes, and a Keeper has it, that is
// the one that was in force last: after a blackout an agent that watches by the plan of yesterday is
// better than none. The mistakes are journaled as those of a reload would be.
func (a *Agent) firstPlan() (*plan.Plan, error) {
	p, err := a.opts.Load()
	if err == nil || a.opts.Keeper == nil {
		return p, err
	}
	// A plan that cannot be read names no state directory.
	dir := cmp.Or(a.opts.StateDir, DefaultStateDir())
	p, keptErr := a.opts.Keeper.Kept(dir)
	if keptErr != nil {
		a.log.Error("the plan cannot be used, and neither can one that was in force before", "state_dir", dir, "err", keptErr)
		return nil, err
	}
	a.rejected = err
	return p, nil
}

// keepPlan keeps the plan in force for the next start.
func (a *Agent) keepPlan() {
	if a.opts.Keeper == nil {
		return
	}
	if err := a.opts.Keeper.Keep(a.settings.StateDir); err != nil {
		a.log.Warn("the plan in force cannot be kept: a start at which its files hold mistakes will fail", "err", err)
	}
}
