package httpcall

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	promconfig "github.com/prometheus/common/config"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/told"
	"github.com/keizoku-bcp/keizoku/plan"
)

// maxAnswer is the most of an answer that is read.
const maxAnswer = 64 << 10

// Client sends requests, each over a connection of its own. It is safe for concurrent use.
type Client struct {
	http    *http.Client
	headers map[string]plan.Secret
	secrets []*plan.Redactor
}

// New makes a client of the settings. Errors of its requests hold no secret of secrets, nor of the
// settings, nor the path and query of the URLs to be called.
func New(s *Settings, secrets *plan.Redactor, urls ...URL) (*Client, error) {
	own := s.own()
	for _, u := range urls {
		own.Add(u.String())
		own.Add(u.RequestURI())
	}
	client, err := promconfig.NewClientFromConfig(s.config(), "keizoku",
		promconfig.WithKeepAlivesDisabled(), promconfig.WithHTTP2Disabled(), promconfig.WithDialContextFunc(dial))
	if err != nil {
		return nil, errors.New(told.Words(err.Error(), secrets, own))
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{http: client, headers: s.Headers, secrets: []*plan.Redactor{secrets, own}}, nil
}

// callKey is where a request's context carries that of its call.
type callKey struct{}

// dial makes the connection of one call and closes it when the call is over. The transport's own
// context would let a connection be made that nobody waits for any more.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	if call, ok := ctx.Value(callKey{}).(context.Context); ok {
		ctx = call
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err == nil {
		context.AfterFunc(ctx, func() { _ = conn.Close() })
	}
	return conn, err
}

// Request is what is sent.
type Request struct {
	Method string
	URL    URL
	Body   []byte
	Header http.Header
}

// Answer is what came back for a request, taken (2xx) or not.
type Answer struct {
	Status string // "200 OK"
	Body   string // without secrets, but as long as it was
	// Date is the receiver's clock (RFC 9110, 6.6.1); zero when it does not say.
	Date time.Time
}

// Receipt words the answer: the status, and what else the receiver said.
func (a Answer) Receipt() notify.Receipt {
	if words := told.Words(a.Body); words != "" && len(words) <= 80 {
		return notify.Receipt(a.Status + ": " + words)
	}
	return notify.Receipt(a.Status)
}

// Do sends the request and returns when it was answered or ctx ended. Which errors are
// [notify.Refused] or [notify.RetryAfter], [Judge] decides. explain finds the receiver's reason in
// the body of an answer; nil: the body is the reason.
func (c *Client) Do(ctx context.Context, r Request, explain func(body string) string) (Answer, error) {
	ctx, over := context.WithCancel(ctx)
	defer over()
	request, err := http.NewRequestWithContext(context.WithValue(ctx, callKey{}, ctx), r.Method, r.URL.String(), bytes.NewReader(r.Body))
	if err != nil {
		return Answer{}, fmt.Errorf("%s: the request cannot be made", r.URL.Server())
	}
	c.dress(request, r.Header)
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, c.failed(ctx, r.URL, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil && response.StatusCode/100 != 2 {
		body = nil
	}
	text := c.redact(string(body))
	if explain == nil {
		explain = func(body string) string { return body }
	}
	answer := Answer{Status: told.Words(c.redact(response.Status)), Body: text}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		answer.Date = date
	}
	return answer, Judge(r.URL.Server(), response, told.Words(explain(text)))
}

// dress puts the headers on: the kind's, then the plan's, which win.
func (c *Client) dress(request *http.Request, header http.Header) {
	request.Header.Set("User-Agent", "keizoku")
	for name, values := range header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	for name, value := range c.headers {
		request.Header.Set(name, value.Reveal())
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
		request.Header.Del("Host")
	}
}

// failed words an error of the network, keeping the end of the context as its cause.
func (c *Client) failed(ctx context.Context, to URL, err error) error {
	if cause := ctx.Err(); cause != nil {
		return &told.Failure{Text: fmt.Sprintf("%s: %s", to.Server(), told.Cause(cause)), Cause: cause}
	}
	return &told.Failure{Text: fmt.Sprintf("%s: %s", to.Server(), told.Words(told.Cause(err), c.secrets...)), Cause: err}
}

func (c *Client) redact(text string) string {
	for _, s := range c.secrets {
		text = s.Redact(text)
	}
	return text
}
