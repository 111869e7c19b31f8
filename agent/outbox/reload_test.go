package outbox

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/notify"
)

func TestReloadLetsTheTryUnderWayEnd(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		old, next, other := &radio{took: 8 * time.Second}, &radio{}, &radio{}
		o.use(map[string]notify.Channel{"mail": old, "chat": other})
		o.commit(Change{Messages: []Addressed{to("mail", "a", notify.Opened, "a"), to("mail", "b", notify.Opened, "b")}})
		time.Sleep(time.Second)
		o.use(map[string]notify.Channel{"mail": next, "chat": other})
		synctest.Wait()
		if old.timesClosed() != 0 || len(next.heard()) != 0 {
			t.Errorf("the new channel is used while the old one sends")
		}
		time.Sleep(8 * time.Second)
		if diff := cmp.Diff([][]string{{"a"}, {"b"}}, [][]string{old.heard(), next.heard()}); diff != "" {
			t.Error(diff)
		}
		if old.timesClosed() != 1 || other.timesClosed() != 0 {
			t.Errorf("closed: old %d times, the one that stays %d times", old.timesClosed(), other.timesClosed())
		}
		o.shut()
		if next.timesClosed() != 1 || other.timesClosed() != 1 || old.timesClosed() != 1 {
			t.Errorf("after Close: %d, %d, %d", old.timesClosed(), next.timesClosed(), other.timesClosed())
		}
	})
}

// What waits is known by channel and alert, once however many messages wait.
func TestWaiting(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		o.use(map[string]notify.Channel{"mail": &radio{says: dead}, "chat": &radio{says: dead}, "desk": &radio{}})
		for _, channel := range []string{"mail", "chat", "desk"} {
			o.say(channel, "first", notify.Opened, "a", "b")
			o.say(channel, "again", notify.Reminded, "a")
		}
		time.Sleep(time.Minute)
		if diff := cmp.Diff(map[string][]string{"a": {"chat", "mail"}, "b": {"chat", "mail"}}, o.Waiting()); diff != "" {
			t.Errorf("behind dead links (-want +got):\n%s", diff)
		}
		o.use(map[string]notify.Channel{"mail": &radio{}, "desk": &radio{}})
		time.Sleep(time.Hour)
		if diff := cmp.Diff(map[string][]string{}, o.Waiting()); diff != "" {
			t.Errorf("one mended, one gone (-want +got):\n%s", diff)
		}
		o.shut()
	})
}

// Who mends a wrong address need not wait for the back-off of the old one.
func TestReloadTriesAtOnce(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		o.use(map[string]notify.Channel{"mail": &radio{says: dead}})
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			o.say("mail", name, notify.Opened, name)
		}
		time.Sleep(24 * time.Hour)
		r := &radio{}
		o.use(map[string]notify.Channel{"mail": r})
		synctest.Wait()
		if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, r.heard()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

// Nor for the time that the receiver at the old address asked for.
func TestReloadDoesNotWaitForAnotherReceiver(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		o.use(map[string]notify.Channel{"chat": &radio{says: func(*notify.Message) error {
			return &notify.RetryAfter{Err: errDead, After: time.Hour}
		}}})
		o.say("chat", "a", notify.Opened, "a")
		time.Sleep(time.Minute)
		r := &radio{}
		o.use(map[string]notify.Channel{"chat": r})
		synctest.Wait()
		if diff := cmp.Diff([]string{"a"}, r.heard()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

func TestChannelThatIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		gone    time.Duration
		want    []string
		dropped bool
	}{
		"comes back": {6 * 24 * time.Hour, []string{"a"}, false},
		"for a week": {7*24*time.Hour + 2*time.Hour, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				o := openOffice(t, dir, Options{})
				o.use(map[string]notify.Channel{"mail": &radio{says: dead}})
				o.say("mail", "a", notify.Opened, "a")
				time.Sleep(10 * 24 * time.Hour)
				o.use(nil)
				synctest.Wait()
				if s := o.standing("mail"); s.GoneSince.IsZero() || s.Failing != nil || s.Pending != 1 {
					t.Errorf("%+v", s)
				}
				time.Sleep(24 * time.Hour)
				o.shut()
				o = openOffice(t, dir, Options{}) // it is known over a restart since when
				o.use(nil)
				time.Sleep(c.gone - 24*time.Hour)
				r := &radio{}
				o.use(map[string]notify.Channel{"mail": r})
				synctest.Wait()
				if diff := cmp.Diff(c.want, r.heard()); diff != "" {
					t.Error(diff)
				}
				if got := o.states(); got[0] == "a dropped" != c.dropped {
					t.Errorf("queue: %v", got)
				}
				if s := o.standing("mail"); !s.GoneSince.IsZero() {
					t.Errorf("%+v", s)
				}
				o.shut()
			})
		})
	}
}

// A channel that was given another name takes what waits for it along into nowhere: the log says so,
// once, and what of it people wait for.
func TestWhatAGoneChannelLeavesIsTold(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		o := openOffice(t, dir, Options{Log: textLog(&log)})
		o.use(map[string]notify.Channel{"mail": &radio{says: dead}, "chat": &radio{}})
		o.say("mail", "a", notify.Opened, "a")
		o.say("mail", "a is over", notify.Closed, "a")
		synctest.Wait()
		for range 2 {
			o.use(map[string]notify.Channel{"letters": &radio{}})
		}
		o.shut()
		told := log.String()
		if strings.Count(told, "gone from the plan") != 1 || !strings.Contains(told, "channel=mail messages=2 closes=1 given_up=2000-01-08T") {
			t.Errorf("log: %s", told)
		}
	})
}

func TestSendNowToAChannelThatGoes(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{took: 8 * time.Second}
		o.use(map[string]notify.Channel{"mail": r})
		o.say("mail", "a", notify.Opened, "a")
		synctest.Wait()
		answer := make(chan error)
		go func() {
			_, err := o.SendNow(t.Context(), "mail", &notify.Message{Subject: "test"})
			answer <- err
		}()
		synctest.Wait()
		o.use(nil)
		if err := <-answer; !errors.Is(err, ErrNoChannel) {
			t.Errorf("SendNow = %v", err)
		}
		o.shut()
	})
}

func TestOldReceiptsGo(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		o.use(map[string]notify.Channel{"mail": &radio{says: bad("waits")}})
		o.say("mail", "waits", notify.Opened, "w")
		o.say("mail", "old", notify.Opened, "a")
		time.Sleep(keptFor - 24*time.Hour)
		o.say("mail", "young", notify.Opened, "b")
		time.Sleep(48 * time.Hour)
		if diff := cmp.Diff([]string{"waits pending", "young delivered"}, o.states()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

// A thousand heartbeats a day must not push out the receipts of others.
func TestReceiptsOfHeartbeatsGoSoon(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		o.use(map[string]notify.Channel{"mail": &radio{}})
		o.say("mail", "told", notify.Opened, "a")
		for i := range 60 {
			o.say("mail", fmt.Sprint(i), notify.Alive)
			time.Sleep(time.Minute)
		}
		time.Sleep(tendEvery + time.Second)
		if diff := cmp.Diff([]string{"told delivered"}, o.states()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

// A try that does not end although its time is up must not keep the agent from ending.
func TestCloseIsBounded(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		free := make(chan struct{})
		o.use(map[string]notify.Channel{"mail": &radio{says: func(*notify.Message) error { <-free; return nil }}})
		began := time.Now()
		o.say("mail", "a", notify.Opened, "a")
		time.Sleep(time.Minute)
		if f := o.standing("mail").Failing; f == nil || !strings.Contains(f.Error, "does not end") || !f.Since.Equal(began) {
			t.Errorf("Failing = %+v", f)
		}
		if err := o.Close(); err == nil {
			t.Error("Close has not noticed")
		}
		close(free)
		synctest.Wait()
		if err := o.store.Close(); err != nil {
			t.Error(err)
		}
	})
}
