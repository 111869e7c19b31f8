package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Alerts lists the open alerts, the gravest first, in the language given; empty: the plan's.
func (c *Client) Alerts(ctx context.Context, locale plan.Locale) ([]Alert, error) {
	var list struct{ Alerts []Alert }
	err := c.call(ctx, http.MethodGet, "/api/v1/alerts?"+url.Values{"lang": {string(locale)}}.Encode(), nil, &list)
	return list.Alerts, err
}

// Notifications tells how channels and messages stand.
func (c *Client) Notifications(ctx context.Context, limit int) (Notifications, error) {
	var list Notifications
	err := c.call(ctx, http.MethodGet, "/api/v1/notifications?"+url.Values{"limit": {strconv.Itoa(limit)}}.Encode(), nil, &list)
	return list, err
}

// NotifyTest sends a test message and waits for the receipt, for as long as ctx permits.
func (c *Client) NotifyTest(ctx context.Context, channel string) (Trial, error) {
	var trial Trial
	err := c.patient().call(ctx, http.MethodPost, "/api/v1/notify-test", map[string]string{"channel": channel}, &trial)
	return trial, err
}

// patient is the client without its bound of time.
func (c *Client) patient() *Client {
	unbounded := *c.http
	unbounded.Timeout = 0
	return &Client{base: c.base, http: &unbounded, where: c.where}
}

// Inspect has an inspection run, all checks for an empty name, and returns its report; progress is
// told how many checks are through.
func (c *Client) Inspect(ctx context.Context, name string, progress func(done, total int)) (journal.InspectionDone, error) {
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return journal.InspectionDone{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/api/v1/inspect", bytes.NewReader(body))
	if err != nil {
		return journal.InspectionDone{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.patient().http.Do(req)
	if err != nil {
		return journal.InspectionDone{}, c.unreachable(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusBadRequest {
		return journal.InspectionDone{}, problemOf(resp)
	}
	return c.follow(resp.Body, progress)
}

// follow reads lines of progress until the report.
func (c *Client) follow(body io.Reader, progress func(done, total int)) (journal.InspectionDone, error) {
	for dec := json.NewDecoder(body); ; {
		var line Progress
		switch err := dec.Decode(&line); {
		case err != nil:
			return journal.InspectionDone{}, fmt.Errorf("the report of %s has not come: %w", c.where, err)
		case line.Error != "":
			return journal.InspectionDone{}, errors.New(line.Error)
		case line.Report != nil:
			return *line.Report, nil
		default:
			progress(line.Done, line.Total)
		}
	}
}
