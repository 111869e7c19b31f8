package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// record is an event as it lies in the table: one field per column, in the columns' order.
type record struct {
	seq       int64
	id        string
	agent     string
	run       string
	boot      string
	at        string // timeLayout
	estimated bool
	kind      string
	subject   string
	actor     string // JSON; empty is NULL: what the agent saw by itself
	payload   string // JSON
	drill     bool
	prev      string

	// What follows is derived, or told of records on their way to the disk, and has no column.

	hash  string // of all columns: the prev of the next record
	event Event
	more  bool // the record after this one belongs to the same Append
}

// timeLayout is RFC 3339 in UTC with all nine digits, so that text sorts as time does.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// hashVersion begins every hashed encoding. It changes when the encoding does.
const hashVersion = "keizoku-event-1"

// sum is the SHA-256 that links an event to the next, in hexadecimal.
//
// What is hashed is the line "keizoku-event-1\n", then every column of the table in its order
// (seq, id, agent, run, boot, at, estimated, kind, subject, actor, payload, drill, prev), each as
// a netstring: length in bytes, colon, the bytes as stored, comma. Integers are in decimal,
// flags are 0 or 1, NULL is empty. No other program is needed to write it again by hand.
func (r *record) sum() string {
	b := make([]byte, 0, 512+len(r.payload))
	b = append(b, hashVersion+"\n"...)
	for _, column := range [...]string{
		strconv.FormatInt(r.seq, 10), r.id, r.agent, r.run, r.boot, r.at, digit(r.estimated),
		r.kind, r.subject, r.actor, r.payload, digit(r.drill), r.prev,
	} {
		b = strconv.AppendInt(b, int64(len(column)), 10)
		b = append(b, ':')
		b = append(b, column...)
		b = append(b, ',')
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func digit(flag bool) string {
	if flag {
		return "1"
	}
	return "0"
}

// newRecord encodes what a draft says. Its place in the journal (seq, id, at, prev) is given by
// [record.seal].
func newRecord(draft Event) (record, error) {
	if err := checkDraft(&draft); err != nil {
		return record{}, err
	}
	r := record{
		id: draft.ID, kind: string(draft.Kind), subject: draft.Subject,
		estimated: draft.Estimated, drill: draft.Drill,
	}
	var err error
	if r.payload, err = encodeJSON(draft.Payload); err != nil {
		return record{}, fmt.Errorf("payload of a %s event: %w", draft.Kind, err)
	}
	// The payload is read back from its text: a live run folds what a replay will, without
	// monotonic clock readings in its times and without anything the text does not hold.
	if draft.Payload, err = DecodePayload(draft.Kind, []byte(r.payload)); err != nil {
		return record{}, err
	}
	if draft.Actor != nil {
		actor := *draft.Actor
		draft.Actor = &actor
		if r.actor, err = encodeJSON(actor); err != nil {
			return record{}, fmt.Errorf("actor of a %s event: %w", draft.Kind, err)
		}
	}
	r.event = draft
	return r, nil
}

func checkDraft(draft *Event) error {
	if draft.Payload == nil {
		return fmt.Errorf("event %q for %q has no payload", draft.Kind, draft.Subject)
	}
	kind := draft.Payload.Kind()
	if draft.Kind == "" {
		draft.Kind = kind
	}
	if draft.Kind != kind {
		return fmt.Errorf("event of kind %s carries the payload of a %s", draft.Kind, kind)
	}
	if draft.ID != "" && !validID(draft.ID) {
		return fmt.Errorf("%s event: id %q is not a ULID", kind, draft.ID)
	}
	if year := draft.At.UTC().Year(); year < 1970 || year > 9999 {
		return fmt.Errorf("%s event: its time %v is outside the years 1970 to 9999", kind, draft.At)
	}
	return nil
}

// encodeJSON writes JSON for people too: it leaves <, > and & as they are.
func encodeJSON(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// seal gives the record its place after the one that the link tells of, and its hash.
func (r *record) seal(after link, at time.Time, o *Options) {
	r.seq, r.prev = after.seq+1, after.hash
	r.agent, r.run, r.boot = o.Agent, o.Run, o.Boot
	at = at.Round(0).UTC()
	r.at = at.Format(timeLayout)
	e := &r.event
	e.ID, e.Seq, e.Prev, e.At = r.id, r.seq, r.prev, at
	e.Agent, e.Run, e.Boot, e.Estimated = r.agent, r.run, r.boot, r.estimated
	r.hash = r.sum()
}

// decode fills in the event from the columns. With an error the event is still as complete as it
// can be, its payload an [Unknown].
func (r *record) decode() error {
	e := Event{
		ID: r.id, Agent: r.agent, Seq: r.seq, Estimated: r.estimated, Run: r.run, Boot: r.boot,
		Kind: Kind(r.kind), Subject: r.subject, Drill: r.drill, Prev: r.prev,
	}
	at, atErr := time.Parse(time.RFC3339Nano, r.at)
	e.At = at
	actor, actorErr := decodeActor(r.actor)
	e.Actor = actor
	payload, payloadErr := DecodePayload(e.Kind, []byte(r.payload))
	if payload == nil {
		payload = Unknown{e.Kind, json.RawMessage(r.payload)}
	}
	e.Payload = payload
	r.event = e
	for _, err := range [...]error{atErr, actorErr, payloadErr} {
		if err != nil {
			return fmt.Errorf("event %d of the journal cannot be read: %w", r.seq, err)
		}
	}
	return nil
}

func decodeActor(text string) (*Actor, error) {
	if text == "" {
		return nil, nil
	}
	actor := new(Actor)
	err := json.Unmarshal([]byte(text), actor)
	return actor, err
}

// link is an end of the chain: the event that the next one is tied to. Zero before the first.
type link struct {
	seq  int64
	hash string
}

func (r *record) link() link { return link{r.seq, r.hash} }
