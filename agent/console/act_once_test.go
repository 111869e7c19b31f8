package console

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// A double click: the second waits for what comes of the first.
func TestConfirmedOnce(t *testing.T) {
	t.Parallel()
	c, carried, now := newConfirmations(), 0, nine
	once := func(ticket string) string {
		id, err := c.once(ticket, func() time.Time { return now }, func() (string, error) {
			carried++
			return fmt.Sprint("event", carried), nil
		})
		if err != nil {
			t.Error(err)
		}
		return id
	}
	var clicks sync.WaitGroup
	for range 3 {
		clicks.Go(func() {
			if id := once("ticket"); id != "event1" {
				t.Errorf("a click leads to %s", id)
			}
		})
	}
	clicks.Wait()
	now = nine.Add(confirmedFor - 1)
	if id := once("ticket"); id != "event1" {
		t.Errorf("%s: it is forgotten already", id)
	}
	now = nine.Add(confirmedFor)
	if id := once("ticket"); id != "event2" {
		t.Errorf("%s: it is remembered for ever", id)
	}
	if first, second := once(""), once(""); first == second {
		t.Error("without a ticket each is its own")
	}
}

func TestWhatFailedMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	c := newConfirmations()
	if _, err := c.once("ticket", time.Now, func() (string, error) { return "", errors.New("disk full") }); err == nil {
		t.Error("the failure is not told")
	}
	if id, err := c.once("ticket", time.Now, func() (string, error) { return "event", nil }); id != "event" || err != nil {
		t.Errorf("%s, %v", id, err)
	}
}

// However many confirm, little is remembered, and what is newest longest.
func TestConfirmationsAreBounded(t *testing.T) {
	t.Parallel()
	c, now := newConfirmations(), nine
	for i := range 2 * maxConfirmed {
		now = now.Add(time.Millisecond)
		_, _ = c.once(fmt.Sprint(i), func() time.Time { return now }, func() (string, error) { return "event", nil })
	}
	if len(c.all) > maxConfirmed {
		t.Errorf("%d are remembered", len(c.all))
	}
	id, _ := c.once(fmt.Sprint(maxConfirmed+1), func() time.Time { return now }, func() (string, error) { return "another", nil })
	if id != "event" {
		t.Error("one that was among the newest is forgotten")
	}
}
