package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/notify"
)

// takeAway makes the disk refuse every write, and returns what makes it take them again.
func (o *office) takeAway() (giveBack func()) {
	o.t.Helper()
	path := filepath.Join(o.dir, journal.FileName)
	if err := os.Rename(path, path+".away"); err != nil {
		o.t.Fatal(err)
	}
	return func() {
		if err := os.Rename(path+".away", path); err != nil {
			o.t.Fatal(err)
		}
	}
}

func TestDiskThatRefuses(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		o := openOffice(t, dir, Options{Log: textLog(&log)})
		mail, chat := &radio{says: bad("a")}, &radio{says: dead}
		o.use(map[string]notify.Channel{"mail": mail, "chat": chat})
		o.say("mail", "a", notify.Opened, "a")
		synctest.Wait() // for the first try's failure to be on disk
		giveBack := o.takeAway()
		o.commit(Change{Upsert: map[string]json.RawMessage{"b": payload("x")}, Messages: []Addressed{
			to("mail", "b", notify.Opened, "b"), to("mail", "a worse", notify.Worsened, "a"), to("chat", "b", notify.Opened, "b"),
		}})
		synctest.Wait()
		if diff := cmp.Diff([]string{"b"}, mail.heard()); diff != "" {
			t.Errorf("not from memory:\n%s", diff)
		}
		if _, err := o.SendNow(t.Context(), "mail", &notify.Message{Subject: "test"}); err != nil {
			t.Errorf("SendNow = %v", err)
		}
		st := o.Status()
		if st.Failing == nil || st.Since.IsZero() || st.Unwritten != 5 || !strings.Contains(log.String(), "NOT WRITTEN") {
			t.Errorf("Status = %+v, log: %s", st, log.String())
		}
		want := []string{"a pending", "a worse pending", "b pending", "test delivered", "b delivered"}
		if diff := cmp.Diff(want, o.states()); diff != "" {
			t.Errorf("queue:\n%s", diff)
		}
		time.Sleep(24 * time.Hour)
		mail.set(nil)
		time.Sleep(longestBackOff)
		if diff := cmp.Diff([]string{"b", "test", "a", "a worse"}, mail.heard()); diff != "" {
			t.Errorf("order:\n%s", diff)
		}
		giveBack()
		time.Sleep(usualPace.retryMax)
		if st := o.Status(); st.Failing != nil || st.Unwritten != 0 {
			t.Errorf("Status = %+v", st)
		}
		o.shut()

		o = openOffice(t, dir, Options{})
		chat = &radio{}
		o.use(map[string]notify.Channel{"mail": mail, "chat": chat})
		synctest.Wait()
		if diff := cmp.Diff([]string{"b"}, chat.heard()); diff != "" {
			t.Errorf("what was kept is not what was written:\n%s", diff)
		}
		if diff := cmp.Diff([]string{"b", "test", "a", "a worse"}, mail.heard()); diff != "" {
			t.Errorf("told twice:\n%s", diff)
		}
		if diff := cmp.Diff(map[string]json.RawMessage{"b": payload("x")}, o.Alerts()); diff != "" {
			t.Error(diff)
		}
		if n := textsOnDisk(t, o); n != 0 {
			t.Errorf("%d texts are left", n)
		}
		o.shut()
	})
}

// Nothing goes out before it is durable, whatever makes a courier look.
func TestNothingGoesOutBeforeItIsDurable(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{}
		o.use(map[string]notify.Channel{"mail": r})
		synctest.Wait()
		locked, unlock, unlocked := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() { unlocked <- o.store.Tables(schema).Update(context.Background(), holdUntil(locked, unlock)) }()
		<-locked
		committed := make(chan struct{})
		go func() {
			defer close(committed)
			o.say("mail", "a", notify.Opened, "a")
		}()
		time.Sleep(usualPace.patience / 2)
		o.use(map[string]notify.Channel{"mail": r}) // has it look
		time.Sleep(time.Second)
		if got := r.tried(); got != nil {
			t.Errorf("tried before it was durable: %v", got)
		}
		close(unlock)
		if err := <-unlocked; err != nil {
			t.Error(err)
		}
		<-committed
		synctest.Wait()
		if diff := cmp.Diff([]string{"a"}, r.heard()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

// While the disk hangs, Commit returns all the same, and messages go out.
func TestDiskThatDoesNotAnswer(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{}
		o.use(map[string]notify.Channel{"mail": r})
		synctest.Wait()
		locked, unlock, unlocked := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() { unlocked <- o.store.Tables(schema).Update(context.Background(), holdUntil(locked, unlock)) }()
		<-locked
		began := time.Now()
		o.say("mail", "a", notify.Opened, "a")
		if took := time.Since(began); took != usualPace.patience {
			t.Errorf("Commit took %v", took)
		}
		if st := o.Status(); st.Failing == nil || !strings.Contains(st.Failing.Error(), "not answered") {
			t.Errorf("Status = %+v", st)
		}
		o.say("mail", "b", notify.Opened, "b")
		synctest.Wait()
		if diff := cmp.Diff([]string{"a", "b"}, r.heard()); diff != "" || time.Since(began) != usualPace.patience {
			t.Errorf("after %v:\n%s", time.Since(began), diff)
		}
		if got := o.states(); cmp.Diff([]string{"b delivered", "a delivered"}, got) != "" {
			t.Errorf("queue: %v", got)
		}
		close(unlock)
		if err := <-unlocked; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if st := o.Status(); st.Failing != nil || st.Unwritten != 0 {
			t.Errorf("Status = %+v", st)
		}
		o.shut()
	})
}

func TestMemoryIsBounded(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		pace := usualPace
		pace.maxKept = 15_000
		o := openOffice(t, dir, Options{pace: pace})
		r := &radio{}
		o.use(map[string]notify.Channel{"mail": r, "chat": &radio{says: dead}})
		giveBack := o.takeAway()
		big := strings.Repeat("x", 3000)
		for range 10 { // what has arrived takes no room
			o.say("mail", big, notify.Opened, "a") // twice the size, with its text
			synctest.Wait()
		}
		for range 2 {
			o.say("chat", big, notify.Opened, "a")
		}
		full := Change{Upsert: map[string]json.RawMessage{"a": nil}, Messages: []Addressed{to("chat", big, notify.Opened, "a")}}
		if err := o.Commit(t.Context(), full); !errors.Is(err, ErrBacklog) {
			t.Errorf("Commit = %v", err)
		}
		if len(o.Alerts()) != 0 || o.standing("chat").Pending != 2 {
			t.Errorf("what was refused was done in part: %v, %+v", o.Alerts(), o.standing("chat"))
		}
		giveBack()
		time.Sleep(usualPace.retryMax)
		if err := o.Commit(t.Context(), full); err != nil {
			t.Error(err)
		}
		if o.disk.kept != 0 {
			t.Errorf("%d bytes are said to be kept", o.disk.kept)
		}
		o.shut()
	})
}

func TestCloseTellsWhatIsLost(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		giveBack := o.takeAway()
		o.say("mail", "a", notify.Opened, "a")
		if err := o.Close(); err == nil || !strings.Contains(err.Error(), "lost") {
			t.Errorf("Close = %v", err)
		}
		if err := o.Commit(t.Context(), Change{}); !errors.Is(err, ErrClosed) {
			t.Errorf("Commit = %v", err)
		}
		giveBack()
		if err := o.store.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Somebody with the sqlite3 tool has removed a text: its message is given up, aloud, and holds up
// no other.
func TestTextThatIsMissing(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		o.say("mail", "a", notify.Opened, "a")
		o.say("mail", "b", notify.Opened, "a")
		spoil(t, o, "DELETE FROM message_texts WHERE body = 1")
		r := &radio{}
		o.use(map[string]notify.Channel{"mail": r})
		synctest.Wait()
		if diff := cmp.Diff([]string{"b"}, r.heard()); diff != "" {
			t.Error(diff)
		}
		list, err := o.Queue(t.Context(), 10)
		if err != nil || list[1].State != Refused || !strings.Contains(list[1].LastError, "missing") {
			t.Errorf("%+v, %v", list, err)
		}
		o.shut()
	})
}
