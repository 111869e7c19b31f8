package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Told is one thing that the agent told the hall's chat or Alertmanager.
type Told struct {
	To      string // the path of the channel: "/chat"
	At      time.Time
	Subject string
	Text    string
}

// board keeps the last of what was told. Its methods may be called concurrently.
type board struct {
	mu   sync.Mutex
	told []Told // the oldest first
	// heard are the alerts that Alertmanager heard of, by their labels, start and whether they
	// are closed: it is told of each that is open again and again.
	heard map[string]bool
}

// keptTold is how much a board keeps: some rounds of the story.
const keptTold = 100

func (b *board) add(told ...Told) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, told...)
	b.told = slices.Delete(b.told, 0, max(0, len(b.told)-keptTold))
}

func (b *board) newest() []Told {
	b.mu.Lock()
	defer b.mu.Unlock()
	told := slices.Clone(b.told)
	slices.Reverse(told)
	return told
}

// receive serves what the plan's channels send to: webhooks in their own JSON, and Alertmanager's
// API v2. Its front page shows what arrived, and it logs nothing.
func receive(ctx context.Context, d *Device, ln net.Listener) {
	srv := &http.Server{
		Handler:           receiver(d.hall.told),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // peers that hang up are the demo's daily bread
	}
	_ = srv.Serve(ln)
	_ = srv.Close()
}

func receiver(b *board) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{channel}", func(w http.ResponseWriter, r *http.Request) {
		var message struct {
			At            time.Time
			Subject, Text string
		}
		if understood(w, r, &message) {
			b.add(Told{r.URL.Path, message.At, message.Subject, message.Text})
		}
	})
	mux.HandleFunc("POST /api/v2/alerts", func(w http.ResponseWriter, r *http.Request) {
		var alerts []posted
		if understood(w, r, &alerts) {
			b.note(alerts)
		}
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = boardPage.Execute(w, b.newest())
	})
	return mux
}

// understood reads the body as JSON, and refuses what is none.
func understood(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<20)).Decode(into); err != nil {
		http.Error(w, "not JSON: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// posted is an alert as Alertmanager's API v2 takes it.
type posted struct {
	Labels, Annotations map[string]string
	StartsAt, EndsAt    time.Time
}

// note adds alerts that were not told before. What ends in the future is open.
func (b *board) note(alerts []posted) {
	now := time.Now()
	for _, a := range alerts {
		told := Told{To: "/api/v2/alerts", At: a.StartsAt, Subject: a.Labels["alertname"], Text: a.Annotations["summary"]}
		closed := !a.EndsAt.IsZero() && !a.EndsAt.After(now)
		if closed {
			told.Subject, told.At = told.Subject+" ✓", a.EndsAt
		}
		if b.isNew(fmt.Sprint(a.Labels, a.StartsAt.UnixNano(), closed)) {
			b.add(told)
		}
	}
}

// isNew reports whether the key was not heard before. After very many it forgets all.
func (b *board) isNew(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.heard == nil || len(b.heard) > 10*keptTold {
		b.heard = make(map[string]bool)
	}
	known := b.heard[key]
	b.heard[key] = true
	return !known
}

var boardPage = template.Must(template.New("board").Parse(`<!doctype html><html lang=ja><meta charset=utf-8>
<meta http-equiv=refresh content=3><title>つづき市 通知の掲示板(デモ)</title>
<style>body{font:16px sans-serif;max-width:60em;margin:2em auto}pre{white-space:pre-wrap;font:inherit;color:#444}small{color:#666}</style>
<h1>通知の掲示板(デモ)</h1>
{{range .}}<article><h3>{{.Subject}}</h3><small>{{.At.Format "15:04:05"}} → {{.To}}</small><pre>{{.Text}}</pre></article>
{{else}}<p>まだ何も届いていません。</p>{{end}}`))
