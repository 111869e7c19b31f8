// Package taken remembers which of several receivers have taken a message.
//
// It exists because a message is tried again as a whole: with one of two servers dead, or one
// recipient of three put off, the others would otherwise get it at every try. It is a courtesy
// that a restart forgets; receivers go by the message's ID.
package taken

// limit is how many messages are remembered: more than wait to be tried again at one time.
const limit = 256

// Ledger is what was taken, by message. Its zero value is ready. It is not safe for concurrent
// use.
type Ledger struct {
	by    map[string]map[string]bool
	order []string // of the messages, oldest first
}

// Has reports whether the receiver has taken the message.
func (l *Ledger) Has(message, receiver string) bool { return l.by[message][receiver] }

// Add notes that it has.
func (l *Ledger) Add(message, receiver string) {
	if l.by == nil {
		l.by = make(map[string]map[string]bool)
	}
	if l.by[message] == nil {
		l.by[message] = make(map[string]bool)
		l.order = append(l.order, message)
	}
	l.by[message][receiver] = true
	if len(l.order) > limit {
		delete(l.by, l.order[0])
		l.order = l.order[1:]
	}
}

// Forget drops a message that needs no other try.
func (l *Ledger) Forget(message string) {
	delete(l.by, message)
	for i, m := range l.order {
		if m == message {
			l.order = append(l.order[:i:i], l.order[i+1:]...)
			return
		}
	}
}
