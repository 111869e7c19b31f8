package outbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/notify"
)

func keepAll(_ string, open map[string]json.RawMessage) []notify.Alert {
	var list []notify.Alert
	for name := range open {
		list = append(list, notify.Alert{Key: name})
	}
	return list
}

func TestKeeperIsToldWhatIsOpen(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{Keep: keepAll})
		o.commit(Change{Upsert: map[string]json.RawMessage{"a": nil, "b": nil}})
		k := keeper{radio: &radio{}}
		o.use(map[string]notify.Channel{"am": k})
		synctest.Wait()
		if diff := cmp.Diff([][]string{{"a", "b"}}, k.keptSoFar()); diff != "" {
			t.Errorf("right after the start:\n%s", diff)
		}
		time.Sleep(notify.KeepEvery + time.Second)
		o.commit(Change{Remove: []string{"a"}, Messages: []Addressed{to("am", "a up", notify.Closed, "a")}})
		time.Sleep(notify.KeepEvery)
		o.commit(Change{Remove: []string{"b"}})
		time.Sleep(10 * notify.KeepEvery)
		if diff := cmp.Diff([][]string{{"a", "b"}, {"a", "b"}, {"b"}}, k.keptSoFar()); diff != "" {
			t.Error(diff)
		}
		o.shut()
	})
}

// The keeper is slow, and alerts close while it is told of them: the close is always the last word.
func TestKeepNeverResurrects(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{Keep: keepAll})
		open := map[string]bool{} // at the receiver
		k := keeper{radio: &radio{took: 7 * time.Second}}
		k.says = func(m *notify.Message) error { open[m.Subject] = m.Occasion != notify.Closed; return nil }
		o.use(map[string]notify.Channel{"am": k})
		for i := range 60 {
			name := fmt.Sprint(i)
			o.commit(Change{Upsert: map[string]json.RawMessage{name: nil}, Messages: []Addressed{to("am", name, notify.Opened, name)}})
			time.Sleep(time.Duration(i) * time.Second)
			o.commit(Change{Remove: []string{name}, Messages: []Addressed{to("am", name, notify.Closed, name)}})
			time.Sleep(13 * time.Second)
			told := len(k.keptSoFar())
			time.Sleep(20 * time.Second)
			if o.standing("am").Pending == 0 && open[name] {
				t.Errorf("alert %s is open at the receiver", name)
			}
			for _, keys := range k.keptSoFar()[told:] {
				if slices.Contains(keys, name) {
					t.Errorf("alert %s was told as open after its close", name)
				}
			}
		}
		o.shut()
	})
}

func TestKeeperThatFailsIsAFailure(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{Keep: keepAll})
		k := keeper{radio: &radio{}, keepSays: func() error { return errDead }}
		o.use(map[string]notify.Channel{"am": k})
		synctest.Wait()
		o.commit(Change{Upsert: map[string]json.RawMessage{"a": nil}})
		began := time.Now()
		time.Sleep(time.Hour + time.Second)
		f := o.standing("am").Failing
		if f == nil || f.Tries != 60 || f.Since.Sub(began) > 2*time.Minute || f.Error != errDead.Error() {
			t.Errorf("Failing = %+v", f)
		}
		o.commit(Change{Remove: []string{"a"}})
		time.Sleep(notify.KeepEvery)
		if f := o.standing("am").Failing; f != nil {
			t.Errorf("nothing is to be kept, and yet %+v", f)
		}
		o.shut()
	})
}

// A new plan says nothing of a link that fails: it goes on failing until it carries.
func TestAReloadDoesNotEndAKeepersFailure(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{Keep: keepAll})
		o.commit(Change{Upsert: map[string]json.RawMessage{"a": nil}})
		began := time.Now()
		use := func(says func() error) {
			o.use(map[string]notify.Channel{"am": keeper{radio: &radio{took: time.Second}, keepSays: says}})
		}
		use(func() error { return errDead })
		time.Sleep(time.Hour)
		use(func() error { return errDead })
		if f := o.standing("am").Failing; f == nil || f.Since.Sub(began) > 2*time.Minute {
			t.Errorf("Failing = %+v", f)
		}
		if o.standing("am").Carried {
			t.Error("it has carried nothing")
		}
		use(func() error { return nil })
		time.Sleep(5 * time.Second)
		if s := o.standing("am"); s.Failing != nil || !s.Carried {
			t.Errorf("it carries again, and yet %+v, %v", s.Failing, s.Carried)
		}
		o.shut()
	})
}

// What fails while the list of open alerts is made keeps the agent alive as well.
func TestAListWithAFault(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		faulty := func(string, map[string]json.RawMessage) []notify.Alert { panic("index out of range") }
		o := openOffice(t, dir, Options{Keep: faulty})
		o.commit(Change{Upsert: map[string]json.RawMessage{"a": nil}})
		o.use(map[string]notify.Channel{"am": keeper{radio: &radio{}}})
		synctest.Wait()
		if f := o.standing("am").Failing; f == nil || !strings.Contains(f.Error, "index out of range") {
			t.Errorf("%+v", f)
		}
		o.shut()
	})
}
