package httpcheck

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
	"github.com/keizoku-bcp/keizoku/plan"
)

// maxBody is the most of a body that is read, maxHeader of what comes before it: a server that sends
// headers without end must not cost ten times as much as one that sends a body without end.
const (
	maxBody   = 1 << 20
	maxHeader = 1 << 20
)

// prober runs one check. What does not change from probe to probe is made once: the request,
// the client, the TLS settings.
type prober struct {
	request       *http.Request
	client        *http.Client
	keepAlive     bool
	authenticated bool
	expect        statuses
	settings      *Settings
	secrets       *plan.Redactor
}

func newProber(settings any, env *checks.Env) (checks.Prober, error) {
	s := settings.(*Settings)
	config, err := s.TLS.Config("") // the transport fills in the host of each request
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	request, err := newRequest(s)
	if err != nil {
		return nil, err
	}
	p := &prober{
		request: request, keepAlive: s.KeepAlive, authenticated: len(s.credentials()) > 0,
		expect: s.ExpectStatus, settings: s, secrets: env.Secrets,
	}
	p.client = &http.Client{Transport: newTransport(s, config), CheckRedirect: p.redirect}
	return p, nil
}

func newTransport(s *Settings, config *tls.Config) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(s.HTTP2)
	transport := &http.Transport{
		DialContext: dial, TLSClientConfig: config, Protocols: protocols,
		DisableKeepAlives: !s.KeepAlive, MaxIdleConnsPerHost: 1, MaxResponseHeaderBytes: maxHeader,
		// An answer that unpacks without end is not worth the bytes saved.
		DisableCompression: true,
	}
	if s.Proxy != nil {
		transport.Proxy = http.ProxyURL(s.Proxy.URL)
		transport.OnProxyConnectResponse = proxyAnswer
	}
	return transport
}

const userAgent = "keizoku"

// newRequest makes the request that every probe sends.
func newRequest(s *Settings) (*http.Request, error) {
	request, err := http.NewRequest(s.Method, s.URL.String(), strings.NewReader(s.Body))
	if err != nil {
		return nil, fmt.Errorf("the request cannot be made of method %q and the URL", s.Method)
	}
	request.Header.Set("User-Agent", userAgent)
	for name, value := range s.Headers {
		request.Header.Set(name, value.Reveal())
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
		request.Header.Del("Host")
	}
	if s.BasicAuth != nil {
		request.SetBasicAuth(s.BasicAuth.Username, s.BasicAuth.Password.Reveal())
	}
	if !s.BearerToken.IsZero() {
		request.Header.Set("Authorization", "Bearer "+s.BearerToken.Reveal())
	}
	return request, nil
}

// Close implements [io.Closer]: it closes the connection kept open.
func (p *prober) Close() error {
	p.client.CloseIdleConnections()
	return nil
}

// Probe implements [checks.Prober].
func (p *prober) Probe(ctx context.Context) checks.Result {
	s := newSession(ctx, p.request.URL)
	result := checks.Result{Reason: checks.OK}
	failure := p.run(s, &result)
	result.Phases = s.end(failure == nil && p.keepAlive)
	failure.Put(&result, p.secrets)
	return result
}

// run sends the request and judges the answer; it returns nil when all is well.
func (p *prober) run(s *session, result *checks.Result) *netdial.Failure {
	response, err := p.client.Do(p.newRequest(s))
	if err != nil {
		return s.fail(err)
	}
	defer response.Body.Close()
	if response.TLS != nil {
		result.NotAfter = tlsconf.NotAfterState(response.TLS)
	}
	body, err := p.read(response)
	s.lap("transfer")
	if err != nil {
		return s.fail(err)
	}
	result.Text = netdial.Tell(response.Status+" from "+address(response.Request.URL), p.secrets)
	return p.judge(response, body)
}

// newRequest is the prober's request for one probe.
func (p *prober) newRequest(s *session) *http.Request {
	request := p.request.WithContext(s.context())
	if p.request.GetBody != nil {
		request.Body, _ = p.request.GetBody() // a strings.Reader's copy cannot fail
	}
	return request
}

// read reads the body: into memory when it will be judged, else only to see it arrive. After a change
// of protocol (101) there is none, but the bare connection, which knows nothing of the probe's end.
func (p *prober) read(response *http.Response) ([]byte, error) {
	if response.StatusCode == http.StatusSwitchingProtocols {
		return nil, nil
	}
	limited := io.LimitReader(response.Body, maxBody)
	if p.settings.ExpectBody.IsZero() && p.settings.RefuseBody.IsZero() && len(p.settings.JSON) == 0 {
		_, err := io.Copy(io.Discard, limited)
		return nil, err
	}
	return io.ReadAll(limited)
}

// judge holds an answer against what the plan expects.
func (p *prober) judge(response *http.Response, body []byte) *netdial.Failure {
	peer := address(response.Request.URL)
	switch code := response.StatusCode; {
	case p.expect.has(code):
	case code == http.StatusUnauthorized && p.authenticated:
		return netdial.Failf(checks.AuthFailed, "%s answered %s: it refused the credentials", peer, response.Status)
	default:
		return netdial.Failf(checks.WrongAnswer, "%s answered %s, want %s", peer, response.Status, p.expect)
	}
	switch s := p.settings; {
	case !s.ExpectBody.Match(body):
		return netdial.Failf(checks.WrongAnswer, "%s answered %s, but nothing in the body matches %q", peer, response.Status, s.ExpectBody)
	case !s.RefuseBody.IsZero() && s.RefuseBody.Match(body):
		return netdial.Failf(checks.WrongAnswer, "%s answered %s, but the body matches %q", peer, response.Status, s.RefuseBody)
	}
	return p.judgeJSON(peer, body)
}

func (p *prober) judgeJSON(peer string, body []byte) *netdial.Failure {
	if len(p.settings.JSON) == 0 {
		return nil
	}
	document, err := parseJSON(body)
	if err != nil {
		return netdial.Failf(checks.WrongAnswer, "the answer of %s is not JSON: %v", peer, err)
	}
	for i := range p.settings.JSON {
		if failure := p.settings.JSON[i].judge(document, p.secrets); failure != nil {
			return failure
		}
	}
	return nil
}
