package alert

import (
	"slices"
	"time"
)

// Topic is what an alert is about, in the large.
type Topic string

// The topics.
const (
	OfOutage   Topic = "outage"
	OfPower    Topic = "power"
	OfResponse Topic = "response"
	OfAgent    Topic = "agent"
)

// The names of alerts.
const (
	SystemDown          = "SystemDown"
	DeadlineNear        = "DeadlineNear"
	StartRecoveryNow    = "StartRecoveryNow"
	DeadlineMissed      = "DeadlineMissed"
	UtilityLost         = "UtilityLost"
	GeneratorNotStarted = "GeneratorNotStarted"
	RuntimeShort        = "RuntimeShort"
	OnBattery           = "OnBattery"
	BatteryLow          = "BatteryLow"
	SupplyOff           = "SupplyOff"
	OverCapacity        = "OverCapacity"
	UPSLost             = "UPSLost"
	GeneratorLost       = "GeneratorLost"
	ReplaceBattery      = "ReplaceBattery"
	EstablishPosture    = "EstablishPosture"
	StepOverdue         = "StepOverdue"
	CriterionUnjudged   = "CriterionUnjudged"
	AgentBlind          = "AgentBlind"
	ClockUntrusted      = "ClockUntrusted"
	JournalFailing      = "JournalFailing"
	DeliveryFailing     = "DeliveryFailing"
	PlanRejected        = "PlanRejected"
	PlanReviewDue       = "PlanReviewDue"
)

// Name describes the alerts of one name, for the reference page. The texts are Markdown.
type Name struct {
	Name  string
	Topic Topic
	// Subject says what Subject names.
	Subject string
	// Holds says from when until when it is open.
	Holds string
	// Severity is the rule of its severity.
	Severity string
	// Values are the names in Alert.Values; those in brackets may be absent. What the journal holds
	// of a supply may have a text as well.
	Values string
	// RepeatAtLeast is the least time between two reminders, whatever the plan says; zero: the
	// plan alone says. Reminders of alerts that are only info are a day apart at least.
	RepeatAtLeast time.Duration
}

// Names lists every name. Within one message the names of an outage and of power stand in this
// order, the deadline's reversed.
var Names = [...]Name{
	{
		Name: SystemDown, Topic: OfOutage, Subject: "the system",
		Holds:    "while an outage is open. Silenced by maintenance, and by a root cause, whose alert lists it",
		Severity: "with a priority: `critical` when at risk or missed, else `warning`; without: `warning` when at risk or missed, else `info`; at least that of what is down because of it",
	},
	{
		Name: DeadlineNear, Topic: OfOutage, Subject: "the system",
		Holds:    "from the first of the shares in `alerts` on, until the deadline; each further share is a worsening",
		Severity: "with a priority: `critical` at the last share, else `warning`; without: `warning` at the last share, else `info`",
		Values:   "share",
	},
	{
		Name: StartRecoveryNow, Topic: OfOutage, Subject: "the system",
		Holds:    "from the last moment to begin recovery until the deadline, while nobody has acknowledged the outage or given an estimate",
		Severity: "with a priority: `critical`; without: `warning`",
	},
	{
		Name: DeadlineMissed, Topic: OfOutage, Subject: "the system",
		Holds:    "while an outage is open past its deadline",
		Severity: "with a priority: `critical`; without: `warning`",
	},
	{
		Name: UtilityLost, Topic: OfPower, Subject: "`utility`",
		Holds:    "while utility power is lost",
		Severity: "`critical`",
		Values:   "ups, horizon, [left]",
	},
	{
		Name: GeneratorNotStarted, Topic: OfPower, Subject: "the generator",
		Holds:    "while utility power is lost and the generator does not run although its time to start is over",
		Severity: "`critical`",
	},
	{
		Name: RuntimeShort, Topic: OfPower, Subject: "",
		Holds:    "while utility power is lost and not everything can stay on for the horizon. Stays open while a supply that is read does not answer",
		Severity: "`critical` when the shedding plan does not hold the horizon either, else `warning`",
		Values:   "horizon, [left], [reaches]",
	},
	{
		Name: OnBattery, Topic: OfPower, Subject: "the UPS",
		Holds:    "while the UPS is on battery, also when it no longer answers",
		Severity: "`critical` when nothing takes over (no generator, or it has not started) and its runtime is below half an hour or not known; else `warning`",
		Values:   "[runtime], [charge], dying",
	},
	{
		Name: BatteryLow, Topic: OfPower, Subject: "the UPS",
		Holds:    "while the UPS says that its battery is low",
		Severity: "`critical`",
		Values:   "[runtime], [charge], dying",
	},
	{
		Name: SupplyOff, Topic: OfPower, Subject: "the UPS",
		Holds:    "while the UPS feeds nothing",
		Severity: "`critical`",
	},
	{
		Name: OverCapacity, Topic: OfPower, Subject: "the generator or UPS",
		Holds:    "while its measured load is above its capacity, or above capacity less margin; without utility power also by its planned load",
		Severity: "`critical` above capacity, else `warning`",
		Values:   "load_w, capacity_w, headroom_w",
	},
	{
		Name: UPSLost, Topic: OfPower, Subject: "the UPS",
		Holds:    "while the UPS is confirmed not to answer",
		Severity: "`critical` when it was on battery, else `warning`",
		Values:   "[text], dying",
	},
	{
		Name: GeneratorLost, Topic: OfPower, Subject: "the generator",
		Holds:    "while the generator's controller is confirmed not to answer",
		Severity: "`critical` while utility power is lost, else `warning`",
		Values:   "[text]",
	},
	{
		Name: ReplaceBattery, Topic: OfPower, Subject: "the UPS",
		Holds:         "while the UPS says that its battery must be replaced",
		Severity:      "`warning`",
		RepeatAtLeast: 24 * time.Hour,
	},
	{
		Name: EstablishPosture, Topic: OfResponse, Subject: "",
		Holds:    "while establishing the posture is recommended and the stage is not `continuity_response`. A choice of an ordinary failure acknowledges it until it is overtaken",
		Severity: "`critical`",
		Values:   "criteria, reasons",
	},
	{
		Name: StepOverdue, Topic: OfResponse, Subject: "the step, `PROCEDURE.STEP`",
		Holds:    "while a step of a checklist of the present stage is open past its time",
		Severity: "`warning`",
		Values:   "procedure, procedure_title, due_at, [role_title], [holder]",
	},
	{
		Name: CriterionUnjudged, Topic: OfResponse, Subject: "the criterion",
		Holds:         "while a criterion of the decision cannot be judged",
		Severity:      "`warning`",
		Values:        "why, expression",
		RepeatAtLeast: 24 * time.Hour,
	},
	{
		Name: AgentBlind, Topic: OfAgent, Subject: "the agent",
		Holds:    "while the agent is cut off and judges nothing",
		Severity: "`critical` after 15 minutes, before that `warning`",
		Values:   "text",
	},
	{
		Name: ClockUntrusted, Topic: OfAgent, Subject: "the agent",
		Holds:    "while the agent's clock cannot be trusted",
		Severity: "`warning`",
	},
	{
		Name: JournalFailing, Topic: OfAgent, Subject: "the agent",
		Holds:    "while the disk refuses what must be recorded",
		Severity: "`critical`",
		Values:   "text, unwritten",
	},
	{
		Name: DeliveryFailing, Topic: OfAgent, Subject: "the channel",
		Holds:    "while a channel has failed for 15 minutes or more; told on the others",
		Severity: "`warning`",
		Values:   "[text], pending",
	},
	{
		Name: PlanRejected, Topic: OfAgent, Subject: "the plan",
		Holds:    "while the newest version of the plan has mistakes and the old one stays in force",
		Severity: "`warning`",
		Values:   "text",
	},
	{
		Name: PlanReviewDue, Topic: OfAgent, Subject: "the plan",
		Holds:         "from the day on which the plan must be reviewed",
		Severity:      "`info`",
		Values:        "due_at",
		RepeatAtLeast: 7 * 24 * time.Hour,
	},
}

func orderOf(name string) int {
	for i := range Names {
		if Names[i].Name == name {
			return i
		}
	}
	return -1
}

func topicOf(name string) Topic {
	if i := orderOf(name); i >= 0 {
		return Names[i].Topic
	}
	return OfAgent
}

func repeatAtLeast(name string) time.Duration {
	if i := orderOf(name); i >= 0 {
		return Names[i].RepeatAtLeast
	}
	return 0
}

// followsOutage reports whether the alert is of a deadline, and ends with the outage.
func followsOutage(name string) bool {
	return slices.Contains([]string{DeadlineNear, StartRecoveryNow, DeadlineMissed}, name)
}
