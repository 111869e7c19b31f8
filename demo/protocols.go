package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// greet accepts connections, says hello (SSH and SMTP servers speak first; an empty hello says
// nothing) and then listens without a word until the peer or the device goes.
func greet(hello string) func(context.Context, *Device, net.Listener) {
	return func(ctx context.Context, d *Device, ln net.Listener) {
		converse(ctx, ln, func(conn net.Conn) {
			if d.think(ctx) {
				_, _ = io.WriteString(conn, hello)
				_, _ = io.Copy(io.Discard, conn)
			}
		})
	}
}

// converse talks with each who connects until ln closes, and waits for all talks; when ctx ends
// their connections close.
func converse(ctx context.Context, ln net.Listener, talk func(net.Conn)) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		wg.Go(func() {
			unplug := context.AfterFunc(ctx, func() { _ = conn.Close() })
			defer unplug()
			defer conn.Close()
			talk(conn)
		})
	}
}

// website serves an application: its login page, and its own word on its health as JSON.
func website(title string) func(context.Context, *Device, net.Listener) {
	return func(ctx context.Context, d *Device, ln net.Listener) {
		srv := &http.Server{
			Handler:           pages(title, d),
			BaseContext:       func(net.Listener) context.Context { return ctx },
			ReadHeaderTimeout: 5 * time.Second,
			ErrorLog:          log.New(io.Discard, "", 0), // peers that hang up are the demo's daily bread
		}
		_ = srv.Serve(ln)
		_ = srv.Close()
	}
}

func pages(title string, d *Device) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		if d.think(r.Context()) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			_ = json.NewEncoder(w).Encode(map[string]string{"status": "ok", "database": "ok"})
		}
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if d.think(r.Context()) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprintf(w, "<!doctype html><html lang=ja><title>%[1]s</title><h1>%[1]s</h1><p>つづき市", html.EscapeString(title))
		}
	})
	return mux
}

// resolve answers A queries from records, whose keys are names with the closing dot.
func resolve(records map[string]string) func(context.Context, *Device, net.PacketConn) {
	return func(ctx context.Context, d *Device, pc net.PacketConn) {
		srv := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
			if d.think(ctx) {
				_ = w.WriteMsg(answer(records, q))
			}
		})}
		_ = srv.ActivateAndServe() // until pc closes; waits for its handlers
	}
}

func answer(records map[string]string, q *dns.Msg) *dns.Msg {
	m := new(dns.Msg).SetReply(q)
	m.Authoritative = true
	if len(q.Question) != 1 {
		return m.SetRcode(q, dns.RcodeFormatError)
	}
	question := q.Question[0]
	ip, known := records[dns.CanonicalName(question.Name)]
	switch {
	case !known:
		m.Rcode = dns.RcodeNameError
	case question.Qtype == dns.TypeA:
		m.Answer = []dns.RR{&dns.A{
			Hdr: dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 60},
			A:   net.ParseIP(ip),
		}}
	}
	return m
}
