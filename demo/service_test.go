package demo

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

func bound(h *Hall, device string) string { return h.Device(device).services[0].bound }

// client trusts the hall's authority and keeps no connection.
func client(t *testing.T, h *Hall) *http.Client {
	t.Helper()
	ca, err := os.ReadFile(filepath.Join(h.PlanDir(), caFile))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

func get(ctx context.Context, c *http.Client, url string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

func TestHealthOverHTTPAndHTTPS(t *testing.T) {
	h := open(t)
	for _, url := range []string{
		"http://" + bound(h, "tax") + "/health",
		"https://" + bound(h, "disaster_info") + "/health",
	} {
		status, body, err := get(t.Context(), client(t, h), url)
		if err != nil || status != http.StatusOK {
			t.Errorf("%s: status %d, %v", url, status, err)
			continue
		}
		var got map[string]string
		if err := json.Unmarshal(body, &got); err != nil {
			t.Errorf("%s: %v", url, err)
		}
		if diff := cmp.Diff(map[string]string{"status": "ok", "database": "ok"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", url, diff)
		}
	}
}

func TestAStrangerDoesNotTrustTheAuthority(t *testing.T) {
	h := open(t)
	stranger := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	_, _, err := get(t.Context(), stranger, "https://"+bound(h, "kiosk")+"/health")
	if unknown := new(x509.UnknownAuthorityError); !errors.As(err, unknown) {
		t.Errorf("error %v, want an unknown authority", err)
	}
}

func TestServersSpeakFirst(t *testing.T) {
	h := open(t)
	for device, want := range map[string]string{"core_switch": sshHello, "mail": smtpHello} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", bound(h, device))
		if err != nil {
			t.Fatal(err)
		}
		got, err := bufio.NewReader(conn).ReadString('\n')
		_ = conn.Close()
		if err != nil || got != want {
			t.Errorf("%s says %q, %v; want %q", device, got, err, want)
		}
	}
}

func TestResolver(t *testing.T) {
	h := open(t)
	for _, tt := range []struct {
		name  string
		kind  uint16
		rcode int
		want  []string
	}{
		{"portal.city.tsuzuki.example.", dns.TypeA, dns.RcodeSuccess, []string{"10.1.0.32"}},
		{"MAIL.city.tsuzuki.example.", dns.TypeA, dns.RcodeSuccess, []string{"10.1.0.31"}},
		{"mail.city.tsuzuki.example.", dns.TypeAAAA, dns.RcodeSuccess, nil},
		{"nobody.city.tsuzuki.example.", dns.TypeA, dns.RcodeNameError, nil},
	} {
		q := new(dns.Msg).SetQuestion(tt.name, tt.kind)
		a, err := dns.ExchangeContext(t.Context(), q, bound(h, "internal_dns"))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var got []string
		for _, rr := range a.Answer {
			if a, ok := rr.(*dns.A); ok {
				got = append(got, a.A.String())
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || a.Rcode != tt.rcode {
			t.Errorf("%s: rcode %d, want %d; addresses (-want +got):\n%s", tt.name, a.Rcode, tt.rcode, diff)
		}
	}
}

func TestSlowDeviceAnswersTooLate(t *testing.T) {
	h := open(t)
	url := "http://" + bound(h, "groupware") + "/"
	h.Device("groupware").Slow(time.Hour)
	impatient, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := get(impatient, client(t, h), url); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("slow device: %v, want no answer in time", err)
	}
	h.Device("groupware").Slow(0)
	if status, _, err := get(t.Context(), client(t, h), url); err != nil || status != http.StatusOK {
		t.Errorf("quick again: status %d, %v", status, err)
	}
}
