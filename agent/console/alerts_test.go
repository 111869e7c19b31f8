package console

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Who may act takes an alert on where it is listed, an outage where all is told of it; who may not sees
// that nobody has. All see who has.
func TestAlertsAreTakenOnWhereTheyAreListed(t *testing.T) {
	t.Parallel()
	f := city(t)
	f.situation.Power = &supply.Facts{At: nine}
	of := func(name, subject string, edit func(*alert.Alert)) alert.Standing {
		a := alert.Alert{Key: name + "/" + subject + "/e-1", Name: name, Subject: subject, Title: "題:" + subject, Severity: plan.Critical}
		edit(&a)
		return alert.Standing{Alert: a}
	}
	f.alerts = []alert.Standing{
		of(alert.SystemDown, "records", func(a *alert.Alert) { a.System = "records" }),
		of(alert.OnBattery, "rack", func(*alert.Alert) {}),
		of(alert.PlanRejected, "city", func(*alert.Alert) {}),
		of(alert.BatteryLow, "rack", func(a *alert.Alert) {
			a.Acknowledged, a.AcknowledgedAt, a.AcknowledgedBy, a.AcknowledgedWhy = true, nine, "佐藤 <一郎>", "発電車を手配"
		}),
	}
	see := func(role access.Role, path string) string {
		r := httptest.NewRequestWithContext(access.With(t.Context(), access.Identity{Role: role}), http.MethodGet, path, nil)
		r.Header.Set("Accept-Language", "ja")
		w := httptest.NewRecorder()
		Handler(f, slog.New(slog.NewTextHandler(t.Output(), nil))).ServeHTTP(w, r)
		return w.Body.String()
	}
	const battery, rejected = `name="alert" value="OnBattery/rack/e-1"`, `name="alert" value="PlanRejected/city/e-1"`
	const taken, outage = `対応中: 佐藤 &lt;一郎&gt; <small>09:00</small> 発電車を手配`, `href="/systems/records#form-ack"`
	operators := []string{`<p class="operators">`}
	for _, c := range []struct {
		role     access.Role
		path     string
		has, not []string
	}{
		{access.Operator, "/", []string{battery, rejected, taken, outage, `name="return" value="/"`}, append(operators, `value="BatteryLow`, `value="SystemDown`)},
		{access.Operator, "/power", []string{battery, taken, `name="return" value="/power"`, "電源の警報"}, append(operators, rejected, outage)},
		{access.Operator, "/?print", []string{"対応中: 佐藤 &lt;一郎&gt;", "対応者なし"}, []string{`id="alert-`, `id="take-`, `id="people"`}},
		{access.Viewer, "/", append(operators, taken, "対応者なし"), []string{"/act/ack", outage}},
		{access.Viewer, "/power", append(operators, taken, "対応者なし"), []string{"/act/ack"}},
	} {
		body := see(c.role, c.path)
		for _, want := range c.has {
			if !strings.Contains(body, want) {
				t.Errorf("%s %s lacks %s", c.role, c.path, want)
			}
		}
		for _, none := range c.not {
			if strings.Contains(body, none) {
				t.Errorf("%s %s has %s", c.role, c.path, none)
			}
		}
	}
	f.situation.Systems[2].Outage.AcknowledgedAt, f.situation.Systems[2].Outage.AcknowledgedBy = nine, "鈴木"
	if body := see(access.Operator, "/"); strings.Contains(body, outage) || strings.Count(body, "対応中: 鈴木") != 2 {
		t.Error("the wall says another thing of an outage among the alerts than among the systems")
	}
}
