package messages

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/plan"
)

func TestEra(t *testing.T) {
	jst := time.FixedZone("JST", 9*3600)
	at := func(year, month, day, hour, minute int) time.Time {
		return time.Date(year, time.Month(month), day, hour, minute, 0, 0, jst)
	}
	for _, c := range []struct {
		at     time.Time
		ja, en string
	}{
		{at(2026, 11, 23, 15, 4), "令和8年11月23日(月)15時04分", "Mon 23 Nov 2026 15:04"},
		{at(2020, 1, 1, 0, 0), "令和2年1月1日(水)00時00分", "Wed 1 Jan 2020 00:00"},
		{at(2019, 12, 31, 23, 59), "令和元年12月31日(火)23時59分", "Tue 31 Dec 2019 23:59"},
		{at(2019, 5, 1, 0, 0), "令和元年5月1日(水)00時00分", "Wed 1 May 2019 00:00"},
		{at(2019, 4, 30, 23, 59), "平成31年4月30日(火)23時59分", "Tue 30 Apr 2019 23:59"},
		{at(1989, 1, 8, 0, 0), "平成元年1月8日(日)00時00分", "Sun 8 Jan 1989 00:00"},
		{at(1989, 1, 7, 23, 59), "1989年1月7日(土)23:59", "Sat 7 Jan 1989 23:59"},
		{at(2019, 4, 30, 23, 0).UTC(), "平成31年4月30日(火)14時00分", "Tue 30 Apr 2019 14:00"},
		{time.Time{}, For(plan.Japanese).Word("not_known"), For(plan.English).Word("not_known")},
	} {
		got := []string{For(plan.Japanese).Era(c.at), For(plan.English).Era(c.at)}
		if diff := cmp.Diff([]string{c.ja, c.en}, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.at, diff)
		}
	}
}
