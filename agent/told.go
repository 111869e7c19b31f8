package agent

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/outbox"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// account is what people were told, as it stands in the outbox, and the moment at which that was
// last compared with what holds. It is immutable once it is the agent's.
type account struct {
	ledger alert.Ledger
	// labels are those under which alerts were told first, by their key in the ledger.
	labels map[string]map[string]string
	moment *alert.Moment
	// unwritten says that the outbox has none of it as it is here.
	unwritten bool
}

// row is an entry of the ledger as the outbox keeps it.
type row struct {
	*alert.Entry
	Labels map[string]string `json:"labels,omitempty"`
}

// lastTold reads what was told by the runs before.
func (a *Agent) lastTold() *account {
	told := &account{ledger: alert.Ledger{}, labels: map[string]map[string]string{}}
	for key, payload := range a.outbox.Alerts() {
		var r row
		if err := json.Unmarshal(payload, &r); err != nil || r.Entry == nil {
			a.log.Error("what was told of an alert cannot be read: if it holds, it is told anew", "alert", key, "err", err)
			continue
		}
		told.ledger[key] = r.Entry
		if r.Labels != nil {
			told.labels[key] = r.Labels
		}
	}
	return told
}

// shift returns the account after a step of the clock.
func (t *account) shift(by time.Duration) *account {
	return &account{ledger: t.ledger.Shift(by), labels: t.labels, moment: t.moment, unwritten: true}
}

// labelsOf are the labels under which an alert was told first, by the key by which it is told, or
// nil. Where the ledger's key would come again, that one has the time of its opening behind it.
func (t *account) labelsOf(key string) map[string]string {
	return t.labels[t.ledgerKey(key)]
}

func (t *account) ledgerKey(key string) string {
	if _, known := t.ledger[key]; known {
		return key
	}
	if i := strings.LastIndexByte(key, '/'); i > 0 {
		if _, known := t.ledger[key[:i]]; known {
			return key[:i]
		}
	}
	return key
}

// since tells the outbox what has changed in the account since before, when these messages told it.
func (t *account) since(before *account, messages []outbox.Addressed) outbox.Change {
	written, gone := t.ledger.Changes(before.ledger)
	if before.unwritten {
		written = slices.Collect(maps.Keys(t.ledger))
	}
	t.labels = before.labels
	if len(messages)+len(gone) > 0 {
		t.remember(messages)
	}
	return outbox.Change{Upsert: t.rows(written), Remove: gone}
}

// remember notes the labels of what is told for the first time, and forgets those of alerts that
// have left the ledger.
func (t *account) remember(messages []outbox.Addressed) {
	t.labels = maps.Clone(t.labels)
	maps.DeleteFunc(t.labels, func(key string, _ map[string]string) bool { return t.ledger[key] == nil })
	for _, m := range messages {
		for i := range m.Message.Alerts {
			a := &m.Message.Alerts[i]
			if key := t.ledgerKey(a.Key); t.labels[key] == nil {
				t.labels[key] = a.Labels
			}
		}
	}
}

// rows are entries as the outbox keeps them.
func (t *account) rows(keys []string) map[string]json.RawMessage {
	rows := make(map[string]json.RawMessage, len(keys))
	for _, key := range keys {
		payload, err := json.Marshal(row{t.ledger[key], t.labels[key]})
		if err != nil { // texts, times and finite numbers: it does not happen
			continue
		}
		rows[key] = payload
	}
	return rows
}
