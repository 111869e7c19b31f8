package console

import (
	"net/http"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/plan"
)

// shared keeps the newest renderings, by what was asked for, in which language and by whom.
type shared struct {
	mu  sync.Mutex
	all map[sharedKey]*kept
}

// sharedKey tells renderings apart. It holds all of a request that a page may depend on: a reader
// never sees what was made for an operator, nor one user what was made for another.
type sharedKey struct {
	uri    string
	locale plan.Locale
	role   access.Role
	user   string
}

func keyOf(r *http.Request, fallback plan.Locale) sharedKey {
	id, _ := access.Of(r.Context())
	return sharedKey{r.URL.RequestURI(), localeOf(r, fallback), id.Role, id.User}
}

// kept is a rendering and what it was made of. Its lock is held while it is made, so that it is
// made once.
type kept struct {
	mu      sync.Mutex
	version string
	at      time.Time
	rendering
}

// Bounds of what is kept: how many renderings, of how long addresses, and for how long. A longer
// time would show numbers of the past beside those that tick.
const (
	maxKept    = 64
	maxKeptURI = 1024
	maxKeptAge = time.Second
)

func newShared() *shared { return &shared{all: map[sharedKey]*kept{}} }

// get returns the rendering of the key at the version, made now if need be.
func (s *shared) get(key sharedKey, version string, render func() rendering) rendering {
	k := s.of(key)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.version == version && time.Since(k.at) < maxKeptAge {
		return k.rendering
	}
	k.rendering = render().packed()
	k.version, k.at = version, time.Now()
	return k.rendering
}

// of returns the place of a key. When there are too many, all are forgotten: whoever is making one
// still has it, and the others are old in a second anyway.
func (s *shared) of(key sharedKey) *kept {
	if len(key.uri) > maxKeptURI {
		return &kept{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.all[key]
	if k == nil {
		if len(s.all) >= maxKept {
			clear(s.all)
		}
		k = &kept{}
		s.all[key] = k
	}
	return k
}
