package plan

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Date is a day of the civil calendar, without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day that t falls on, in t's own location.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// ParseDate reads "2026-12-29".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date: expected a day that exists, as \"2026-12-29\"", text)
	}
	return DateOf(t), nil
}

// Compare returns -1, 0 or +1 as d is before, the same as or after other.
func (d Date) Compare(other Date) int {
	return cmp.Or(
		cmp.Compare(d.Year, other.Year),
		cmp.Compare(d.Month, other.Month),
		cmp.Compare(d.Day, other.Day),
	)
}

// AddDays returns the date n days later; a negative n counts back.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// String returns the form that [ParseDate] reads.
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// DateRange is a run of days; From and To both belong to it.
type DateRange struct {
	From, To Date
}

// ParseDateRange reads "2026-12-29/2027-01-03", both days inclusive, or a single "2026-12-29".
func ParseDateRange(text string) (DateRange, error) {
	first, last, ranged := strings.Cut(text, "/")
	from, err := ParseDate(strings.TrimSpace(first))
	if err != nil {
		return DateRange{}, err
	}
	if !ranged {
		return DateRange{from, from}, nil
	}
	to, err := ParseDate(strings.TrimSpace(last))
	if err != nil {
		return DateRange{}, err
	}
	if to.Compare(from) < 0 {
		return DateRange{}, fmt.Errorf("%q ends before it begins: expected the earlier day first, as \"%s/%s\"", text, to, from)
	}
	return DateRange{from, to}, nil
}

// Contains reports whether d is one of the days.
func (r DateRange) Contains(d Date) bool {
	return r.From.Compare(d) <= 0 && d.Compare(r.To) <= 0
}

// String returns the form that [ParseDateRange] reads.
func (r DateRange) String() string {
	if r.From == r.To {
		return r.From.String()
	}
	return r.From.String() + "/" + r.To.String()
}
