package schedule

import "github.com/keizoku-bcp/keizoku/checks"

// Set makes jobs all that the engine runs. A job of the same system, check and plan goes on
// undisturbed (with the new Prober from its next run on, when it is another one); a changed one
// keeps its confirmed state and gets a new schedule; one no longer named stops, and nothing is
// told of it any more. Known counts for jobs that were not there before.
func (e *Engine) Set(jobs []Job) {
	e.closeAll(e.replace(jobs))
	signal(e.wake)
}

// replace does the work of Set and returns the probers to close.
func (e *Engine) replace(jobs []Job) (stale []checks.Prober) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		for _, spec := range jobs {
			stale = append(stale, spec.Prober)
		}
		return stale
	}
	before := e.jobs
	e.jobs, e.shortest = make(map[string]*job, len(jobs)), 0
	for _, spec := range jobs {
		key := Key(spec.System, spec.Check.Name)
		if e.jobs[key] != nil {
			e.opts.Log.Error("a check is there twice; the second is left out", "system", spec.System, "check", spec.Check.Name)
			stale = append(stale, spec.Prober)
			continue
		}
		j, replaced := e.admit(spec, before[key])
		stale = append(stale, replaced...)
		delete(before, key)
		e.jobs[key] = j
		if e.shortest == 0 || j.pace.interval < e.shortest {
			e.shortest = j.pace.interval
		}
	}
	for _, j := range before {
		e.agenda.drop(j)
		stale = append(stale, j.leave()...)
	}
	return stale
}

// admit returns the job for spec, which is old brought up to date when there is one, and the
// prober to close.
func (e *Engine) admit(spec Job, j *job) (*job, []checks.Prober) {
	if j != nil && same(j.check, spec.Check) {
		j.check, j.local = spec.Check, spec.Local
		return j, j.use(spec.Prober)
	}
	var stale []checks.Prober
	if j == nil {
		j = newJob(spec)
	} else {
		stale = j.change(spec)
	}
	if e.started {
		e.agenda.put(j, j.pace.soon(e.clock.now()))
	}
	return j, stale
}
