package plan

import "time"

// InZone returns t as the clocks of zone show it; the zero time, which is none, stays as it is.
//
// What lies beyond the year 9999 there, for which RFC 3339 and so JSON have no words, is the last
// second of it. A certificate that never ends says so by the last second of 9999 in UTC (RFC 5280,
// section 4.1.2.5), which east of Greenwich is in the year 10000; people write that day for "for good" too.
func InZone(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	if t = t.In(orUTC(zone)); t.Year() > lastYear {
		return time.Date(lastYear, time.December, 31, 23, 59, 59, 0, t.Location())
	}
	return t
}

// lastYear is the last with four digits.
const lastYear = 9999
