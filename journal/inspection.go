package journal

import "time"

// KindInspectionDone tells of an inspection (始業前点検) that was run, or that was missed.
const KindInspectionDone Kind = "inspection_done"

// Trigger is what made an inspection run.
type Trigger string

// The triggers.
const (
	Scheduled Trigger = "scheduled"
	ByHand    Trigger = "by_hand"
)

// InspectionDone is the report of an inspection: all that a duty officer wants to know before the
// office opens. Texts and titles are kept with it, so that it reads the same when the plan has
// changed since.
type InspectionDone struct {
	Name    string  `json:"name,omitempty"` // empty: a person had all checks run, under no name
	Title   string  `json:"title,omitempty"`
	Trigger Trigger `json:"trigger"`
	// DueAt is when it was due; zero when a person asked for it.
	DueAt time.Time `json:"due_at,omitzero"`
	// StartedAt and EndedAt are zero when it did not run: see Missed.
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// Missed is how many times it was due without being run, because the agent was not there: up to
	// and with DueAt when it did not run, before DueAt when it did.
	Missed int `json:"missed,omitempty"`

	// Blind says that the agent was cut off, so that what failed says nothing of its target.
	Blind  bool             `json:"blind,omitempty"`
	Counts InspectionCounts `json:"counts"`
	// The lists hold what is not as it should be, the most important system first, each at most
	// [MaxInspected] of what Counts counts.
	Failed   []InspectedCheck `json:"failed,omitempty"`
	Planned  []InspectedCheck `json:"planned,omitempty"`  // failed while maintenance says so
	Unjudged []InspectedCheck `json:"unjudged,omitempty"` // the agent's own trouble, or nothing heard yet
	Slow     []InspectedCheck `json:"slow,omitempty"`     // good, but took most of its time

	// Certificates are those that end soon, else the few that end first; the first to end comes first.
	Certificates []InspectedCertificate `json:"certificates,omitempty"`
	Disks        []InspectedDisk        `json:"disks,omitempty"` // the fullest first
	// UtilityLostAt is since when utility power is lost; zero: it is not.
	UtilityLostAt time.Time          `json:"utility_lost_at,omitzero"`
	Batteries     []InspectedBattery `json:"batteries,omitempty"`
	Fuel          []InspectedFuel    `json:"fuel,omitempty"`
	Reviews       []InspectedReview  `json:"reviews,omitempty"`
}

// MaxInspected is the most lines of each list of an inspection: one in the middle of a blackout
// must not fill the journal.
const MaxInspected = 200

// InspectionCounts counts checks. Each is one of good, failed, planned and unjudged; slow ones are
// among the good.
type InspectionCounts struct {
	Checks   int `json:"checks"`
	Good     int `json:"good"`
	Failed   int `json:"failed"`
	Planned  int `json:"planned"`
	Unjudged int `json:"unjudged"`
	Slow     int `json:"slow"`
}

// InspectedCheck is a check that is not as it should be.
type InspectedCheck struct {
	System   string `json:"system"`
	Title    string `json:"title,omitempty"` // of the system
	Priority int    `json:"priority,omitempty"`
	Check    string `json:"check"`
	Kind     string `json:"kind"`
	Reason   string `json:"reason,omitempty"`
	Text     string `json:"text,omitempty"`
	// Attempts is how often it was tried; zero: it cannot be asked, and reports by itself.
	Attempts int     `json:"attempts,omitempty"`
	Seconds  float64 `json:"duration_seconds,omitempty"` // of the last attempt
	// Since is when the outage began that was known before; zero: it is news. Deadline is that
	// outage's, Acknowledged says whether somebody has taken it on.
	Since        time.Time `json:"since,omitzero"`
	Deadline     time.Time `json:"deadline,omitzero"`
	Acknowledged bool      `json:"acknowledged,omitempty"`
	// Until is when the maintenance ends that explains it.
	Until time.Time `json:"until,omitzero"`
}

// InspectedCertificate is a certificate that a check has seen.
type InspectedCertificate struct {
	System   string    `json:"system"`
	Title    string    `json:"title,omitempty"`
	Check    string    `json:"check"`
	NotAfter time.Time `json:"not_after"`
	Days     int       `json:"days"` // left, whole ones; negative: it has ended
	Soon     bool      `json:"soon,omitempty"`
}

// InspectedDisk is a file system of an agent's machine.
type InspectedDisk struct {
	System    string   `json:"system"`
	Title     string   `json:"title,omitempty"`
	Check     string   `json:"check"`
	Disk      string   `json:"disk,omitempty"` // empty: the check looks at one only
	UsedRatio float64  `json:"used_ratio"`
	FreeBytes *float64 `json:"free_bytes,omitempty"`
	Full      bool     `json:"full,omitempty"` // nearly
}

// InspectedBattery is a UPS and its battery. What it does not say is absent.
type InspectedBattery struct {
	UPS            string    `json:"ups"`
	Title          string    `json:"title,omitempty"`
	ChargeRatio    *float64  `json:"charge_ratio,omitempty"`
	RuntimeSeconds *int64    `json:"runtime_seconds,omitempty"`
	LoadRatio      *float64  `json:"load_ratio,omitempty"`
	TestResult     string    `json:"test_result,omitempty"` // of the newest self-test, by its own word
	TestedAt       time.Time `json:"tested_at,omitzero"`
	BatteryDate    string    `json:"battery_date,omitempty"` // when the battery was put in, by its own word
	ReadingAt      time.Time `json:"reading_at,omitzero"`    // zero: it is not read
	// Doubts are what of its words cannot be believed, in English; Doubted are the same, for words
	// in any language.
	Doubts  []string     `json:"doubts,omitempty"`
	Doubted []PowerDoubt `json:"doubted,omitempty"`
	Trouble []UPSAlarm   `json:"trouble,omitempty"`
}

// UPSAlarm is something about a UPS or generator that somebody must see to.
type UPSAlarm string

// What can be the matter. The self-test is judged by the device's word alone: when the next is
// due is for whoever keeps it.
const (
	AlarmSilent   UPSAlarm = "silent"     // it does not answer
	AlarmBattery  UPSAlarm = "on_battery" // it feeds from its battery
	AlarmOff      UPSAlarm = "off"        // it feeds nothing
	AlarmReplace  UPSAlarm = "replace"    // it wants a new battery
	AlarmTest     UPSAlarm = "test"       // its newest self-test failed
	AlarmCharge   UPSAlarm = "charge"     // less than [LowCharge]
	AlarmOverload UPSAlarm = "overload"
	AlarmFuel     UPSAlarm = "fuel" // a generator's fuel does not last for the horizon
)

// UPSAlarms lists them all.
var UPSAlarms = [...]UPSAlarm{
	AlarmSilent, AlarmBattery, AlarmOff, AlarmReplace, AlarmTest, AlarmCharge, AlarmOverload, AlarmFuel,
}

// LowCharge is the charge below which a battery that ought to be full is told of.
const LowCharge = 0.9

// InspectedFuel is a generator and its tank.
type InspectedFuel struct {
	Generator      string     `json:"generator"`
	Title          string     `json:"title,omitempty"`
	Liters         *float64   `json:"liters,omitempty"`
	RuntimeSeconds *int64     `json:"runtime_seconds,omitempty"` // with everything on
	Measured       bool       `json:"measured,omitempty"`        // read from the tank; else as the plan says
	ReadingAt      time.Time  `json:"reading_at,omitzero"`
	Trouble        []UPSAlarm `json:"trouble,omitempty"`
}

// InspectedReview is something of the plan that somebody must look over.
type InspectedReview struct {
	// Rule is the name of the plan's rule that found it: "review-overdue", "contact-unconfirmed".
	Rule  string `json:"rule"`
	Count int    `json:"count"` // how many places
	// DueAt is when it was or is due; zero: the rule has no date.
	DueAt time.Time `json:"due_at,omitzero"`
}

func (InspectionDone) Kind() Kind { return KindInspectionDone }

// Ran reports whether it was run at all.
func (d InspectionDone) Ran() bool { return !d.EndedAt.IsZero() }

// Good reports whether every check was good, or its failure planned.
func (d InspectionDone) Good() bool { return d.Ran() && d.Counts.Failed+d.Counts.Unjudged == 0 }

// Attention counts what somebody must see to beside the checks: certificates, disks, power and
// reviews.
func (d InspectionDone) Attention() int {
	n := 0
	if !d.UtilityLostAt.IsZero() {
		n++
	}
	for _, c := range d.Certificates {
		n += one(c.Soon)
	}
	for _, disk := range d.Disks {
		n += one(disk.Full)
	}
	for _, b := range d.Batteries {
		n += one(len(b.Trouble) > 0)
	}
	for _, f := range d.Fuel {
		n += one(len(f.Trouble) > 0)
	}
	return n + len(d.Reviews)
}

func one(holds bool) int {
	if holds {
		return 1
	}
	return 0
}
