package access

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// try is a sign-in with a wrong password; zero: it was refused for that, else how long to wait.
func (w *world) try(remote string) time.Duration {
	w.Helper()
	err := w.check(request{method: "POST", path: SignInPath, remote: remote}.http(), w.web.Users(), "duty", "guess")
	var wait *Wait
	switch {
	case errors.As(err, &wait):
		return wait.For
	case !errors.Is(err, ErrRefused):
		w.Fatalf("a wrong password: %v", err)
	}
	return 0
}

func TestWrongPasswordsAreLimitedByAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, people)
		for i := range perAddressBurst {
			if wait := w.try("192.0.2.7:1000"); wait != 0 {
				t.Fatalf("try %d must wait %v", i, wait)
			}
		}
		if wait := w.try("192.0.2.7:1001"); wait != 10*time.Second {
			t.Errorf("one more must wait %v", wait)
		}
		answer := w.ask(request{path: "/metrics", remote: "192.0.2.7:1002", user: "duty", password: "correct horse"})
		if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") != "10" {
			t.Errorf("basic authentication goes round the bound: %d %v", answer.Code, answer.Header())
		}
		if wait := w.try("192.0.2.8:1000"); wait != 0 {
			t.Errorf("a neighbour must wait %v", wait)
		}
		time.Sleep(10 * time.Second)
		if wait := w.try("192.0.2.7:1003"); wait != 0 {
			t.Errorf("after the wait one must wait %v", wait)
		}
		time.Sleep(4 * time.Second)
		if wait := w.try("192.0.2.7:1003"); wait != 6*time.Second {
			t.Errorf("too early, one is told to wait %v", wait)
		}
		for range 100 { // whose password was wrong before is still served when it is right
			time.Sleep(15 * time.Second)
			if wait := w.try("192.0.2.7:1004"); wait != 0 {
				t.Fatalf("a Prometheus with a wrong password shuts its address out: %v", wait)
			}
		}
		w.signIn("duty", "correct horse")
	})
}

func TestProvenPasswordsNeedNotWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	scrape := request{path: "/metrics", user: "duty", password: "correct horse", remote: "192.0.2.9:1"}
	if have := w.says(scrape); have != dutyByPassword {
		t.Fatal(have)
	}
	for range perAddressBurst + 1 {
		w.try("192.0.2.9:1")
	}
	if have := w.says(scrape); have != dutyByPassword {
		t.Errorf("somebody else's guesses shut Prometheus out: %s", have)
	}
}

func TestWrongPasswordsAreLimitedOverall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, people)
		refused := 0
		for i := range 5000 {
			if w.try(fmt.Sprintf("10.%d.%d.1:1000", i/250, i%250)) > 0 {
				refused++
			}
		}
		if refused != 5000-overallBurst {
			t.Errorf("%d of 5000 tries from everywhere were refused", refused)
		}
		if have := len(w.passwords.limit.from); have > overallBurst {
			t.Errorf("%d addresses are kept", have)
		}
	})
}

// At a pace that is let through, addresses that have earned their tries back make room.
func TestAddressesAreForgotten(t *testing.T) {
	t.Parallel()
	l, now := newLimit(), time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	stubborn := netip.MustParsePrefix("192.0.2.7/32") // owes tries for twenty seconds at a time
	for i := range uint32(10 * maxAddresses) {
		now = now.Add(time.Second)
		from := netip.PrefixFrom(netip.AddrFrom4([4]byte{11, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
		if wait := l.wait(from, now); wait != 0 {
			t.Fatalf("address %d must wait %v", i, wait)
		}
		l.failed(from, now)
		if i%20 == 0 {
			now = now.Add(2 * time.Second)
			l.failed(stubborn, now)
			l.failed(stubborn, now)
		}
		if len(l.from) > maxAddresses {
			t.Fatalf("%d addresses are kept", len(l.from))
		}
		if i%20 < 10 && l.from[stubborn] == nil {
			t.Fatalf("after %d addresses one is forgotten that still owes tries", i)
		}
	}
}

func TestAddressesAsTriesAreCounted(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1/32", "[::ffff:192.0.2.1]:80": "192.0.2.1/32", "[2001:db8:1:2:3::4]:80": "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::]:9": "2001:db8:1:2::/64", "[fe80::1%eth0]:80": "fe80::/64", "@": netip.Prefix{}.String(), "": netip.Prefix{}.String(),
	} {
		if have := addressOf(&http.Request{RemoteAddr: remote}).String(); have != want {
			t.Errorf("%s counts as %s, want %s", remote, have, want)
		}
	}
}

// The hash that is checked for a user whom there is not is one of the others', so that it costs as
// much; which one does not change from try to try, and differs between names.
func TestUnknownUsersCostTheSame(t *testing.T) {
	t.Parallel()
	users := map[string]string{}
	for i := range 8 {
		hash, err := bcrypt.GenerateFromPassword([]byte("x"), bcrypt.MinCost+i%2)
		if err != nil {
			t.Fatal(err)
		}
		users[fmt.Sprint("user", i)] = string(hash)
	}
	p := newPasswords()
	seen := map[string]bool{}
	for i := range 64 {
		name := fmt.Sprint("stranger", i)
		decoy := p.decoy(users, name)
		if !slices.Contains(slices.Collect(maps.Values(users)), decoy) || p.decoy(users, name) != decoy {
			t.Fatalf("%s is checked against %s", name, decoy)
		}
		seen[decoy] = true
	}
	if len(seen) < 2 {
		t.Error("all strangers look like the same user")
	}
	for _, password := range []string{"x", "", strings.Repeat("long", 100)} {
		if err := p.check(users, netip.Prefix{}, "stranger1", password); !errors.Is(err, ErrRefused) {
			t.Errorf("a stranger with the password of the decoy: %v", err)
		}
	}
	// Who is taken out is a stranger too, though the hash and what was proved by it be still there.
	if err := p.check(map[string]string{"old": users["user0"]}, netip.Prefix{}, "old", "x"); err != nil {
		t.Fatal(err)
	}
	if err := p.check(map[string]string{"new": users["user0"]}, netip.Prefix{}, "old", "x"); !errors.Is(err, ErrRefused) {
		t.Errorf("a user who was renamed, by the name before: %v", err)
	}
}

func TestProvenPasswordsAreBounded(t *testing.T) {
	t.Parallel()
	p := newPasswords()
	for i := range 10 * maxProven {
		p.remember(p.digest(fmt.Sprint(i)))
	}
	if len(p.proven) > maxProven {
		t.Errorf("%d are remembered", len(p.proven))
	}
}
