package demo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/notify"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	"github.com/keizoku-bcp/keizoku/plan"
)

// TestChannelsArriveAtTheBoard sends through the channels of the plan as the agent would.
func TestChannelsArriveAtTheBoard(t *testing.T) {
	h := open(t)
	p := load(t, h.PlanDir())
	at := time.Now().Truncate(time.Second)
	var want []Told
	for _, c := range p.Channels {
		m := message(at)
		m.Subject += " " + c.Name
		if err := send(t, c, m); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if c.Kind == "webhook" {
			want = append(want, Told{To: "/" + c.Name, At: at, Subject: m.Subject, Text: m.Text})
		} else {
			want = append(want, Told{To: "/api/v2/alerts", At: at, Subject: "SystemDown", Text: "住民記録システムが停止"})
		}
	}
	slices.Reverse(want)
	if diff := cmp.Diff(want, h.Told(), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("(-sent +arrived):\n%s", diff)
	}
	status, page, err := get(t.Context(), client(t, h), h.BoardURL())
	if err != nil || status != http.StatusOK {
		t.Fatalf("the page: status %d, %v", status, err)
	}
	for _, told := range want {
		if !strings.Contains(string(page), told.Subject) {
			t.Errorf("the page lacks %q:\n%s", told.Subject, page)
		}
	}
}

func message(at time.Time) *notify.Message {
	return &notify.Message{
		ID: "01JD8Q5Z3K7W9X1Y2Z3A4B5C6D", Occasion: notify.Opened, At: at, Severity: plan.Critical, Locale: plan.Japanese,
		Subject: "住民記録システムが停止", Text: "住民記録システムが停止しています。", Short: "住民記録 停止", Agent: "main_hall", Plan: "tsuzuki",
		Alerts: []notify.Alert{{
			Key: "SystemDown/resident_records/1", Name: "SystemDown", Severity: plan.Critical, StartsAt: at,
			Labels:      map[string]string{"alertname": "SystemDown", "system": "resident_records"},
			Annotations: map[string]string{"summary": "住民記録システムが停止"},
		}},
	}
}

func send(t *testing.T, c *plan.Channel, m *notify.Message) error {
	t.Helper()
	channel, err := channels.Kinds()[c.Kind].New(c.Settings, &notify.Env{Name: c.Name, Agent: "main_hall", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if closer, ok := channel.(io.Closer); ok {
		defer func() { _ = closer.Close() }()
	}
	ctx, cancel := context.WithTimeout(t.Context(), c.Timeout)
	defer cancel()
	_, err = channel.Send(ctx, m)
	return err
}

func TestBoardKeepsTheLast(t *testing.T) {
	var b board
	for n := range keptTold + 20 {
		b.add(Told{Subject: fmt.Sprint(n)})
	}
	got := b.newest()
	if len(got) != keptTold || got[0].Subject != fmt.Sprint(keptTold+19) || got[keptTold-1].Subject != "20" {
		t.Errorf("%d kept, from %q to %q", len(got), got[len(got)-1].Subject, got[0].Subject)
	}
}

// TestBoardHearsOfAnOpenAlertOnce: Alertmanager is told of each again every minute.
func TestBoardHearsOfAnOpenAlertOnce(t *testing.T) {
	var b board
	start := time.Now().Add(-time.Hour)
	alert := posted{Labels: map[string]string{"alertname": "SystemDown"}, StartsAt: start, EndsAt: time.Now().Add(time.Hour)}
	b.note([]posted{alert})
	alert.EndsAt, alert.Annotations = alert.EndsAt.Add(time.Minute), map[string]string{"summary": "a minute less"}
	b.note([]posted{alert})
	alert.EndsAt = start.Add(time.Minute)
	b.note([]posted{alert})
	b.note([]posted{alert})
	var got []string
	for _, told := range b.newest() {
		got = append(got, told.Subject)
	}
	if diff := cmp.Diff([]string{"SystemDown ✓", "SystemDown"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReceiverRefusesWhatIsNoJSON(t *testing.T) {
	h := open(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.BoardURL()+"chat", strings.NewReader("{"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client(t, h).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest || len(h.Told()) != 0 {
		t.Errorf("%s, and the board has %v", resp.Status, h.Told())
	}
}
