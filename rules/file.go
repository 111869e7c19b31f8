package rules

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// A response has a file, see [Response]. A new file begins with the first move into a response, and
// with the move that reopens one that was stood down. What people recorded shortly before, in
// ordinary times, goes into it: whoever calls people out at once and moves the stage later must
// not find the calls gone.

// stage is the stage of the response.
func (r *Response) stage() plan.Stage {
	if r.Stage == "" {
		return plan.Monitoring
	}
	return r.Stage
}

// lastMove is the newest move of the stage, or nil.
func (r *Response) lastMove() *Move {
	if len(r.Moves) == 0 {
		return nil
	}
	return &r.Moves[len(r.Moves)-1]
}

// lastWork is the newest move that stands, or nil: a mistake that was taken back makes the file no
// younger. Where it is all that there is, the newest of any kind.
func (r *Response) lastWork() *Move {
	if m := r.undoable(); m != nil {
		return m
	}
	return r.lastMove()
}

// recent reports whether the file was at work within [fileKept] of now, so that a return from
// ordinary times goes on with it.
func (r *Response) recent(now time.Time) bool {
	last := r.lastWork()
	return last != nil && !last.At.Before(now.Add(-fileKept))
}

// since is from when on calls and answers count at now; zero: all of the file do. In ordinary
// times they grow old: nobody is at hand because somebody reached them last month.
func (r *Response) since(now time.Time) time.Time {
	if r.stage().Responding() || r.recent(now) {
		return time.Time{}
	}
	return now.Add(-fileKept)
}

// issued is the number of the newest situation report that counts at now; the next one is one more.
func (r *Response) issued(now time.Time) int {
	if r.stage() == plan.Monitoring && r.ReportedAt.Before(r.since(now)) {
		return 0
	}
	return r.Reports
}

// opensFile reports whether a move at now begins a new file.
func (r *Response) opensFile(now time.Time) bool {
	return r.stage() == plan.StoodDown || r.stage() == plan.Monitoring && !r.recent(now)
}

// successor is the file that begins at the time given. It takes over what was recorded since the
// newest move that stands, and within [fileKept].
func (r *Response) successor(at time.Time) Response {
	since := at.Add(-fileKept)
	if last := r.lastWork(); last != nil {
		since = latest(since, last.At)
	}
	before := *r
	before.Before = nil
	next := Response{Stage: r.Stage, Before: &before}
	before.Calls, next.Calls = splitCalls(r.Calls, since)
	before.Answers, next.Answers = splitAnswers(r.Answers, since)
	if r.Choice != nil && !r.Choice.At.Before(since) {
		before.Choice, next.Choice = nil, r.Choice
	}
	if r.stage() == plan.Monitoring && !r.ReportedAt.Before(since) {
		next.Reports, next.ReportedAt, next.ReportID = r.Reports, r.ReportedAt, r.ReportID
	}
	return next
}

// splitCalls parts the calls from those since the time given.
func splitCalls(all []Call, since time.Time) (old, recent []Call) {
	for _, c := range all {
		if c.At.Before(since) {
			old = append(old, c)
		} else {
			recent = append(recent, c)
		}
	}
	return old, recent
}

// splitAnswers parts the answers from those since the time given.
func splitAnswers(all map[SurveyKey]Answer, since time.Time) (old, recent map[SurveyKey]Answer) {
	old, recent = make(map[SurveyKey]Answer), make(map[SurveyKey]Answer)
	for key, a := range all {
		if a.At.Before(since) {
			old[key] = a
		} else {
			recent[key] = a
		}
	}
	return old, recent
}

// takeBack undoes what the move named brought with it: the end of a choice, checklists that nobody
// has touched, and the new file that began with it when the one before was closed. One that had
// grown old in ordinary times stays away: it would not have been gone on with either.
func (r *Response) takeBack(move string) {
	for i := range r.Moves {
		if m := &r.Moves[i]; m.ID == move && r.Choice == nil {
			r.Choice, m.Choice = m.Choice, nil
		}
	}
	r.Checklists = slices.DeleteFunc(r.Checklists, func(c *Checklist) bool {
		return c.BeganBy == move && len(c.Marks) == 0
	})
	if r.Before != nil && r.Before.stage() == plan.StoodDown && len(r.Moves) > 0 && r.Moves[0].ID == move {
		*r = r.rejoined()
	}
}

// rejoined is the file before this one as it goes on, with all that was recorded in this one.
func (r *Response) rejoined() Response {
	file := *r.Before
	file.Moves = append(file.Moves, r.Moves...)
	file.Calls = append(file.Calls, r.Calls...)
	maps.Copy(file.Answers, r.Answers)
	file.Choice = cmp.Or(r.Choice, file.Choice)
	for _, c := range r.Checklists {
		if same := file.checklist(c.Procedure); same != nil {
			same.take(c)
		} else {
			file.Checklists = append(file.Checklists, c)
		}
	}
	if r.ReportedAt.After(file.ReportedAt) {
		file.ReportedAt, file.ReportID = r.ReportedAt, r.ReportID
	}
	file.Reports = max(file.Reports, r.Reports) // so that no number comes twice
	return file
}

// taken are the moves that were taken back, by ID.
func (r *Response) taken() map[string]bool {
	taken := make(map[string]bool)
	for _, m := range r.Moves {
		if m.Undoes != "" {
			taken[m.Undoes] = true
		}
	}
	return taken
}

// undoable is the newest move that stands: it takes none back and was not taken back; nil when
// there is none.
func (r *Response) undoable() *Move {
	taken := r.taken()
	for i, m := range slices.Backward(r.Moves) {
		if m.Undoes == "" && !taken[m.ID] {
			return &r.Moves[i]
		}
	}
	return nil
}

// began is when the response began: with the first move into one that stands. It stays while the
// response is stood down, for the last report.
func (r *Response) began() time.Time {
	taken := r.taken()
	for _, m := range r.Moves {
		if r.stage() != plan.Monitoring && m.To.Responding() && m.Undoes == "" && !taken[m.ID] {
			return m.At
		}
	}
	return time.Time{}
}

// moveStage folds a move.
func (s *State) moveStage(e journal.Event, p journal.StageMoved) {
	r := &s.Response
	switch {
	case p.NewFile:
		*r = r.successor(e.At)
	case p.Undoes != "":
		r.takeBack(p.Undoes)
	}
	begun := p.Checklists
	p.Checklists, p.Situation = nil, nil // megabytes that nobody asks the state for
	m := Move{ID: e.ID, At: e.At, StageMoved: p, Actor: actorOf(e)}
	if p.To == plan.ContinuityResponse {
		m.Choice, r.Choice = r.Choice, nil
	}
	r.Moves = append(r.Moves, m)
	r.Stage = p.To
	r.BeganAt = r.began()
	r.begin(e, begun)
}

// applyResponse folds what people do about an event.
func (s *State) applyResponse(e journal.Event) {
	r := &s.Response
	switch p := e.Payload.(type) {
	case journal.StageMoved:
		s.moveStage(e, p)
	case journal.ThreatDeclared:
		r.begin(e, p.Checklists)
	case journal.OrdinaryChosen:
		r.choose(e, p)
	case journal.StepApplies:
		r.lasts(p.Step, p.Since)
	case journal.StepLapsed:
		r.lasts(p.Step, time.Time{})
	case journal.StepDone:
		r.mark(p.Step, func(m *StepMark) { m.done(e, p.Note) })
	case journal.StepUndone:
		r.mark(p.Step, func(m *StepMark) { m.undone(e, p) })
	case journal.StepNoted:
		r.mark(p.Step, func(m *StepMark) { m.note(e, p.Text) })
	case journal.CallMade:
		r.call(e, p)
	case journal.SurveyAnswered:
		r.answer(e, p)
	case journal.ReportIssued:
		r.Reports, r.ReportedAt, r.ReportID = p.Number, e.At, e.ID
	}
}

// actorOf is who acted; the zero Actor when nobody did.
func actorOf(e journal.Event) journal.Actor {
	if e.Actor == nil {
		return journal.Actor{}
	}
	return *e.Actor
}

// shift moves the times of the file with the clock: due times, the hours that a response lasts and
// the age of what was recorded count from them. What people say of their own watch stays.
func (r *Response) shift(step clockStep) {
	step.move(&r.BeganAt, &r.ReportedAt)
	for i := range r.Moves {
		step.move(&r.Moves[i].At)
		r.Moves[i].Choice.shift(step)
	}
	for i := range r.Calls {
		step.move(&r.Calls[i].At)
	}
	for key, a := range r.Answers {
		step.move(&a.At)
		r.Answers[key] = a
	}
	r.Choice.shift(step)
	for _, c := range r.Checklists {
		c.shift(step)
	}
	if r.Before != nil {
		r.Before.shift(step)
	}
}
