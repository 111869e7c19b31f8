package webfile

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

// secured is a file with TLS by a certificate of its own, and more.
func secured(t *testing.T, more string) (path, certFile, keyFile string) {
	t.Helper()
	certFile, keyFile = checktest.Write(t, checktest.NewAuthority(t).Issue(t, time.Hour, "127.0.0.1"))
	return written(t, "tls_server_config:\n  cert_file: "+certFile+"\n  key_file: "+keyFile+"\n"+more), certFile, keyFile
}

// serving serves a file until the test ends, and returns the address.
func serving(t *testing.T, f *File) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: f.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	})), ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- f.Serve(l, server) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serving ended with %v", err)
		}
	})
	return l.Addr().String()
}

// poolOf holds the certificates of files.
func poolOf(t *testing.T, files ...string) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !pool.AppendCertsFromPEM(data) {
			t.Fatalf("%s holds no certificate", file)
		}
	}
	return pool
}

// get asks once, on a connection of its own.
func get(t *testing.T, url string, config *tls.Config) (proto string, err error) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true, ForceAttemptHTTP2: true}}
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestServesInTheClear(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*File{"no file": opened(t, "", t.Output()), "a file without TLS": opened(t, written(t, "{}"), t.Output())} {
		if proto, err := get(t, "http://"+serving(t, f), nil); proto != "HTTP/1.1" || err != nil {
			t.Errorf("%s: %s, %v", name, proto, err)
		}
	}
}

func TestHTTP2IsSwitched(t *testing.T) {
	t.Parallel()
	authority := checktest.NewAuthority(t)
	cert, key := checktest.Write(t, authority.Issue(t, time.Hour, "127.0.0.1"))
	for more, want := range map[string]string{"": "HTTP/2.0", "http_server_config:\n  http2: false\n": "HTTP/1.1"} {
		f := opened(t, written(t, "tls_server_config:\n  cert_file: "+cert+"\n  key_file: "+key+"\n"+more), t.Output())
		proto, err := get(t, "https://"+serving(t, f), &tls.Config{RootCAs: poolOf(t, authority.File)})
		if proto != want || err != nil || !f.TLS() {
			t.Errorf("%q: %s, %v", more, proto, err)
		}
	}
}

func TestRenewedCertificateIsUsed(t *testing.T) {
	t.Parallel()
	before, after := checktest.NewAuthority(t), checktest.NewAuthority(t)
	cert, key := checktest.Write(t, before.Issue(t, time.Hour, "127.0.0.1"))
	url := "https://" + serving(t, opened(t, written(t, "tls_server_config:\n  cert_file: "+cert+"\n  key_file: "+key+"\n"), t.Output()))
	if _, err := get(t, url, &tls.Config{RootCAs: poolOf(t, before.File)}); err != nil {
		t.Fatal(err)
	}
	freshCert, freshKey := checktest.Write(t, after.Issue(t, time.Hour, "127.0.0.1"))
	for from, to := range map[string]string{freshCert: cert, freshKey: key} {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := get(t, url, &tls.Config{RootCAs: poolOf(t, after.File)}); err != nil {
		t.Errorf("the new certificate: %v", err)
	}
	if _, err := get(t, url, &tls.Config{RootCAs: poolOf(t, before.File)}); err == nil {
		t.Error("the old certificate is still shown")
	}
}

func TestMutualTLS(t *testing.T) {
	t.Parallel()
	authority, stranger := checktest.NewAuthority(t), checktest.NewAuthority(t)
	cert, key := checktest.Write(t, authority.Issue(t, time.Hour, "127.0.0.1"))
	clients := filepath.Join(t.TempDir(), "clients.crt")
	copyFile(t, authority.File, clients)
	url := "https://" + serving(t, opened(t, written(t, "tls_server_config:\n  cert_file: "+cert+"\n  key_file: "+key+
		"\n  client_ca_file: "+clients+"\n  client_auth_type: RequireAndVerifyClientCert\n  client_allowed_sans: [prometheus.example]\n"), t.Output()))
	ask := func(by ...tls.Certificate) error {
		_, err := get(t, url, &tls.Config{RootCAs: poolOf(t, authority.File), GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if len(by) == 0 {
				return &tls.Certificate{}, nil
			}
			return &by[0], nil
		}})
		return err
	}
	ours, theirs := authority.Issue(t, time.Hour, "prometheus.example"), stranger.Issue(t, time.Hour, "prometheus.example")
	if err := ask(ours); err != nil {
		t.Errorf("a client that is allowed: %v", err)
	}
	for name, err := range map[string]error{"none": ask(), "a stranger's": ask(theirs), "another name": ask(authority.Issue(t, time.Hour, "other.example"))} {
		if err == nil {
			t.Errorf("a client with certificate of %s is let in", name)
		}
	}
	copyFile(t, stranger.File, clients) // the authority of clients is read anew, too
	if err := ask(theirs); err != nil {
		t.Errorf("after the authority was changed: %v", err)
	}
	if ask(ours) == nil {
		t.Error("a client of the old authority is let in")
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, string(data))
}
