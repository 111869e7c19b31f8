package schedule

import (
	"container/heap"
	"time"
)

// agenda holds the next run of every check, the earliest first. The zero agenda is empty.
type agenda struct{ jobs byDue }

// put sets when j is due, in place of what was set before.
func (a *agenda) put(j *job, due time.Duration) {
	j.due = due
	if j.place < 0 {
		heap.Push(&a.jobs, j)
	} else {
		heap.Fix(&a.jobs, j.place)
	}
}

// drop takes j off; it may not be on.
func (a *agenda) drop(j *job) {
	if j.place >= 0 {
		heap.Remove(&a.jobs, j.place)
	}
}

// next returns when the earliest job is due, if there is one.
func (a *agenda) next() (time.Duration, bool) {
	if len(a.jobs) == 0 {
		return 0, false
	}
	return a.jobs[0].due, true
}

// take takes off and returns the earliest job if it is due by now, or nil.
func (a *agenda) take(now time.Duration) *job {
	if due, ok := a.next(); !ok || due > now {
		return nil
	}
	return heap.Pop(&a.jobs).(*job)
}

// byDue is a heap of jobs; each knows its place in it, or -1.
type byDue []*job

func (h byDue) Len() int           { return len(h) }
func (h byDue) Less(a, b int) bool { return h[a].due < h[b].due }
func (h byDue) Swap(a, b int) {
	h[a], h[b] = h[b], h[a]
	h[a].place, h[b].place = a, b
}

func (h *byDue) Push(x any) {
	j := x.(*job)
	j.place = len(*h)
	*h = append(*h, j)
}

func (h *byDue) Pop() any {
	last := len(*h) - 1
	j := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	j.place = -1
	return j
}
