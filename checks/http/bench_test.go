package httpcheck

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

func BenchmarkProbe(b *testing.B) {
	for _, bench := range []struct{ name, server, more string }{
		{"http", "http", ""},
		{"http kept alive", "http", "keep_alive = true"},
		{"https", "https", "tls {\n insecure_skip_verify = true\n}"},
		{"https kept alive", "https", "keep_alive = true\ntls {\n insecure_skip_verify = true\n}"},
		{"http2", "https", "http2 = true\ntls {\n insecure_skip_verify = true\n}"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			port := checktest.StartServer(b, bench.server)
			var probers []checks.Prober
			for _, target := range checktest.Targets(1000) {
				address := bench.server + "://" + checktest.HostPort(target, port)
				probers = append(probers, newTestProber(b, fmt.Sprintf("url = %q\n", address)+bench.more))
			}
			checktest.BenchProbes(b, probers)
		})
	}
}

func serveBenchmark() (port int, err error) { return listen(func(s *httptest.Server) { s.Start() }) }

func serveSecureBenchmark() (port int, err error) {
	return listen(func(s *httptest.Server) {
		s.EnableHTTP2 = true
		s.TLS = &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
		s.StartTLS()
	})
}

// listen serves on every address, which httptest does not by itself.
func listen(start func(*httptest.Server)) (port int, err error) {
	ln, err := net.Listen("tcp4", ":0")
	if err != nil {
		return 0, err
	}
	start(&httptest.Server{Listener: ln, Config: &http.Server{Handler: cityHall()}})
	return ln.Addr().(*net.TCPAddr).Port, nil
}
