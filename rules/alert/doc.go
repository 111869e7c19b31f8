// Package alert decides what people are alerted to, on which channel, when and how often.
//
// It does so in two steps, both pure. [Derive] tells every alert that holds at an instant from the
// Situation alone: there is no list of open alerts that somebody must remember to close, so nothing
// can be forgotten, by a crash as little as by a reload. [Next] compares that set with what each
// channel was told before, the [Ledger], and returns what is to be told now. It reads no clock and
// sends nothing: whoever calls it keeps the ledger beside the messages, in one transaction, and
// goes on after a restart where it stopped. A week of alerts can be replayed in a test in a moment,
// and a rule such as "acknowledgement never keeps a close from being told" is a sentence in one
// function and not a habit of five goroutines.
//
// # What belongs together
//
// A system that is down is one outage with up to four alerts: [SystemDown], [DeadlineNear],
// [StartRecoveryNow] and [DeadlineMissed]. What of one outage, or of emergency power, has to be
// told on a channel at one moment is one message, and so is one reminder of all of it. Where what
// has to be told at one moment is of as many outages as the plan's group_at, it is one message
// with a table. After such a message, what follows within a minute gathers for 15 seconds, for a
// blackout takes half a minute to be confirmed on every system.
//
// # Silence
//
// Maintenance silences every alert of an outage; a root cause silences the SystemDown of what
// depends on it, on each channel that hears of the root. Silence holds back what is new: openings,
// worsenings, escalations, reminders. It never holds back the close of what was told. When it ends
// and the alert still holds, it is told; after a dependency only once the system has had the time
// to be seen up again. A deadline runs for each system by itself, so DeadlineNear and its like are
// not silenced by a root cause. A system is not blamed before what it depends on was looked at: for
// up to a minute it waits for that.
//
// Quiet rules hold back the same for a time of day. Acknowledgement holds back reminders, and what
// escalates where nobody acknowledges. Who takes an outage on takes on all its alerts; any other
// alert is taken on by the key that it has from its opening to its close, see [Conditions.Taken].
//
// # Flapping
//
// The first close of a cause is told at once, and so is what opens where people believe that all
// is well. After that a close waits until the cause has been calm for 5 minutes, the next for 10,
// then 20, up to an hour; when it has neither come nor gone for two hours, that is forgotten. So
// the number of messages is bounded, a true opening is never late, and the last word is always the
// true one. If a new outage begins while the close of the one before it waits, both are told
// together once that wait has passed, counted from the last message.
//
// # Silence of the sources
//
// Nothing closes because nobody can see. Outages and conditions of supplies are in the journal and
// stay in the Situation while the agent is blind or a UPS does not answer. What rests on readings
// alone is kept open by [Next] while a supply that should be read is not ([Conditions.Unread]).
//
// # Keepers
//
// A channel whose receiver groups, repeats and inhibits by itself (Alertmanager) is a keeper: it
// hears openings, worsenings and closes of all alerts that its route admits, at once, silenced or
// not, in one dispatch; no reminders, no quiet hours, no waiting. It is told by what each is
// silenced: also by [Settling], for a root closes before what hangs on it is seen up again.
package alert
