package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// Client speaks to an agent. It is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
	// where names the agent's address in errors.
	where string
}

// clientTimeout bounds one request.
const clientTimeout = 10 * time.Second

// NewClient returns a client for the agent at base, such as http://127.0.0.1:9720. A user and
// password in it are sent as basic authentication.
func NewClient(base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("%q is not the address of an agent (write it as http://127.0.0.1:9720%s)", withoutUser(base), passwordHint(base))
	}
	return &Client{base: strings.TrimSuffix(base, "/"), http: &http.Client{Timeout: clientTimeout}, where: u.Redacted()}, nil
}

// passwordHint tells how a password is written that has spaces or signs in it.
func passwordHint(base string) string {
	if !strings.Contains(base, "@") {
		return ""
	}
	return "; a space in a password is %20, @ is %40, / is %2F"
}

// withoutUser leaves out what stands before an "@", which may be a password; what is not an
// address has no parts to go by.
func withoutUser(text string) string {
	if at := strings.LastIndex(text, "@"); at >= 0 {
		return "…" + text[at:]
	}
	return text
}

// NewSocketClient returns a client that speaks through the Unix socket at path, which proves to
// the agent who acts.
func NewSocketClient(path string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	return &Client{base: "http://agent", where: path, http: &http.Client{Timeout: clientTimeout, Transport: &http.Transport{DialContext: dial}}}
}

// Problem is an agent's refusal.
type Problem struct {
	Status              int
	Title, Detail, Hint string
	// Code and Data are there where the rules refuse; see [rules.Problem].
	Code rules.ProblemCode
	Data rules.Particulars
}

// Worded is an error in the words in which a client gets it: a refusal of the rules has none of
// its own.
func Worded(err error) error {
	var refused *rules.Problem
	if !errors.As(err, &refused) {
		return err
	}
	p := refusalOf(refused)
	return &Problem{Status: p.Status, Title: p.Title, Detail: p.Detail, Hint: p.Hint, Code: p.Code, Data: *p.Data}
}

func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	if p.Hint != "" {
		text += "\n  " + p.Hint
	}
	return text
}

// Situation asks how things stand.
func (c *Client) Situation(ctx context.Context) (*rules.Situation, error) {
	var s rules.Situation
	err := c.call(ctx, http.MethodGet, "/api/v1/situation", nil, &s)
	return &s, err
}

// Outages lists outages, the newest first.
func (c *Client) Outages(ctx context.Context, openOnly bool, system string) ([]rules.PastOutage, error) {
	q := url.Values{}
	if openOnly {
		q.Set("open", "true")
	}
	if system != "" {
		q.Set("system", system)
	}
	var list struct{ Outages []rules.PastOutage }
	err := c.call(ctx, http.MethodGet, "/api/v1/outages?"+q.Encode(), nil, &list)
	return list.Outages, err
}

// Events lists journaled events, the oldest first; q is the query of GET /api/v1/events.
func (c *Client) Events(ctx context.Context, q url.Values) ([]Event, error) {
	var list struct{ Events []Event }
	err := c.call(ctx, http.MethodGet, "/api/v1/events?"+q.Encode(), nil, &list)
	return list.Events, err
}

// Event asks for one event, whole.
func (c *Client) Event(ctx context.Context, id string) (Event, error) {
	var event Event
	err := c.call(ctx, http.MethodGet, "/api/v1/events/"+url.PathEscape(id), nil, &event)
	return event, err
}

// Survey asks for the damage survey of a site; of all for an empty name.
func (c *Client) Survey(ctx context.Context, site string) (Survey, error) {
	var survey Survey
	err := c.call(ctx, http.MethodGet, "/api/v1/survey?"+url.Values{"site": {site}}.Encode(), nil, &survey)
	return survey, err
}

// CallOut asks whom to call under a threat; under the active one for an empty name.
func (c *Client) CallOut(ctx context.Context, threat string) (*rules.CallOut, error) {
	var list rules.CallOut
	err := c.call(ctx, http.MethodGet, "/api/v1/callout?"+url.Values{"threat": {threat}}.Encode(), nil, &list)
	return &list, err
}

// Act carries out a person's action under its name in package act; by names the deciding person.
func (c *Client) Act(ctx context.Context, name string, action rules.Action, by string) (Event, error) {
	data, err := json.Marshal(action)
	if err != nil {
		return Event{}, err
	}
	fields := map[string]any{}
	if err := json.Unmarshal(data, &fields); err != nil {
		return Event{}, err
	}
	fields["by"] = by
	var event Event
	err = c.call(ctx, http.MethodPost, "/api/v1/"+name, fields, &event)
	return event, err
}

// Reload makes the agent read its plan anew.
func (c *Client) Reload(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, "/-/reload", nil, nil)
}

func (c *Client) call(ctx context.Context, method, path string, body, into any) error {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, reader)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusBadRequest {
		return problemOf(resp)
	}
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return fmt.Errorf("the answer of %s cannot be read: %w (is it a keizoku agent of this version?)", c.where, err)
	}
	return nil
}

func (c *Client) unreachable(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	var untrusted *tls.CertificateVerificationError
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the agent's socket %s is closed to this user: %w\n  act as the user that the agent runs as (sudo), or over HTTPS as a user of the web configuration file: --url", c.where, err)
	case errors.As(err, &untrusted):
		return fmt.Errorf("the certificate of %s is not trusted: %w\n  name the file of its issuer in SSL_CERT_FILE, or install it on this machine", c.where, err)
	}
	return fmt.Errorf("no agent answers at %s: %w\n  start one with `keizoku run PLAN`, or say where it is: --url for reading, --socket for acting", c.where, err)
}

// plainToTLS is what net/http's servers answer to who does not begin with TLS.
const plainToTLS = "Client sent an HTTP request to an HTTPS server"

func problemOf(resp *http.Response) error {
	p := &Problem{Status: resp.StatusCode, Title: resp.Status}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil || json.Unmarshal(data, p) != nil {
		p.Detail = strings.TrimSpace(string(data))
	}
	if strings.HasPrefix(p.Detail, plainToTLS) {
		p.Hint = "this agent speaks TLS: write its address with https://"
	}
	return p
}
