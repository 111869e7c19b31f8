package outbox

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/notify"
)

func countTexts(n *int) func(*sql.Tx) error {
	return func(tx *sql.Tx) error { return tx.QueryRow("SELECT count(*) FROM message_texts").Scan(n) }
}

func TestPoisonBlocksItsOwnAlertAlone(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: bad("p1", "p2", "p3", "p4", "p5")}
		o.use(map[string]notify.Channel{"mail": r})
		for i := 1; i <= 5; i++ {
			o.say("mail", fmt.Sprint("p", i), notify.Opened, fmt.Sprint("p", i))
			o.say("mail", fmt.Sprint("p", i, " worse"), notify.Worsened, fmt.Sprint("p", i))
		}
		time.Sleep(time.Minute)
		for i := range 20 {
			o.say("mail", fmt.Sprint("g", i), notify.Opened, fmt.Sprint("g", i))
		}
		time.Sleep(time.Minute)
		if got := r.heard(); len(got) != 20 {
			t.Fatalf("of 20 good messages arrived: %v", got)
		}
		o.say("mail", "late", notify.Opened, "late")
		synctest.Wait()
		if got := r.heard(); got[len(got)-1] != "late" {
			t.Errorf("a good message waits for bad ones of other alerts: %v", got)
		}
		before := len(r.tried())
		time.Sleep(24 * time.Hour)
		if tries := len(r.tried()) - before; tries > 5*24*60 || tries < 5*24*12-50 {
			t.Errorf("five bad messages were tried %d times in a day", tries)
		}
		failing := o.standing("mail").Failing
		if failing == nil || !failing.Since.Before(time.Now().Add(-24*time.Hour)) || failing.Error != errDead.Error() {
			t.Errorf("Failing = %+v", failing)
		}
		r.set(nil)
		time.Sleep(longestBackOff)
		if got := o.standing("mail"); got.Pending != 0 || got.Failing != nil {
			t.Errorf("%+v", got)
		}
		heard := r.heard()
		if slices.Index(heard, "p3 worse") < slices.Index(heard, "p3") {
			t.Errorf("out of order: %v", heard)
		}
		o.shut()
	})
}

func TestAReceiverThatAsksForTimeGetsIt(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		busy := true
		r := &radio{says: func(*notify.Message) error {
			if busy {
				busy = false
				return &notify.RetryAfter{Err: errDead, After: 40 * time.Minute}
			}
			return nil
		}}
		o.use(map[string]notify.Channel{"chat": r})
		o.say("chat", "first", notify.Opened, "a")
		time.Sleep(time.Minute)
		o.say("chat", "second", notify.Opened, "b") // not about the same alert, and yet to the same receiver
		time.Sleep(38 * time.Minute)
		if got := len(r.tried()); got != 1 {
			t.Errorf("%d tries before the time that the receiver asked for", got)
		}
		time.Sleep(2 * time.Minute)
		if diff := cmp.Diff([]string{"first", "second"}, r.heard()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		o.shut()
	})
}

// One that is suspect without fault, for its link came and went, has its turn although bad ones
// make the link look dead.
func TestSuspectsHaveTheirTurn(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: bad("good")}
		o.use(map[string]notify.Channel{"mail": r})
		o.say("mail", "good", notify.Opened, "good")
		time.Sleep(time.Minute)
		o.say("mail", "other", notify.Opened, "other")
		time.Sleep(5 * time.Minute)
		o.mu.Lock()
		suspect := o.lanes["mail"].items[0].suspect()
		o.mu.Unlock()
		if !suspect {
			t.Error("it was to be suspect by now")
		}
		r.set(bad("good", "p1", "p2", "p3"))
		for _, name := range []string{"p1", "p2", "p3"} {
			o.say("mail", name, notify.Opened, name)
		}
		time.Sleep(time.Hour)
		r.set(bad("p1", "p2", "p3"))
		time.Sleep(3 * longestBackOff)
		if got := r.heard(); !slices.Contains(got, "good") {
			t.Errorf("%v", got)
		}
		o.shut()
	})
}

func TestWeekOfDeadLink(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: dead, took: time.Second}
		o.use(map[string]notify.Channel{"mail": r})
		began := time.Now()
		for i := range 100 {
			name := fmt.Sprint("alert ", i)
			o.say("mail", name, notify.Opened, name)
		}
		time.Sleep(7 * 24 * time.Hour)
		tries := len(r.tried())
		if tries < 7*24*12 || tries > 7*24*12*2+100 {
			t.Errorf("%d tries in a week", tries)
		}
		st := o.standing("mail")
		if st.Pending != 100 || st.Failing == nil || st.Failing.Since.Sub(began) > time.Minute || st.Failing.Tries != tries {
			t.Errorf("%+v %+v", st, st.Failing)
		}
		r.set(nil)
		o.say("mail", "new", notify.Opened, "new")
		time.Sleep(freshPause + 110*time.Second)
		got := r.heard()
		if slices.Sort(got); len(got) != 101 {
			t.Errorf("after the link was back, %d of 101 messages arrived", len(got))
		}
		o.shut()
	})
}

func TestOrderIsThatOfTheQueue(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		var messages []Addressed
		var want []string
		for i := range 50 {
			messages = append(messages, to("mail", fmt.Sprint(i), notify.Opened, fmt.Sprint(i)))
			want = append(want, fmt.Sprint(i))
		}
		r := &radio{}
		o.use(map[string]notify.Channel{"mail": r})
		o.commit(Change{Messages: messages})
		synctest.Wait()
		if diff := cmp.Diff(want, r.heard()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

func TestCloseCarriesAnOldOpeningAlone(t *testing.T) {
	for name, c := range map[string]struct {
		wait time.Duration
		want []string
	}{
		"young": {23 * time.Hour, []string{"down", "worse", "both", "up", "other up"}},
		"old":   {25 * time.Hour, []string{"both", "up", "other up"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				o := openOffice(t, dir, Options{})
				r := &radio{says: dead}
				o.use(map[string]notify.Channel{"mail": r})
				o.say("mail", "down", notify.Opened, "a")
				o.say("mail", "worse", notify.Worsened, "a")
				o.say("mail", "both", notify.Reminded, "a", "b") // b is not closed: it must be told
				time.Sleep(c.wait)
				o.shut() // age is measured over a restart too
				o = openOffice(t, dir, Options{})
				o.say("mail", "up", notify.Closed, "a")
				r = &radio{says: dead}
				o.use(map[string]notify.Channel{"mail": r})
				time.Sleep(time.Minute)
				r.set(nil)
				time.Sleep(longestBackOff)
				o.say("mail", "other up", notify.Closed, "b")
				synctest.Wait()
				if diff := cmp.Diff(c.want, r.heard()); diff != "" {
					t.Error(diff)
				}
				if n := o.standing("mail").Counts[Superseded]; int(n) != 5-len(c.want) {
					t.Errorf("%d superseded", n)
				}
				o.shut()
			})
		})
	}
}

// What came back after its close, under one key, is open: no close before it speaks for it.
func TestACloseSpeaksForWhatIsBeforeItAlone(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: dead}
		o.use(map[string]notify.Channel{"mail": r})
		o.say("mail", "other down", notify.Opened, "b")
		o.say("mail", "up", notify.Closed, "a")
		o.say("mail", "down again", notify.Opened, "a")
		o.say("mail", "other up", notify.Closed, "b")
		time.Sleep(staleAfter + time.Hour)
		r.set(nil)
		time.Sleep(2 * longestBackOff)
		got := r.heard()
		slices.Sort(got)
		if diff := cmp.Diff([]string{"down again", "other up", "up"}, got); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

func TestOnlyTheNewestHeartbeatIsSent(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: dead}
		o.use(map[string]notify.Channel{"hook": r})
		for i := range 100 {
			o.say("hook", fmt.Sprint(i), notify.Alive)
			time.Sleep(time.Minute)
		}
		if n := o.standing("hook").Pending; n != 1 {
			t.Errorf("%d heartbeats wait", n)
		}
		r.set(nil)
		time.Sleep(longestBackOff)
		if diff := cmp.Diff([]string{"99"}, r.heard()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

func TestRefusedIsFinal(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		o := openOffice(t, dir, Options{Log: textLog(&log)})
		r := &radio{says: refusing("down")}
		o.use(map[string]notify.Channel{"mail": r})
		o.say("mail", "down", notify.Opened, "a")
		o.say("mail", "up", notify.Closed, "a")
		time.Sleep(time.Hour)
		if diff := cmp.Diff([]string{"down", "up"}, r.tried()); diff != "" {
			t.Error(diff)
		}
		o.shut()
		if !strings.Contains(log.String(), "REFUSED") || !strings.Contains(log.String(), "550 no such user") {
			t.Errorf("nobody is told: %s", log.String())
		}
	})
}

// A receiver that refuses has answered: over a link that was dead all others are tried at once.
func TestARefusalSaysThatTheLinkIsBack(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: dead}
		o.use(map[string]notify.Channel{"mail": r})
		names := []string{"a", "b", "c", "d", "e"}
		for _, name := range names {
			o.say("mail", name, notify.Opened, name)
		}
		time.Sleep(12 * time.Hour)
		r.set(refusing(names...))
		time.Sleep(longestBackOff + time.Second)
		if n := o.standing("mail").Counts[Refused]; n != 5 {
			t.Errorf("%d of 5 were refused after one pause", n)
		}
		o.shut()
	})
}

// A failure goes on over a restart: since when, and how often it was tried.
func TestAFailureGoesOnAfterARestart(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		o.use(map[string]notify.Channel{"mail": &radio{says: dead}})
		began := time.Now()
		o.say("mail", "a", notify.Opened, "a")
		time.Sleep(time.Hour)
		before := o.standing("mail").Failing
		o.shut()
		time.Sleep(time.Hour)
		o = openOffice(t, dir, Options{})
		o.use(map[string]notify.Channel{"mail": &radio{says: dead}})
		synctest.Wait()
		if f := o.standing("mail").Failing; f == nil || f.Since.Sub(began).Abs() > time.Second || f.Tries <= before.Tries || f.Error != errDead.Error() {
			t.Errorf("before %+v, after %+v", before, f)
		}
		o.shut()
	})
}

// A receiver that wants nothing more is a failure: what it refuses is tried no more, so the others
// must be told. Only what it takes ends that; a test that it refuses says nothing new.
func TestAReceiverThatRefusesIsAFailure(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: refusing("a", "b")}
		o.use(map[string]notify.Channel{"mail": r})
		began := time.Now()
		o.say("mail", "a", notify.Opened, "a")
		time.Sleep(time.Hour)
		o.say("mail", "b", notify.Opened, "b")
		o.use(map[string]notify.Channel{"mail": r.afterwards()})
		time.Sleep(time.Hour)
		s := o.standing("mail")
		if f := s.Failing; f == nil || f.Tries != 2 || !f.Since.Equal(began) || !strings.Contains(f.Error, "550") || s.Carried {
			t.Errorf("Failing = %+v, carried: %v", f, s.Carried)
		}
		o.say("mail", "c", notify.Opened, "c")
		time.Sleep(time.Minute)
		if s := o.standing("mail"); s.Failing != nil || !s.Carried {
			t.Errorf("it takes messages again, and yet %+v, carried: %v", s.Failing, s.Carried)
		}
		o.shut()
	})
}

func TestAChannelWithAFault(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: func(*notify.Message) error { panic("index out of range") }}
		o.use(map[string]notify.Channel{"mail": r})
		o.say("mail", "a", notify.Opened, "a")
		synctest.Wait()
		if f := o.standing("mail").Failing; f == nil || !strings.Contains(f.Error, "index out of range") {
			t.Errorf("%+v", f)
		}
		o.shut()
	})
}
