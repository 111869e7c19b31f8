package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestWhatWasCommittedIsThereAfterARestart(t *testing.T) {
	dir := t.TempDir()
	o := openOffice(t, dir, Options{})
	shared := &notify.Message{ID: "01JA0000000000000000000000", Occasion: notify.Opened, Subject: "s", HTML: "<b>&</b>",
		Alerts: []notify.Alert{{Key: "down/mail", Labels: map[string]string{"system": "メール"}}}}
	o.commit(Change{
		Upsert:   map[string]json.RawMessage{"down/mail": json.RawMessage(`{ "a": 1.0, "a": 2 }`), "down/web": payload("x"), "nil": nil},
		Messages: []Addressed{{Channel: "mail", Message: shared}, {Channel: "chat", Message: shared}},
	})
	o.commit(Change{Upsert: map[string]json.RawMessage{"down/mail": payload("worse")}, Remove: []string{"down/web", "never there"}})
	want := map[string]json.RawMessage{"down/mail": payload("worse"), "nil": json.RawMessage("null")}
	if diff := cmp.Diff(want, o.Alerts()); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	before, err := o.Queue(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	o.shut()

	o = openOffice(t, dir, Options{})
	if diff := cmp.Diff(want, o.Alerts()); diff != "" {
		t.Errorf("alerts after a restart (-want +got):\n%s", diff)
	}
	after, err := o.Queue(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("queue after a restart:\n%s", diff)
	}
	wantEntry := Entry{Seq: 1, ID: shared.ID, Channel: "mail", Keys: []string{"down/mail"}, Occasion: notify.Opened,
		Subject: "s", State: Pending, ChannelGone: true}
	if diff := cmp.Diff(wantEntry, after[0], cmpopts.IgnoreFields(Entry{}, "CreatedAt")); diff != "" {
		t.Errorf("entry:\n%s", diff)
	}
	got := make(chan *notify.Message, 1)
	o.use(map[string]notify.Channel{"chat": &radio{says: func(m *notify.Message) error { got <- m; return nil }}})
	if diff := cmp.Diff(shared, <-got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the message is not what was committed:\n%s", diff)
	}
	o.shut()
}

func TestReceiptsAreKept(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		secrets := new(plan.Redactor)
		secrets.Add("hunter2")
		o.SetChannels(map[string]Channel{"mail": {Carrier: &radio{says: func(m *notify.Message) error {
			if m.Subject == "b" {
				return &notify.Refused{Err: errors.New("550 hunter2\n is wrong " + strings.Repeat("長", 1000))}
			}
			return nil
		}}, Secrets: secrets}})
		o.say("mail", "a", notify.Opened, "1")
		o.say("mail", "b", notify.Opened, "2")
		synctest.Wait()
		list, err := o.Queue(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 2 || list[1].Receipt != "250 ok a" || list[1].State != Delivered || list[1].Tries != 1 {
			t.Errorf("queue = %+v", list)
		}
		said := list[0].LastError
		if list[0].State != Refused || !strings.HasPrefix(said, "550 "+plan.Redacted+" is wrong 長") || len(said) > maxSaid+3 {
			t.Errorf("refused: %q", said)
		}
		if n := textsOnDisk(t, o); n != 0 {
			t.Errorf("%d texts are kept of messages that are settled", n)
		}
		want := map[State]int64{Delivered: 1, Refused: 1}
		if diff := cmp.Diff(want, o.standing("mail").Counts); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

func textsOnDisk(t testing.TB, o *office) (n int) {
	t.Helper()
	tx := o.store.Tables("")
	if err := tx.View(context.Background(), countTexts(&n)); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSendNow(t *testing.T) {
	dir := t.TempDir()
	test := &notify.Message{Occasion: notify.Test, Subject: "test"}
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: dead}
		o.use(map[string]notify.Channel{"mail": r})
		if _, err := o.SendNow(t.Context(), "fax", test); !errors.Is(err, ErrNoChannel) {
			t.Errorf("to no channel: %v", err)
		}
		for i := range 5 {
			o.say("mail", string(rune('a'+i)), notify.Opened, string(rune('a'+i)))
		}
		time.Sleep(time.Hour)
		if _, err := o.SendNow(t.Context(), "mail", test); !errors.Is(err, errDead) {
			t.Errorf("over a dead link: %v", err)
		}
		tries := len(r.tried())
		r.set(bad("a", "b", "c", "d", "e"))
		if receipt, err := o.SendNow(t.Context(), "mail", test); err != nil || receipt != "250 ok test" {
			t.Errorf("SendNow = %q, %v", receipt, err)
		}
		if got := r.tried()[tries]; got != "test" {
			t.Errorf("%s was tried before", got)
		}
		r.set(refusing("test"))
		if _, err := o.SendNow(t.Context(), "mail", test); !notify.IsRefused(err) {
			t.Errorf("refused: %v", err)
		}
		states := o.states()
		for _, want := range []string{"test dropped", "test delivered", "test refused"} {
			if !slices.Contains(states, want) {
				t.Errorf("queue has no %q: %v", want, states)
			}
		}
		o.shut()
		if _, err := o.SendNow(t.Context(), "mail", test); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// Somebody who has given up must not be surprised by a test next week.
func TestSendNowIsTakenBack(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{took: 8 * time.Second}
		o.use(map[string]notify.Channel{"mail": r})
		o.say("mail", "a", notify.Opened, "a")
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err := o.SendNow(ctx, "mail", &notify.Message{Subject: "test"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("SendNow = %v", err)
		}
		time.Sleep(time.Hour)
		if diff := cmp.Diff([]string{"a delivered", "test dropped"}, o.states()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}
