package alertmanager

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
)

// fake answers as it is told and keeps what it was sent.
type fake struct {
	*httptest.Server
	mu      sync.Mutex
	code    int
	says    string
	batches [][]wireAlert
	clock   time.Time     // what it says that the time is; zero: the machine's
	hold    chan struct{} // if not nil, requests say here that they are there, and hang
}

func startFake(t *testing.T, code int, says string) *fake {
	t.Helper()
	f := &fake{code: code, says: says}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var alerts []wireAlert
	err := json.NewDecoder(r.Body).Decode(&alerts)
	f.mu.Lock()
	hold, code, says := f.hold, f.code, f.says
	f.mu.Unlock()
	if !f.clock.IsZero() {
		w.Header().Set("Date", f.clock.UTC().Format(http.TimeFormat))
	}
	if hold != nil {
		hold <- struct{}{}
		<-r.Context().Done()
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil || r.URL.Path != "/am/api/v2/alerts" || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "not what Alertmanager takes", http.StatusNotFound)
		return
	}
	f.batches = append(f.batches, alerts)
	w.WriteHeader(code)
	w.Write([]byte(says))
}

func (f *fake) answer(code int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.code = code
}

// took returns what came since the last call, all batches as one.
func (f *fake) took() (alerts []wireAlert) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range f.batches {
		alerts = append(alerts, b...)
	}
	f.batches = nil
	return alerts
}

func (f *fake) url() string { return f.URL + "/am" }

func attrs(urls ...string) string {
	list, _ := json.Marshal(urls)
	return "urls = " + string(list) + "\n"
}

func open(t *testing.T, settings string) *channel {
	t.Helper()
	c, err := newChannel(notifytest.Settings(t, Kind(), settings), &notify.Env{Agent: "main"})
	if err != nil {
		t.Fatal(err)
	}
	return c.(*channel)
}
