package api

import (
	"net/http"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// event is one event whole, with the Situation that it carries.
func (s *server) event(w http.ResponseWriter, r *http.Request) {
	e, err := s.agent.Event(r.Context(), r.PathValue("id"))
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, viewOf(e))
}

// Survey is the damage survey (被害チェックシート) as it stands.
type Survey struct {
	At    time.Time           `json:"at"`
	Sites []*rules.SiteSurvey `json:"sites"`
}

// SurveyOf takes the survey out of a Situation; with a site named, only that one's. The error is a
// [*rules.Problem] when there is no such site.
func SurveyOf(sit *rules.Situation, site string) (Survey, error) {
	survey := Survey{At: sit.At, Sites: []*rules.SiteSurvey{}}
	for _, sheet := range sit.Response.Survey {
		if site == "" || sheet.Site == site {
			survey.Sites = append(survey.Sites, sheet)
		}
	}
	if site != "" && len(survey.Sites) == 0 {
		return survey, &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoSheet, Data: rules.Particulars{Given: site}}
	}
	return survey, nil
}

// survey is the damage survey alone; ?site=NAME keeps one site's.
func (s *server) survey(w http.ResponseWriter, r *http.Request) {
	survey, err := SurveyOf(s.agent.Situation(), r.FormValue("site"))
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, survey)
}

// callOut is whom to call under ?threat=NAME, the active one without it.
func (s *server) callOut(w http.ResponseWriter, r *http.Request) {
	list, err := s.agent.CallOut(r.FormValue("threat"))
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, list)
}
