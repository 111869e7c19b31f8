package agent

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/agent/api/apitest"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// heard is a request and the agent's answer.
type heard struct {
	request *http.Request
	answer  *http.Response
}

// ask asks for all that can be read, and for these events by themselves.
func (s *story) ask(events ...journal.Event) (all []heard) {
	s.Helper()
	paths := []string{
		"/-/healthy", "/-/ready", "/api/v1/situation", "/api/v1/power", "/api/v1/outages", "/api/v1/survey", "/api/v1/callout",
		"/api/v1/events?limit=0", "/api/v1/alerts?lang=en", "/api/v1/notifications", "/api/v1/targets",
		"/api/v1/badge/resident_records.svg", "/api/v1/badge/website.svg?lang=en", "/api/v1/badge/_all.svg",
	}
	for _, e := range events {
		paths = append(paths, "/api/v1/events/"+e.ID)
	}
	routes := api.Handler(s.agent, slog.New(slog.DiscardHandler))
	for _, path := range paths {
		req := httptest.NewRequestWithContext(s.Context(), http.MethodGet, "http://agent"+path, nil)
		req.SetBasicAuth("sato", "password")
		known := access.With(req.Context(), access.Identity{Actor: journal.Actor{User: "sato", Via: "http"}, Role: access.Operator})
		recorder := httptest.NewRecorder()
		routes.ServeHTTP(recorder, req.WithContext(known))
		if recorder.Code != http.StatusOK {
			s.Errorf("%s: %d %s", path, recorder.Code, recorder.Body)
		}
		all = append(all, heard{req, recorder.Result()})
	}
	return all
}

// What an agent says in the course of an afternoon is what the OpenAPI document says, before the
// earthquake, in the middle of it and afterwards.
func TestAfternoonIsAsDocumented(t *testing.T) {
	var all []heard
	synctest.Test(t, func(t *testing.T) {
		s := beginStory(t, "2026-11-20 14:30")
		defer s.stop()
		s.at("14:40", func() { all = append(all, s.ask()...) })
		s.firstHour()
		s.at("15:41", func() {
			s.do("takahashi", "", rules.AnswerSurvey{Site: "main_hall", Item: rules.SurveyFirstAid, Note: "玄関を閉鎖、通用口へ誘導"})
			all = append(all, s.ask()...)
		})
		s.response()
		s.at("16:21", func() { all = append(all, s.ask()...) })
		s.recovery()
		s.end()
		all = append(all, s.ask(s.events("14:30")...)...)
	})
	document, err := apitest.Open(api.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range all {
		if err := document.Request(h.request); err != nil {
			t.Error(err)
		}
		if err := document.Answer(h.request, h.answer); err != nil {
			t.Error(err)
		}
	}
}
