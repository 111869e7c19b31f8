package plan

// Facts is what criteria and steps may ask of a situation: the vocabulary of their expressions.
// A field's fact tag is its name there, its doc tag the reference page's line. A pointer that is
// nil, is a fact that is not known: an expression that needs it cannot be judged.
//
// Numbers are float64, times are told in hours, and nothing here needs arithmetic on instants.
type Facts struct {
	Down    CountFacts `fact:"down" doc:"Systems that are down. Those in maintenance (計画停止) are not counted."`
	AtRisk  CountFacts `fact:"at_risk" doc:"Systems that are down and projected to come back after their deadline, or to lose their power before; or that should be back already, with less left than a recovery usually takes."`
	Missed  CountFacts `fact:"missed" doc:"Systems that are down past their deadline."`
	Unknown CountFacts `fact:"unknown" doc:"Systems of which the agent cannot tell."`

	Outages OutagesFacts  `fact:"outages" doc:"The open outages of priority systems."`
	Power   PowerFacts    `fact:"power" doc:"Utility and emergency power."`
	Threat  ThreatFacts   `fact:"threat" doc:"The active threat."`
	Stage   string        `fact:"stage" doc:"The stage of the response: monitoring, initial_response, continuity_response or stood_down."`
	Agent   AgentFacts    `fact:"agent" doc:"The agent that judges."`
	Time    TimeFacts     `fact:"time" doc:"The time of day in the plan's zone."`
	Survey  SurveyCounts  `fact:"survey" doc:"The damage survey (被害チェックシート)."`
	Systems []SystemFacts `fact:"system" doc:"One system, by its name: system.core_switch.down."`
	Sites   []SiteFacts   `fact:"site" doc:"One site, by its name: site.main_hall.priority_down_count."`
	// Calendars and the lists above are maps by name to an expression.
	Calendars []CalendarFacts `fact:"calendar" doc:"One calendar, by its name: calendar.office.open."`
}

// CountFacts counts systems.
type CountFacts struct {
	Count         float64   `fact:"count" doc:"How many, with and without a priority."`
	PriorityCount float64   `fact:"priority_count" doc:"How many priority systems."`
	Priorities    []float64 `fact:"priorities" doc:"Their priorities, the highest (1) first; systems without one are left out."`
	Systems       []string  `fact:"systems" doc:"Their names, in the plan's order."`
}

// OutagesFacts tells of the open outages of priority systems.
type OutagesFacts struct {
	LongestHours *float64 `fact:"longest_hours" doc:"Age of the oldest, in hours. Not known while there is none."`
	LeastLeft    *float64 `fact:"least_left_hours" doc:"Hours that are left to the one whose deadline is nearest; below zero past it. Not known while none has a deadline."`
	MostUsed     float64  `fact:"most_used_ratio" doc:"The largest used part of an allowance: 1 is the deadline. 0 while there is none."`
}

// PowerFacts tells of utility and emergency power.
type PowerFacts struct {
	Lost         *bool    `fact:"lost" doc:"Whether utility power (商用電源) is lost. Not known while every supply that could tell is confirmed not to answer."`
	LostHours    *float64 `fact:"lost_hours" doc:"For how long, in hours; 0 while it is there. Not known while lost is not."`
	RuntimeHours *float64 `fact:"runtime_hours" doc:"How long everything stays on without shedding, in hours from the loss of utility power. Not known when nothing known ends it."`
	ShedHours    *float64 `fact:"runtime_shed_hours" doc:"The same with the shedding plan carried out."`
	HorizonHours float64  `fact:"horizon_hours" doc:"The horizon of the plan, in hours."`
	Holds        bool     `fact:"holds" doc:"Whether the horizon is held with the shedding plan carried out."`
	HoldsUnshed  bool     `fact:"holds_unshed" doc:"Whether the horizon is held with everything on."`
	OnBattery    float64  `fact:"on_battery_count" doc:"How many UPS run on battery."`
	OverCapacity float64  `fact:"over_capacity_count" doc:"How many supplies carry more than their capacity less the margin."`
	Silent       float64  `fact:"silent_count" doc:"How many supplies that are read do not answer."`
}

// ThreatFacts tells of the active threat.
type ThreatFacts struct {
	Name     string   `fact:"name" doc:"Name of the threat whose allowances hold; the default one while none is declared."`
	Declared bool     `fact:"declared" doc:"Whether a person has declared it."`
	Hours    *float64 `fact:"hours" doc:"Hours since its onset. Not known while none is declared."`
}

// AgentFacts tells of the agent.
type AgentFacts struct {
	Name           string  `fact:"name" doc:"Its name in the plan."`
	Site           string  `fact:"site" doc:"Where it stands; empty when the plan does not say."`
	Blind          bool    `fact:"blind" doc:"Whether it is cut off: none of its vantage targets answers."`
	BlindHours     float64 `fact:"blind_hours" doc:"For how long, in hours; 0 while it sees."`
	ClockEstimated bool    `fact:"clock_estimated" doc:"Whether its clock cannot be trusted."`
}

// TimeFacts tells the time in the plan's zone.
type TimeFacts struct {
	Hour    float64 `fact:"hour" doc:"Hour of the day with its fraction: 17.25 is 17:15."`
	Weekday string  `fact:"weekday" doc:"mon, tue, wed, thu, fri, sat or sun."`
	Month   float64 `fact:"month" doc:"1 to 12."`
	Day     float64 `fact:"day" doc:"Day of the month, 1 to 31."`
}

// CalendarFacts tells of one calendar.
type CalendarFacts struct {
	Name         string   `fact:",name"`
	Open         bool     `fact:"open" doc:"Whether the office is open."`
	OpenDay      bool     `fact:"open_day" doc:"Whether today is a working day."`
	OpeningHours *float64 `fact:"opening_hours" doc:"Hours until the next opening. Not known for a calendar that never opens."`
}

// SystemFacts tells of one system.
type SystemFacts struct {
	Name   string   `fact:",name"`
	State  string   `fact:"state" doc:"up, degraded, down, unknown, planned or pending."`
	Down   bool     `fact:"down" doc:"Whether it is down, and not in maintenance."`
	AtRisk bool     `fact:"at_risk" doc:"Whether it is down and projected to come back after its deadline, or to lose its power before; or it should be back already, with less left than a recovery usually takes."`
	Missed bool     `fact:"missed" doc:"Whether it is down past its deadline."`
	Hours  float64  `fact:"down_hours" doc:"Age of its outage in hours; 0 while there is none."`
	Left   *float64 `fact:"left_hours" doc:"Hours left to its deadline. Not known without an outage or a deadline."`
}

// SiteFacts tells of one site.
type SiteFacts struct {
	Name         string  `fact:",name"`
	Count        float64 `fact:"system_count" doc:"How many systems stand there."`
	Down         float64 `fact:"down_count" doc:"How many of them are down."`
	PriorityDown float64 `fact:"priority_down_count" doc:"How many of its priority systems are down."`
	AllDown      bool    `fact:"all_down" doc:"Whether all are down; false for a site without systems."`
}

// SurveyCounts counts the answers of the damage survey.
type SurveyCounts struct {
	Stopped  float64 `fact:"stopped_count" doc:"How many things people found stopped or unusable."`
	Degraded float64 `fact:"degraded_count" doc:"How many they found working in part."`
	Open     float64 `fact:"open_count" doc:"How many lines of the sheet wait for somebody to look."`
}
