package rules

// ProblemCode says what is wrong. Codes are part of the API: one that was told once keeps its
// meaning.
type ProblemCode string

// The codes of problems; the lists beside them say which particulars they come with.
const (
	// Names and words that were given.
	CodeUnknownName ProblemCode = "unknown_name" // What, Given, Near, Known
	CodeUnknownWord ProblemCode = "unknown_word" // What, Given, Near, Known: of a closed list
	CodeMissing     ProblemCode = "missing"      // What, Known
	CodeNoteEmpty   ProblemCode = "note_empty"
	CodeTooLong     ProblemCode = "too_long"  // What, Limit
	CodeNotAnID     ProblemCode = "not_an_id" // What, Given
	CodeNoEvent     ProblemCode = "no_event"  // Given
	CodeNoName      ProblemCode = "no_name"   // What: who decides is not named
	CodeNoReason    ProblemCode = "no_reason" // What

	// Times that were given.
	CodeImpossibleYear ProblemCode = "impossible_year" // What, Year
	CodeInFuture       ProblemCode = "in_future"       // What, At, Now
	CodeInPast         ProblemCode = "in_past"         // What, At, Now
	CodeEstimatePassed ProblemCode = "estimate_passed" // At, Now

	// Threats and outages.
	CodeDeclaredAlready ProblemCode = "declared_already" // Threat
	CodeNoneDeclared    ProblemCode = "none_declared"
	CodeOtherDeclared   ProblemCode = "other_declared" // Threat, What, Given
	CodeNoOutage        ProblemCode = "no_outage"      // System
	CodeNoStart         ProblemCode = "no_start"
	CodeNoAckReason     ProblemCode = "no_ack_reason"

	// Alerts.
	CodeNoAlert        ProblemCode = "no_alert"        // Given, Near, Known: open ones
	CodeAlertAmbiguous ProblemCode = "alert_ambiguous" // Given, Known
	CodeSystemOrAlert  ProblemCode = "system_or_alert"

	// The stage and the choice of an ordinary failure. Deed is the newest move.
	CodeStageAlready       ProblemCode = "stage_already" // Stage, Deed
	CodeStageChanged       ProblemCode = "stage_changed" // Stage, Wanted, Deed
	CodeNothingToStandDown ProblemCode = "nothing_to_stand_down"
	CodeNoMove             ProblemCode = "no_move"              // Deed
	CodeUndoLeadsElsewhere ProblemCode = "undo_leads_elsewhere" // Stage, Wanted
	CodeNoChoice           ProblemCode = "no_choice"
	CodeChosenAlready      ProblemCode = "chosen_already"      // Deed
	CodePostureEstablished ProblemCode = "posture_established" // Deed

	// Steps. Deed is what was done to the step; where nobody responds it is the newest move.
	CodeNoStepNamed    ProblemCode = "no_step_named"
	CodeUndoOrNote     ProblemCode = "undo_or_note"
	CodeNoStep         ProblemCode = "no_step"         // Given, Near, Known, Planned
	CodeStepAmbiguous  ProblemCode = "step_ambiguous"  // Given, Known
	CodeStepDone       ProblemCode = "step_done"       // Step, Deed
	CodeStepNotDone    ProblemCode = "step_not_done"   // Step, Deed
	CodeNobodyResponds ProblemCode = "nobody_responds" // Step, Deed

	// People.
	CodeNoPerson      ProblemCode = "no_person"      // Role, Given, Near, Known
	CodeNotComing     ProblemCode = "not_coming"     // Result
	CodeNoCall        ProblemCode = "no_call"        // Given
	CodeCallCorrected ProblemCode = "call_corrected" // ID, NewID, Deed
	CodeNoPosture     ProblemCode = "no_posture"     // Threat

	// The damage survey.
	CodeNoSheet     ProblemCode = "no_sheet" // Given
	CodeNoLine      ProblemCode = "no_line"  // Site, Given, Near, Known
	CodeLineMissing ProblemCode = "line_missing"
	CodeWordsOnly   ProblemCode = "words_only"   // Line
	CodeWordsWanted ProblemCode = "words_wanted" // Line

	// What the agent does for people.
	CodeNoPage            ProblemCode = "no_page"
	CodeNoChannel         ProblemCode = "no_channel"         // Given, Known
	CodeNoInspection      ProblemCode = "no_inspection"      // Given, Known
	CodeInspectionRunning ProblemCode = "inspection_running" // Given; empty: that of all checks
)

// ProblemCodes lists every code.
var ProblemCodes = [...]ProblemCode{
	CodeUnknownName, CodeUnknownWord, CodeMissing, CodeNoteEmpty, CodeTooLong, CodeNotAnID, CodeNoEvent, CodeNoName, CodeNoReason,
	CodeImpossibleYear, CodeInFuture, CodeInPast, CodeEstimatePassed,
	CodeDeclaredAlready, CodeNoneDeclared, CodeOtherDeclared, CodeNoOutage, CodeNoStart, CodeNoAckReason,
	CodeNoAlert, CodeAlertAmbiguous, CodeSystemOrAlert,
	CodeStageAlready, CodeStageChanged, CodeNothingToStandDown, CodeNoMove, CodeUndoLeadsElsewhere, CodeNoChoice, CodeChosenAlready, CodePostureEstablished,
	CodeNoStepNamed, CodeUndoOrNote, CodeNoStep, CodeStepAmbiguous, CodeStepDone, CodeStepNotDone, CodeNobodyResponds,
	CodeNoPerson, CodeNotComing, CodeNoCall, CodeCallCorrected, CodeNoPosture,
	CodeNoSheet, CodeNoLine, CodeLineMissing, CodeWordsOnly, CodeWordsWanted,
	CodeNoPage, CodeNoChannel, CodeNoInspection, CodeInspectionRunning,
}

// Noun is a thing, a field or a decision that a Problem speaks of.
type Noun string

// Nouns that problems speak of.
const (
	ThreatNoun Noun = "threat"
	SystemNoun Noun = "system"
	RoleNoun   Noun = "role"
	SiteNoun   Noun = "site"
	PersonNoun Noun = "person"
	StepNoun   Noun = "step"
	LineNoun   Noun = "line"

	StageNoun   Noun = "stage"
	ResultNoun  Noun = "result"
	MediumNoun  Noun = "medium"
	FindingNoun Noun = "finding"

	OnsetNoun    Noun = "onset"
	StartNoun    Noun = "start"
	AboutNoun    Noun = "about" // when it was what a note tells
	EstimateNoun Noun = "estimate"
	ComingNoun   Noun = "coming_at"
	SeenNoun     Noun = "seen_at"

	NoteNoun     Noun = "note"
	WhyNoun      Noun = "why"
	TextNoun     Noun = "text"
	RemarksNoun  Noun = "remarks"
	CorrectsNoun Noun = "corrects" // the ID of what is corrected

	MoveNoun   Noun = "move"   // of the stage
	ChoiceNoun Noun = "choice" // of an ordinary failure
)

// Nouns lists every noun.
var Nouns = [...]Noun{
	ThreatNoun, SystemNoun, RoleNoun, SiteNoun, PersonNoun, StepNoun, LineNoun,
	StageNoun, ResultNoun, MediumNoun, FindingNoun,
	OnsetNoun, StartNoun, AboutNoun, EstimateNoun, ComingNoun, SeenNoun,
	NoteNoun, WhyNoun, TextNoun, RemarksNoun, CorrectsNoun,
	MoveNoun, ChoiceNoun,
}
