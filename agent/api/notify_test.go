package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func (f *fake) Alerts(locale plan.Locale) []Alert {
	if locale == plan.English {
		return nil
	}
	return []Alert{{Key: "SystemDown/records/1", Name: "SystemDown", Severity: plan.Critical, Told: []string{"duty"}, Text: "住民記録が停止"}}
}

func (f *fake) Notifications(_ context.Context, limit int) (Notifications, error) {
	return Notifications{
		Channels: []Channel{{Name: "duty", Pending: limit}}, Messages: []Notification{{Channel: "duty", LastError: "550 sato@city.example"}},
	}, f.err
}

func (f *fake) NotifyTest(_ context.Context, channel string) (Trial, error) {
	return Trial{Channel: channel, Receipt: "250 Ok", Seconds: 0.25}, f.err
}

func (f *fake) Inspect(_ context.Context, name string, progress func(done, total int)) (journal.InspectionDone, error) {
	if f.err != nil && name == "" {
		return journal.InspectionDone{}, f.err
	}
	for i := range 4 {
		progress(i, 3)
	}
	return journal.InspectionDone{Name: name, Counts: journal.InspectionCounts{Checks: 3, Good: 3}}, f.err
}

func TestAlertsAreForReaders(t *testing.T) {
	client, url := serve(t, &fake{})
	list, err := client.Alerts(t.Context(), "")
	if err != nil || len(list) != 1 || list[0].Text != "住民記録が停止" {
		t.Errorf("%+v, %v", list, err)
	}
	if status, _, body := request(t, http.MethodGet, url+"/api/v1/alerts?lang=en", ""); status != http.StatusOK || strings.TrimSpace(body) != `{"alerts":[]}` {
		t.Errorf("%d %s", status, body)
	}
	if status, _, _ := request(t, http.MethodGet, url+"/api/v1/alerts?lang=fr", ""); status != http.StatusBadRequest {
		t.Errorf("another language: %d", status)
	}
}

func TestMessagesAreForOperators(t *testing.T) {
	f := &fake{}
	url := stranger(t, f)
	for _, path := range []string{"/api/v1/notifications", "/api/v1/notify-test", "/api/v1/inspect"} {
		method := http.MethodPost
		if strings.HasSuffix(path, "ications") {
			method = http.MethodGet
		}
		if status, _, body := request(t, method, url+path, `{}`); status != http.StatusForbidden || strings.Contains(body, "sato@") {
			t.Errorf("%s: a stranger gets %d %s", path, status, body)
		}
	}
	client, _ := serve(t, f)
	n, err := client.Notifications(t.Context(), 5)
	if err != nil || n.Channels[0].Pending != 5 || n.Messages[0].LastError == "" {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestNotifyTest(t *testing.T) {
	f := &fake{}
	client, url := serve(t, f)
	trial, err := client.NotifyTest(t.Context(), "duty")
	if diff := cmp.Diff(Trial{"duty", "250 Ok", 0.25}, trial); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for hint, cause := range map[string]error{"the line": ErrUndelivered, "in the plan": ErrUnusable} {
		f.err = fmt.Errorf("%w: why", cause)
		_, err := client.NotifyTest(t.Context(), "duty")
		var p *Problem
		if !errors.As(err, &p) || p.Status != http.StatusBadGateway || !strings.Contains(p.Hint, hint) {
			t.Errorf("%v: hint %+v, want %q", cause, p, hint)
		}
	}
	for want, cause := range map[int]error{
		http.StatusBadGateway: fmt.Errorf("%w: connection refused", ErrUndelivered),
		http.StatusNotFound:   &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoChannel, Data: rules.Particulars{Given: "duty"}},
	} {
		f.err = cause
		_, err := client.NotifyTest(t.Context(), "duty")
		var p *Problem
		if !errors.As(err, &p) || p.Status != want || !strings.Contains(Worded(cause).Error(), p.Detail) {
			t.Errorf("%v, want %d", err, want)
		}
	}
	if status, _, _ := request(t, http.MethodPost, url+"/api/v1/notify-test", `{"chanel": "duty"}`); status != http.StatusBadRequest {
		t.Errorf("an unknown field: %d", status)
	}
}

func TestInspectTellsHowFarItIs(t *testing.T) {
	f := &fake{}
	client, _ := serve(t, f)
	var seen []string
	progress := func(done, total int) { seen = append(seen, fmt.Sprint(done, "/", total)) }
	done, err := client.Inspect(t.Context(), "opening", progress)
	if err != nil || done.Name != "opening" || done.Counts.Good != 3 {
		t.Errorf("%+v, %v", done, err)
	}
	if len(seen) < 2 || seen[0] != "0/3" || seen[len(seen)-1] != "3/3" {
		t.Errorf("progress: %q", seen)
	}
	f.err = &rules.Problem{Kind: rules.Conflict, Code: rules.CodeInspectionRunning}
	var p *Problem
	if _, err := client.Inspect(t.Context(), "", progress); !errors.As(err, &p) || p.Status != http.StatusConflict {
		t.Errorf("before it begins: %v", err)
	}
	if _, err := client.Inspect(t.Context(), "opening", progress); err == nil || !strings.Contains(err.Error(), "is running already") {
		t.Errorf("in the middle: %v", err)
	}
}
