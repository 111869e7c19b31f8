package plan

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOrdinaryNoon(t *testing.T) {
	for _, test := range []struct {
		name      string
		calendars []*Calendar
		near      string
		want      string
		why       string
	}{
		{"in a week", []*Calendar{office(t, nil)}, "2026-04-01T10:00:00+09:00", "2026-04-06T12:00:00+09:00",
			"from Wednesday three open days are left, from Monday five"},
		{"on a monday", []*Calendar{office(t, nil)}, "2026-04-06T23:00:00+09:00", "2026-04-06T12:00:00+09:00", "the day itself will do, even in the evening"},
		{"before golden week", []*Calendar{office(t, nil)}, "2026-04-28T10:00:00+09:00", "2026-05-11T12:00:00+09:00",
			"28 and 30 April to 1 May and 7 to 8 May are short runs; the week from 11 May is whole"},
		{"over the year end", []*Calendar{office(t, nil)}, "2026-12-29T10:00:00+09:00", "2027-01-04T12:00:00+09:00",
			"closed until 3 January; the week from Monday the 4th is whole"},
		{"tuesday to saturday", []*Calendar{newCalendar(t, "Asia/Tokyo", "10:00", "19:00",
			[]time.Weekday{2, 3, 4, 5, 6}, nil)}, "2026-04-06T10:00:00+09:00", "2026-04-07T12:00:00+09:00", "Monday is closed"},
		{"every day", []*Calendar{newCalendar(t, "Asia/Tokyo", "00:00", "24:00", allDays, nil)},
			"2026-04-05T10:00:00+09:00", "2026-04-05T12:00:00+09:00", "no day is better than the first"},
		{"in the calendar's zone", []*Calendar{office(t, nil)}, "2026-04-05T16:00:00Z", "2026-04-06T12:00:00+09:00", "it is Monday 01:00 in Tokyo"},
		{"first calendar counts", []*Calendar{office(t, nil), newCalendar(t, "Asia/Tokyo", "00:00", "24:00", allDays, nil)},
			"2026-04-05T10:00:00+09:00", "2026-04-06T12:00:00+09:00", "the second is open on Sunday"},
		{"no open day", []*Calendar{newCalendar(t, "Asia/Tokyo", "08:30", "17:15", nil, nil)},
			"2026-04-05T10:00:00+09:00", "2026-04-05T10:00:00+09:00", "nothing to go by"},
		{"no calendar", nil, "2026-04-05T10:00:00+09:00", "2026-04-05T10:00:00+09:00", "nothing to go by"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &Plan{Calendars: test.calendars}
			if got := p.OrdinaryNoon(at(t, test.near)); !got.Equal(at(t, test.want)) {
				t.Errorf("got %v, want %s: %s", got, test.want, test.why)
			}
		})
	}
}

// cityPlan has businesses on both sides of the limits, and systems out of order.
func cityPlan(t testing.TB) *Plan {
	t.Helper()
	c := office(t, nil)
	day := 24 * time.Hour
	p := &Plan{
		Location:  zone(t, "Asia/Tokyo"),
		Calendars: []*Calendar{c},
		Threats: []*Threat{
			{Name: "disaster", Title: "災害", PriorityWithin: For(7 * day)},
			{Name: "incident", Title: "非災害", PriorityWithin: UntilOpening(c), Default: true},
			{Name: "pandemic", Title: "感染症"},
		},
		Businesses: []*Business{
			{Name: "statistics", Title: "統計", RecoverWithin: both(For(7*day+time.Second), For(day))},
			{Name: "tax", Title: "納税", Division: "税務課", Needs: []string{"tax"}, RecoverWithin: both(For(7*day), For(day))},
			{Name: "certificates", Title: "証明書発行", Division: "市民課", Needs: []string{"records"}, RecoverWithin: both(For(3*day), UntilOpening(c))},
			{Name: "counter", Title: "総合窓口", RecoverWithin: both(Allowance{}, For(time.Hour))},
		},
		Systems: []*System{
			{Name: "tax", Title: "税", Priority: 2, AllowableDowntime: both(For(5*day), Allowance{})},
			{Name: "wiki", Title: "庁内掲示板"},
			{Name: "records", Title: "住民記録", Priority: 1, AllowableDowntime: both(For(day), UntilOpening(c))},
		},
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return p
}

// Friday evening, told in UTC: classes are those of an ordinary Monday noon, deadlines are real.
func TestOutlook(t *testing.T) {
	got, err := json.MarshalIndent(cityPlan(t).Outlook(at(t, "2026-04-03T09:05:00Z")), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSpace(`
{
  "at": "2026-04-03T18:05:00+09:00",
  "threats": [
    {
      "name": "disaster",
      "title": "災害",
      "default": false,
      "businesses": [
        {
          "name": "certificates",
          "title": "証明書発行",
          "division": "市民課",
          "recover_within": "3d",
          "deadline": "2026-04-06T18:05:00+09:00",
          "needs": [
            "records"
          ]
        },
        {
          "name": "tax",
          "title": "納税",
          "division": "税務課",
          "recover_within": "7d",
          "deadline": "2026-04-10T18:05:00+09:00",
          "needs": [
            "tax"
          ]
        }
      ],
      "systems": [
        {
          "name": "records",
          "title": "住民記録",
          "priority": 1,
          "allowance": "1d",
          "deadline": "2026-04-04T18:05:00+09:00"
        },
        {
          "name": "tax",
          "title": "税",
          "priority": 2,
          "allowance": "5d",
          "deadline": "2026-04-08T18:05:00+09:00"
        }
      ]
    },
    {
      "name": "incident",
      "title": "非災害",
      "default": true,
      "businesses": [
        {
          "name": "counter",
          "title": "総合窓口",
          "division": "",
          "recover_within": "1h",
          "deadline": "2026-04-03T19:05:00+09:00",
          "needs": []
        },
        {
          "name": "certificates",
          "title": "証明書発行",
          "division": "市民課",
          "recover_within": "next_opening(office)",
          "deadline": "2026-04-06T08:30:00+09:00",
          "needs": [
            "records"
          ]
        }
      ],
      "systems": [
        {
          "name": "records",
          "title": "住民記録",
          "priority": 1,
          "allowance": "next_opening(office)",
          "deadline": "2026-04-06T08:30:00+09:00"
        },
        {
          "name": "tax",
          "title": "税",
          "priority": 2,
          "allowance": "unlimited"
        }
      ]
    },
    {
      "name": "pandemic",
      "title": "感染症",
      "default": false,
      "businesses": [],
      "systems": [
        {
          "name": "records",
          "title": "住民記録",
          "priority": 1,
          "allowance": "unlimited"
        },
        {
          "name": "tax",
          "title": "税",
          "priority": 2,
          "allowance": "unlimited"
        }
      ]
    }
  ]
}`)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A day is too long for "by the next opening" (20 h 30 min from Monday noon), even if asked on a
// Friday evening, when the next opening is farther away than a day.
func TestPriorityBusinessesDoNotDependOnTheHour(t *testing.T) {
	p := cityPlan(t)
	for _, near := range []string{"2026-04-03T18:05:00+09:00", "2026-04-06T09:00:00+09:00", "2026-05-01T20:00:00+09:00"} {
		var got []string
		for _, b := range p.PriorityBusinesses(p.Threat("incident"), at(t, near)) {
			got = append(got, b.Name)
		}
		if diff := cmp.Diff([]string{"certificates", "counter"}, got); diff != "" {
			t.Errorf("near %s (-want +got):\n%s", near, diff)
		}
	}
	if got := p.PriorityBusinesses(nil, at(t, lintNow)); got != nil {
		t.Errorf("without a threat: %v", got)
	}
}

func TestNoDeadlineSortsLast(t *testing.T) {
	early, late := at(t, "2026-04-03T18:05:00+09:00"), at(t, "2026-04-06T08:30:00+09:00")
	got := []time.Time{{}, late, {}, early}
	slices.SortFunc(got, compareDeadlines)
	if diff := cmp.Diff([]time.Time{early, late, {}, {}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
