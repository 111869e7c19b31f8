package supply

import "time"

// Remaining is how long emergency power lasts from now on with the shedding plan carried out; ok
// is false while utility power is there, or when nothing known ends it. It is zero when it has
// ended already.
func (f *Facts) Remaining() (left time.Duration, ok bool) {
	if !f.UtilityLost || f.ReachesSeconds == nil {
		return 0, false
	}
	end := f.UtilityLostAt.Add(time.Duration(*f.ReachesSeconds) * time.Second)
	return max(0, end.Sub(f.At)), true
}

// NextShed is what must be switched off next and has not passed its time; nil when nothing must.
func (f *Facts) NextShed() *ShedFacts {
	for _, line := range f.Shed {
		if !line.At.IsZero() && !line.At.Before(f.At) {
			return line
		}
	}
	return nil
}
