package icmp

import (
	"context"
	"io"
	"net/netip"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

func TestConformance(t *testing.T) {
	checktest.Run(t, checktest.Case{Kind: Kind(), Targets: []checktest.Target{
		{Name: "healthy", Settings: `host = "127.0.0.1"`, Want: checks.OK},
		{Name: "healthy by IPv6", Settings: `host = "::1"`, Want: checks.OK},
		{Name: "several", Settings: "host = \"127.0.0.1\"\ncount = 3\ngap = \"10ms\"", Want: checks.OK},
		{Name: "secret address", Settings: `host = secret("127.0.99.77")`, Want: checks.OK},
	}})
}

// TestConformanceSilent is the same in a network where one host answers and all others are silent.
func TestConformanceSilent(t *testing.T) {
	silent := Kind()
	silent.New = func(settings any, env *checks.Env) (checks.Prober, error) {
		p := newProber(settings.(*Settings), env)
		p.engine = func(f family) (*engine, error) {
			thing, err := env.Shared.Get(engineKey{f}, func() (io.Closer, error) {
				return newEngine(f, func() (transport, error) {
					network := newFake(1)
					network.alive = netip.MustParseAddr("10.1.0.11")
					return network, nil
				})
			})
			return thing.(*engine), err
		}
		p.ping = func(ctx context.Context, _ netip.Addr, _ int, _ bool) (time.Duration, error) {
			<-ctx.Done()
			return 0, errNoAnswer
		}
		return p, nil
	}
	checktest.Run(t, checktest.Case{Kind: silent, Targets: []checktest.Target{
		{Name: "healthy", Settings: `host = "10.1.0.11"`, Want: checks.OK},
		{Name: "silent", Settings: `host = "10.1.0.12"`, Want: checks.Timeout},
		{Name: "secret and silent", Settings: `host = secret("10.1.0.13")`, Want: checks.Timeout},
	}})
}
