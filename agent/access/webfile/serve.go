package webfile

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"

	"github.com/prometheus/exporter-toolkit/web"
)

// Handler adds what the file asks of every answer: its headers and the bound of requests.
func (f *File) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.limiter != nil && !f.limiter.Allow() {
			http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
			return
		}
		for name, value := range f.now().HTTPConfig.Header {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}

// Serve serves a listener, with TLS when the file asks for it, until the server ends.
func (f *File) Serve(l net.Listener, server *http.Server) error {
	if !f.secure {
		return server.Serve(l)
	}
	config := f.now()
	server.Protocols = protocols(config.HTTPConfig.HTTP2)
	base, err := web.ConfigToTLSConfig(&config.TLSConfig)
	if err != nil {
		return fmt.Errorf("web configuration file %s: %w", f.path, err)
	}
	base.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return f.forClient(server) }
	server.TLSConfig = base
	return server.ServeTLS(l, "", "")
}

func protocols(http2 bool) *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(http2)
	return p
}

// forClient is the TLS of a new connection. Certificates and authorities are read from their files
// each time, so that a renewed one is used without a restart.
func (f *File) forClient(server *http.Server) (*tls.Config, error) {
	fresh, err := web.ConfigToTLSConfig(&f.now().TLSConfig)
	if err != nil {
		f.log.Error("no TLS connection can be made", "file", f.path, "err", err)
		return nil, err
	}
	// ServeTLS has named the protocols in a copy of the configuration that this one replaces; where
	// HTTP/2 is switched off, by the file or by GODEBUG, the server has no handler of that name.
	if server.Protocols.HTTP2() && server.TLSNextProto["h2"] != nil {
		fresh.NextProtos = append(fresh.NextProtos, "h2")
	}
	fresh.NextProtos = append(fresh.NextProtos, "http/1.1")
	return fresh, nil
}
