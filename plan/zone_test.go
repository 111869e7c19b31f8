package plan

import (
	"encoding/json"
	"testing"
	"time"
)

func TestInZone(t *testing.T) {
	tokyo, havana := zone(t, "Asia/Tokyo"), zone(t, "America/Havana")
	endless := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	for name, tt := range map[string]struct {
		at   time.Time
		zone *time.Location
		want string
	}{
		"an ordinary instant":               {time.Date(2026, 11, 23, 3, 4, 5, 0, time.UTC), tokyo, "2026-11-23T12:04:05+09:00"},
		"none":                              {time.Time{}, tokyo, "0001-01-01T00:00:00Z"},
		"without a zone":                    {time.Date(2026, 11, 23, 12, 4, 5, 0, tokyo), nil, "2026-11-23T03:04:05Z"},
		"without an end, east of Greenwich": {endless, tokyo, "9999-12-31T23:59:59+09:00"},
		"without an end, west of Greenwich": {endless, havana, "9999-12-31T18:59:59-05:00"},
		"for good, in a zone of the west":   {time.Date(9999, 12, 31, 23, 59, 0, 0, havana), time.UTC, "9999-12-31T23:59:59Z"},
	} {
		got, err := json.Marshal(InZone(tt.at, tt.zone))
		if err != nil || string(got) != `"`+tt.want+`"` {
			t.Errorf("%s: %s (%v), want %s", name, got, err, tt.want)
		}
	}
}
