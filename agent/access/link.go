package access

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
)

// Bounds of one-time links.
const (
	// LinkLife is how long a link may be used.
	LinkLife = 10 * time.Minute
	// maxLinks is how many may be outstanding; the oldest makes room.
	maxLinks = 100
)

// ErrLink is the one answer to a link that was used, that is too old, and that there never was.
var ErrLink = errors.New("this link was used already, or is too old")

// invitation is a link that was not used yet.
type invitation struct {
	user    string
	role    Role
	expires time.Time
}

// links are the outstanding ones by the hash of their token: what the agent holds in memory opens
// nothing. A restart makes all void. It is safe for concurrent use.
type links struct {
	mu          sync.Mutex
	outstanding map[[sha256.Size]byte]invitation
}

func newLinks() *links { return &links{outstanding: make(map[[sha256.Size]byte]invitation)} }

// invite makes a link.
func (l *links) invite(user string, role Role, now time.Time) (token string, expires time.Time) {
	token, expires = rand.Text(), now.Add(LinkLife) // at least 128 bits, in letters and digits
	l.mu.Lock()
	defer l.mu.Unlock()
	l.makeRoom(now)
	l.outstanding[sha256.Sum256([]byte(token))] = invitation{user, role, expires}
	return token, expires
}

// makeRoom drops what is too old, and the oldest when there are too many.
func (l *links) makeRoom(now time.Time) {
	var oldest [sha256.Size]byte
	first := time.Time{}
	for sum, one := range l.outstanding {
		if !now.Before(one.expires) {
			delete(l.outstanding, sum)
		} else if first.IsZero() || one.expires.Before(first) {
			oldest, first = sum, one.expires
		}
	}
	if len(l.outstanding) >= maxLinks {
		delete(l.outstanding, oldest)
	}
}

// look tells of a link without using it.
func (l *links) look(token string, now time.Time) (invitation, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one, ok := l.outstanding[sha256.Sum256([]byte(token))]
	return one, ok && now.Before(one.expires)
}

// use uses a link up.
func (l *links) use(token string, now time.Time) (invitation, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	sum := sha256.Sum256([]byte(token))
	one, ok := l.outstanding[sum]
	delete(l.outstanding, sum)
	return one, ok && now.Before(one.expires)
}
