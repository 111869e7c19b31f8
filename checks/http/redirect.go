package httpcheck

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
)

// redirect is called before a redirect is followed. http.Client itself takes only the standard
// credential headers away, and only for another domain; a plan's X-API-Key is a secret as well,
// and another port of the same host may be anybody's.
func (p *prober) redirect(next *http.Request, via []*http.Request) error {
	if p.settings.MaxRedirects == 0 {
		return http.ErrUseLastResponse
	}
	if len(via) > p.settings.MaxRedirects {
		return netdial.Failf(checks.WrongAnswer, "more than %d redirects, the last from %s", p.settings.MaxRedirects, address(via[len(via)-1].URL))
	}
	if sameServer(p.request.URL, next.URL) {
		return nil
	}
	if next.Body != nil && next.Body != http.NoBody {
		return http.ErrUseLastResponse
	}
	for name := range p.request.Header {
		next.Header.Del(name)
	}
	next.Header.Del("Referer")
	next.Header.Set("User-Agent", userAgent)
	next.Host = ""
	return nil
}

// sameServer reports whether what was meant for first may be sent to next: the same scheme,
// host and port, or the same host's standard ports when next is the encrypted one.
func sameServer(first, next *url.URL) bool {
	if first.Hostname() != next.Hostname() {
		return false
	}
	if first.Scheme == next.Scheme {
		return port(first) == port(next)
	}
	return next.Scheme == "https" && port(first) == "80" && port(next) == "443"
}

// address is the host and port of u, which is all of it that texts may show.
func address(u *url.URL) string { return net.JoinHostPort(u.Hostname(), port(u)) }

// proxyAnswer words the refusal of a proxy to connect through.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	switch code := answer.StatusCode; {
	case code == http.StatusOK:
		return nil
	case code >= http.StatusInternalServerError:
		return netdial.Failf(checks.Unreachable, "the proxy %s could not connect: %s", address(proxy), answer.Status)
	default:
		return netdial.Failf(checks.WrongAnswer, "the proxy %s does not let us through: %s", address(proxy), answer.Status)
	}
}
