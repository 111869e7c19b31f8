package console

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A double click: the second waits for what comes of the first.
func TestConfirmedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, carried := newConfirmations(), 0
		carry := func() (string, error) {
			time.Sleep(time.Second)
			carried++
			return fmt.Sprint("event", carried), nil
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if id, err := c.once("ticket", time.Now, carry); id != "event1" || err != nil {
					t.Errorf("%s, %v", id, err)
				}
			})
		}
		wg.Wait()
		time.Sleep(confirmedFor - 2*time.Second)
		if id, _ := c.once("ticket", time.Now, carry); id != "event1" || carried != 1 {
			t.Errorf("%s, carried out %d times", id, carried)
		}
		time.Sleep(time.Minute)
		if id, _ := c.once("ticket", time.Now, carry); id != "event2" {
			t.Errorf("%s: it is remembered for ever", id)
		}
		for range 2 {
			_, _ = c.once("", time.Now, carry)
		}
		if carried != 4 {
			t.Errorf("carried out %d times: without a ticket each is its own", carried)
		}
	})
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
