package console

import (
	"context"
	"sync"
	"time"
)

// Times of the pulse.
const (
	// pulseEvery is how often it looks whether something has changed that nothing was journaled of:
	// a deadline that passes, a channel that fails.
	pulseEvery = time.Second
	// pulseGap is the least time between two changes that browsers are told of: a blackout brings
	// hundreds of events, and one look at the page shows them all.
	pulseGap = 250 * time.Millisecond
	// pulseSettle is how long after a commit it looks: what is durable is taken into account a
	// moment later.
	pulseSettle = 20 * time.Millisecond
)

// pulse finds out when pages change, once for all who watch, and while anybody does.
type pulse struct {
	agent    Agent
	versions *versions

	mu      sync.Mutex
	streams int
	newest  *beat // the newest change, with its successor to come
	stop    func()
}

// beat is one change. Whoever waits for the next one sees the newest, however many there were.
type beat struct {
	at   time.Time     // by the agent's clock
	made time.Time     // by this process's, with its monotonic reading
	next chan struct{} // closed once there is a newer one
	of   *pulse
}

func newPulse(agent Agent, versions *versions) *pulse {
	p := &pulse{agent: agent, versions: versions}
	p.newest = &beat{next: make(chan struct{}), of: p}
	return p
}

// join begins to look, if nobody else watches. What it returns ends that once nobody does any more,
// and waits for it.
func (p *pulse) join() (leave func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams++; p.streams == 1 {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		p.stop = func() { cancel(); <-done }
		go func() {
			defer close(done)
			p.look(ctx)
		}()
	}
	return p.leave
}

func (p *pulse) leave() {
	p.mu.Lock()
	p.streams--
	stop := p.stop
	last := p.streams == 0
	if last {
		p.newest = &beat{next: make(chan struct{}), of: p} // the old one grows stale
	}
	p.mu.Unlock()
	if last {
		stop()
	}
}

// look tells of every change until ctx ends.
func (p *pulse) look(ctx context.Context) {
	wake, cancel := p.agent.Committed()
	defer cancel()
	tick := time.NewTicker(pulseEvery)
	defer tick.Stop()
	for told := ""; ; {
		sit := p.agent.Situation()
		if now := p.versions.of(sit); now != told {
			p.tell(ctx, sit.At)
			told = now
		}
		if !pause(ctx, pulseGap) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
			if !pause(ctx, pulseSettle) {
				return
			}
		}
	}
}

// tell wakes all streams; one look that has ended tells nobody.
func (p *pulse) tell(ctx context.Context, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	before := p.newest
	p.newest = &beat{at: at, made: time.Now(), next: make(chan struct{}), of: p}
	close(before.next)
}

// first returns the newest change, as soon as there is one; nil: ctx ended.
func (p *pulse) first(ctx context.Context) *beat {
	b := p.now()
	if b.at.IsZero() {
		return b.after(ctx)
	}
	return b
}

func (p *pulse) now() *beat {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.newest
}

// after waits for a newer change and returns the newest; nil: ctx ended.
func (b *beat) after(ctx context.Context) *beat {
	select {
	case <-ctx.Done():
		return nil
	case <-b.next:
		return b.of.now()
	}
}

// clock is what the agent's clock says now.
func (b *beat) clock() time.Time { return b.at.Add(time.Since(b.made)) }

// pause waits; false: ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
