package console

import (
	"context"
	"net/http"
	"slices"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// inspectionPage shows the scheduled inspections (始業前点検): when they come, and what they found;
// or the report of one run.
type inspectionPage struct {
	*view
	// Runs are the newest, the newest first.
	Runs []inspectionRun
	// Text is the report of one run; empty on the list.
	Text string
}

// inspectionRun is a line in the list of runs.
type inspectionRun struct {
	journal.InspectionDone
	ID    string
	Drill bool
}

// maxRuns bounds the list of runs; the chronology has the rest.
const maxRuns = 40

func buildInspections(c *console, v *view, r *http.Request) (any, error) {
	return &inspectionPage{view: v, Runs: c.inspectionRuns(r.Context(), maxRuns)}, nil
}

// inspectionRuns are the newest runs, the newest first.
func (c *console) inspectionRuns(ctx context.Context, most int) []inspectionRun {
	events := c.newest(ctx, journal.Query{Kinds: []journal.Kind{journal.KindInspectionDone}, Limit: most})
	var runs []inspectionRun
	for _, e := range slices.Backward(events) {
		if done, ok := e.Payload.(journal.InspectionDone); ok {
			runs = append(runs, inspectionRun{done, e.ID, e.Drill})
		}
	}
	return runs
}

func buildInspection(c *console, v *view, r *http.Request) (any, error) {
	id := r.PathValue("id")
	e, err := c.agent.Event(r.Context(), id)
	if err != nil {
		return nil, err
	}
	done, ok := e.Payload.(journal.InspectionDone)
	if !ok {
		return nil, &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoEvent, Data: rules.Particulars{ID: cut(id, maxShown)}}
	}
	v.Title = v.Short(v.Words.InspectionTitle(done))
	text := reports.Inspection(v.Words, reports.InspectionInput{
		Done: done, Plan: v.Situation.Plan, Agent: e.Agent, Zone: v.Written.Location, Drill: e.Drill,
	})
	return &inspectionPage{view: v, Text: cut(text, maxReport)}, nil
}

// Result says in a few words what a run found.
func (p *inspectionPage) Result(d journal.InspectionDone) string { return p.Words.InspectionResult(d) }

// Name is the title of an inspection.
func (p *inspectionPage) Name(d journal.InspectionDone) string {
	return p.Short(p.Words.InspectionTitle(d))
}

// Checks counts the checks that an inspection of everything looks at.
func (p *inspectionPage) Checks() int {
	n := 0
	for _, s := range p.Systems {
		n += len(s.Checks)
	}
	return n
}

// inspect runs an inspection now, for an operator, and leads to its report.
func (c *console) inspect(w http.ResponseWriter, r *http.Request) {
	v := c.view(r, page{name: "inspections", title: "console_inspection_title"})
	if _, ok := access.OperatorOf(r.Context()); !ok {
		a := &asked{name: "inspect", back: "/inspection"}
		c.estrange(c.actView(r, a), a).write(w, r)
		return
	}
	if err := readForm(w, r); err != nil {
		a := &asked{name: "inspect", back: "/inspection"}
		c.misread(c.actView(r, a), a, err).write(w, r)
		return
	}
	done, err := c.agent.Inspect(r.Context(), r.PostForm.Get("name"), func(int, int) {})
	if err != nil {
		c.failed(v, err).write(w, r)
		return
	}
	answer{to: c.reportOf(r.Context(), done)}.write(w, r)
}

// reportOf is the address of the report of a run.
func (c *console) reportOf(ctx context.Context, done journal.InspectionDone) string {
	for _, run := range c.inspectionRuns(ctx, maxRuns) {
		if run.Name == done.Name && run.StartedAt.Equal(done.StartedAt) {
			return "/inspection/" + run.ID
		}
	}
	return "/inspection" // the disk refuses the record for now
}
