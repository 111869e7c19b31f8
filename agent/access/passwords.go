package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// maxProven is how many right passwords are remembered, so that a Prometheus that asks every few
// seconds does not cost a bcrypt each time.
const maxProven = 100

// passwords checks the passwords of users. It is safe for concurrent use.
type passwords struct {
	secret [sha256.Size]byte // of this process; makes what is remembered useless to others

	mu     sync.Mutex
	proven map[[sha256.Size]byte]struct{} // digests of user, hash and password

	// checking admits one check at a time, as the toolkit does: bcrypt is made to be expensive.
	// It guards limit.
	checking sync.Mutex
	limit    *limit
}

func newPasswords() *passwords {
	p := &passwords{proven: make(map[[sha256.Size]byte]struct{}), limit: newLimit()}
	_, _ = rand.Read(p.secret[:]) // never fails, says crypto/rand
	return p
}

// check returns nil for a user's right password, [ErrRefused] for anything else, or a [*Wait].
// users are names with bcrypt hashes.
func (p *passwords) check(users map[string]string, from netip.Prefix, user, password string) error {
	hash, known := users[user]
	if !known {
		hash = p.decoy(users, user)
	}
	proof := p.digest(user, hash, password)
	if known && p.remembers(proof) {
		return nil
	}
	p.checking.Lock()
	defer p.checking.Unlock()
	if wait := p.limit.wait(from, time.Now()); wait > 0 {
		return &Wait{wait}
	}
	if bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil && known {
		p.remember(proof)
		return nil
	}
	p.limit.failed(from, time.Now())
	return ErrRefused
}

// decoy is the hash that stands for that of a user whom there is not: one of the others', always
// the same for a name, so that neither the time of an answer nor its change tells the two apart.
func (p *passwords) decoy(users map[string]string, user string) string {
	hashes := slices.Sorted(maps.Values(users))
	if len(hashes) == 0 {
		return ""
	}
	sum := p.digest("decoy", user)
	return hashes[binary.BigEndian.Uint64(sum[:])%uint64(len(hashes))]
}

func (p *passwords) digest(parts ...string) (sum [sha256.Size]byte) {
	return digest(p.secret[:], parts...)
}

// digest is the HMAC of the parts, each with its length before it.
func digest(key []byte, parts ...string) (sum [sha256.Size]byte) {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		mac.Write([]byte(part))
	}
	mac.Sum(sum[:0])
	return sum
}

func (p *passwords) remembers(proof [sha256.Size]byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.proven[proof]
	return ok
}

func (p *passwords) remember(proof [sha256.Size]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.proven) >= maxProven {
		clear(p.proven)
	}
	p.proven[proof] = struct{}{}
}
