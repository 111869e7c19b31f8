package console

import (
	"hash/maphash"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// versionEvery is how often pages are made anew although nothing has happened: for latencies, loads
// and charges, which move all the time.
const versionEvery = 10 * time.Second

// versions names what pages show at a Situation: a page of the same version differs only in what
// ticks by itself. It remembers the newest, for many ask for the same one.
type versions struct {
	seed   maphash.Seed
	newest atomic.Pointer[versioned]
}

type versioned struct {
	situation *rules.Situation
	version   string
}

func newVersions() *versions { return &versions{seed: maphash.MakeSeed()} }

func (n *versions) of(s *rules.Situation) string {
	if last := n.newest.Load(); last != nil && last.situation == s {
		return last.version
	}
	d := digest{}
	d.SetSeed(n.seed)
	d.situation(s)
	v := &versioned{s, strconv.FormatUint(d.Sum64(), 36)}
	n.newest.Store(v)
	return v.version
}

// digest takes in what somebody should see at once.
type digest struct{ maphash.Hash }

func (d *digest) situation(s *rules.Situation) {
	d.number(s.Journal.Events, int64(s.Journal.Unwritten), s.At.Unix()/int64(versionEvery/time.Second))
	d.text(s.Plan.Hash, s.Plan.Rejected, s.Journal.Failing, s.Agent.BlindText, string(s.Stage), string(s.Decision.Recommendation))
	d.truth(s.Agent.Blind, s.Clock.Estimated)
	d.number(int64(s.Response.Steps.Overdue), int64(s.Response.Steps.Open))
	for _, sys := range s.Systems {
		d.system(sys)
	}
	for _, ch := range s.Channels {
		d.truth(ch.FailingSince.IsZero())
	}
	if p := s.Power; p != nil {
		d.truth(p.UtilityLost, p.UtilityUnknown, p.Holds, p.HoldsUnshed)
		for _, sup := range p.Supplies {
			d.text(string(sup.Source))
			d.truth(sup.Lost, sup.Runs())
		}
	}
}

func (d *digest) system(s *rules.SystemFacts) {
	d.text(string(s.State))
	if o := s.Outage; o != nil {
		d.text(string(o.Verdict), string(o.Risk))
		d.truth(o.ProjectionPassed)
	}
}

// text and the others cannot fail: a hash takes all.
func (d *digest) text(all ...string) {
	for _, s := range all {
		_, _ = d.WriteString(s)
		_ = d.WriteByte(0)
	}
}

func (d *digest) number(all ...int64) {
	for _, n := range all {
		d.text(strconv.FormatInt(n, 36))
	}
}

func (d *digest) truth(all ...bool) {
	for _, b := range all {
		d.text(strconv.FormatBool(b))
	}
}
