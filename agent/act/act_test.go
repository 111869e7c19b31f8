package act

import (
	"errors"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/rules"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// Every field of every action has a name, and is of a kind that forms know.
func TestFieldsOfAllActions(t *testing.T) {
	t.Parallel()
	for name, action := range Actions() {
		for field, value := range fieldsOf(reflect.ValueOf(action)) {
			_, moment := value.Interface().(time.Time)
			if kind := value.Kind(); !moment && kind != reflect.String && kind != reflect.Bool || field == "" {
				t.Errorf("%s: field %q is a %s, which no form can send", name, field, value.Type())
			}
		}
	}
}

func TestFieldsHaveTheirJSONNames(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 15, 4, 5, 6, time.UTC)
	got := Fields(rules.AnswerSurvey{Site: "main", Item: "building", Finding: "normal", Note: "異常なし", SeenAt: at})
	want := []Field{{"site", Text, "main"}, {"item", Text, "building"}, {"finding", Text, "normal"}, {"note", Text, "異常なし"}, {"seen_at", Moment, "2026-11-23T15:04:05.000000006Z"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := Fields(rules.IssueReport{Remarks: "初報", Text: "page"}); len(got) != 1 || got[0].Name != "remarks" {
		t.Errorf("%v: the page is written by the agent", got)
	}
}

// What a confirmation carries is what was asked for, whatever it was.
func TestWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, zone(t, "Asia/Tokyo"))
	for name, kind := range Actions() {
		rapid.Check(t, func(r *rapid.T) {
			action := reflect.New(reflect.TypeOf(kind)).Elem()
			for field, value := range fieldsOf(action) {
				switch value.Interface().(type) {
				case time.Time:
					at := time.Unix(rapid.Int64Range(0, 7e9).Draw(r, field), rapid.Int64Range(0, 999_999_999).Draw(r, "ns"))
					value.Set(reflect.ValueOf(at.In(now.Location())))
				case bool:
					value.SetBool(rapid.Bool().Draw(r, field))
				default:
					value.SetString(Clean(rapid.String().Draw(r, field)))
				}
			}
			form := url.Values{}
			for _, f := range Fields(action.Interface().(rules.Action)) {
				form.Set(f.Name, f.Value)
			}
			got, err := Read(kind, form, now)
			if err != nil {
				r.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(action.Interface(), any(got)); diff != "" {
				r.Fatalf("%s:\n%s", name, diff)
			}
		})
	}
}

func TestFormsAreRead(t *testing.T) {
	t.Parallel()
	tokyo := zone(t, "Asia/Tokyo")
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, tokyo)
	for _, test := range []struct {
		kind rules.Action
		form string
		want rules.Action
	}{
		{rules.Declare{}, "threat=disaster&onset=&note=", rules.Declare{Threat: "disaster"}},
		{rules.Declare{}, "threat=disaster&onset=2026-11-23T14:46", rules.Declare{Threat: "disaster", Onset: time.Date(2026, 11, 23, 14, 46, 0, 0, tokyo)}},
		{rules.Declare{}, "onset=14:46", rules.Declare{Onset: time.Date(2026, 11, 23, 14, 46, 0, 0, tokyo)}},
		{rules.Declare{}, "onset=１４：４６", rules.Declare{Onset: time.Date(2026, 11, 23, 14, 46, 0, 0, tokyo)}},
		{rules.Declare{}, "onset=9:05:07", rules.Declare{Onset: time.Date(2026, 11, 23, 9, 5, 7, 0, tokyo)}},
		{rules.GiveETA{}, "system=mail&at=2026-11-24+09:00", rules.GiveETA{System: "mail", At: time.Date(2026, 11, 24, 9, 0, 0, 0, tokyo)}},
		{rules.GiveETA{}, "at=2026-11-24T09:00:00.250", rules.GiveETA{At: time.Date(2026, 11, 24, 9, 0, 0, 250e6, tokyo)}},
		{rules.GiveETA{}, "at=2026-11-24T00:00:00Z", rules.GiveETA{At: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}},
		{rules.MarkStep{}, "step=first.look&undo=on", rules.MarkStep{Step: "first.look", Undo: true}},
		{rules.MarkStep{}, "step=first.look&undo=&note_only=yes&note=a%0D%0Ab", rules.MarkStep{Step: "first.look", NoteOnly: true, Note: "a\nb"}},
		{rules.AddNote{}, "text=a%09b%00%1b%E2%80%AEc%0Dd", rules.AddNote{Text: "a bcd"}},
		{rules.MoveStage{}, "to=initial_response&why=%20x", rules.MoveStage{To: "initial_response", Why: " x"}},
		{rules.RecordCall{}, "result=perhaps", rules.RecordCall{Result: "perhaps"}}, // the rules refuse it, with words
		{rules.IssueReport{}, "", rules.IssueReport{}},
	} {
		form, err := url.ParseQuery(test.form)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(test.kind, form, now)
		if err != nil || cmp.Diff(test.want, got) != "" {
			t.Errorf("%T %s: %+v, %v", test.kind, test.form, got, err)
		}
	}
}

func TestFormsAreRefused(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, zone(t, "America/New_York"))
	for _, test := range []struct {
		kind  rules.Action
		form  string
		field string
		why   Why
	}{
		{rules.AddNote{}, "text=a&txet=b", "txet", Unknown},
		{rules.IssueReport{}, "Text=page", "Text", Unknown},
		{rules.IssueReport{}, "-=page", "-", Unknown},
		{rules.AddNote{}, "text=a&text=b", "text", Twice},
		{rules.AddNote{}, "text=%ff", "text", NoText},
		{rules.MarkStep{}, "undo=perhaps", "undo", NoFlag},
		{rules.GiveETA{}, "at=soon", "at", NoTime},
		{rules.GiveETA{}, "at=2026-02-30T10:00", "at", NoTime},
		{rules.GiveETA{}, "at=25:00", "at", NoTime},
		{rules.GiveETA{}, "at=2026-03-08T02:30", "at", Skipped},
		{rules.GiveETA{}, "at=2026-11-01T01:30", "at", Repeated},
	} {
		form, err := url.ParseQuery(test.form)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(test.kind, form, now)
		var fault *Fault
		if !errors.As(err, &fault) || fault.Field != test.field || fault.Why != test.why || got != nil {
			t.Errorf("%s: %v, %v, want %s %s", test.form, got, err, test.field, test.why)
		}
	}
}

// A year in zones that put their clocks forward and back, by an hour, by half of one, and over a
// whole day: each time is read as what the clocks show, or is one that they do not show once.
func TestLocalTimes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "UTC"} {
		z := zone(t, name)
		shown := map[string]int{}
		start := time.Date(2011, 1, 1, 0, 0, 0, 0, z)
		for at := start; at.Before(start.AddDate(1, 0, 0)); at = at.Add(15 * time.Minute) {
			shown[at.Format(dated[0])]++
		}
		for wall := time.Date(2011, 1, 3, 0, 0, 0, 0, time.UTC); wall.Year() == 2011 && wall.YearDay() < 364; wall = wall.Add(15 * time.Minute) {
			text := wall.Format(dated[0])
			at, fault := readMoment(text, start)
			switch n := shown[text]; {
			case n == 0 && (fault == nil || fault.Why != Skipped), n > 1 && (fault == nil || fault.Why != Repeated), n == 1 && fault != nil:
				t.Fatalf("%s %s, shown %d times: %v, %v", name, text, n, at, fault)
			case n == 1 && at.Format(dated[0]) != text:
				t.Fatalf("%s %s is read as %v", name, text, at)
			case n > 1 && (!fault.Meant[0].Before(fault.Meant[1]) || !sameClock(fault.Meant[0], fault.Meant[1])):
				t.Fatalf("%s %s means %v", name, text, fault.Meant)
			}
		}
	}
}
