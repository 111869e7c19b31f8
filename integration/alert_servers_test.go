//go:build integration && linux

package integration

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
)

// alertmanager is a real one.
type alertmanager struct {
	*testing.T
	dir, addr string
	cmd       *exec.Cmd
}

func newAlertmanager(t *testing.T) *alertmanager {
	t.Helper()
	return newAlertmanagerWith(t, "route: {receiver: none}\nreceivers: [{name: none}]\n")
}

// newAlertmanagerWith starts one with a configuration.
func newAlertmanagerWith(t *testing.T, conf string) *alertmanager {
	t.Helper()
	a := &alertmanager{T: t, dir: folder(t), addr: "127.0.0.1:" + freePort(t)}
	if err := os.WriteFile(filepath.Join(a.dir, "am.yml"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.kill)
	a.start()
	return a
}

func (a *alertmanager) start() {
	a.Helper()
	a.cmd = exec.Command(need(a.T, "prometheus-alertmanager", "prometheus-alertmanager"), "--config.file="+filepath.Join(a.dir, "am.yml"),
		"--storage.path="+filepath.Join(a.dir, "data"), "--web.listen-address="+a.addr, "--cluster.listen-address=")
	if err := a.cmd.Start(); err != nil {
		a.Fatal(err)
	}
	until(a.T, "Alertmanager is ready", func() bool {
		response, err := http.Get("http://" + a.addr + "/-/ready")
		if err == nil {
			_ = response.Body.Close()
		}
		return err == nil && response.StatusCode == http.StatusOK
	})
}

func (a *alertmanager) kill() { _, _ = a.cmd.Process.Kill(), a.cmd.Wait() }

// firing are the systems that it holds to be down.
func (a *alertmanager) firing() []string {
	a.Helper()
	response, err := http.Get("http://" + a.addr + "/api/v2/alerts")
	if err != nil {
		a.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var alerts []struct{ Labels map[string]string }
	if err := json.NewDecoder(response.Body).Decode(&alerts); err != nil {
		a.Fatal(err)
	}
	names := []string{}
	for _, alert := range alerts {
		if alert.Labels["alertname"] == "SystemDown" {
			names = append(names, alert.Labels["system"])
		}
	}
	slices.Sort(names)
	return names
}

const hookSecret = "key-of-the-hook-9f2"

// hook is an HTTP receiver that keeps what it gets, and can be stopped and started again. The last
// part of its address is a secret, as chat services have it.
type hook struct {
	*testing.T
	addr string

	mu     sync.Mutex
	got    map[string]*notify.Message // by ID: at least once means that some come twice
	bodies strings.Builder
	server *http.Server
}

const hookPath = "/hooks/T0SECRETPATH"

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{T: t, addr: "127.0.0.1:0", got: make(map[string]*notify.Message)}
	t.Cleanup(h.stop)
	h.start()
	return h
}

func (h *hook) start() {
	h.Helper()
	var ln net.Listener
	until(h.T, h.addr+" is free", func() (ok bool) {
		var err error
		ln, err = net.Listen("tcp", h.addr)
		return err == nil
	})
	h.addr = ln.Addr().String()
	server := &http.Server{Handler: http.HandlerFunc(h.take)}
	h.mu.Lock()
	h.server = server
	h.mu.Unlock()
	go func() { _ = server.Serve(ln) }()
}

func (h *hook) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	_ = h.server.Close()
}

// take refuses what is not signed.
func (h *hook) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	m := new(notify.Message)
	if err != nil || r.URL.Path != hookPath || !signedBy(hookSecret, r.Header.Get("X-Keizoku-Signature"), body) || json.Unmarshal(body, m) != nil {
		http.Error(w, "not for me", http.StatusForbidden)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.got[m.ID] = m
	h.bodies.Write(body)
}

func signedBy(secret, signature string, body []byte) bool {
	at, code, _ := strings.Cut(strings.TrimPrefix(signature, "t="), ",v1=")
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%s.%s", at, body)
	return hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(code))
}

// messages are those that came, in the order of their IDs, which is that of their writing.
func (h *hook) messages() (all []*notify.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.got {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *notify.Message) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// told counts the openings and the closes of each system.
func (h *hook) told() (opened, closed map[string]int) {
	opened, closed = make(map[string]int), make(map[string]int)
	for _, m := range h.messages() {
		for i := range m.Alerts {
			switch a := &m.Alerts[i]; {
			case a.Name != "SystemDown":
			case !a.EndsAt.IsZero():
				closed[a.Labels["system"]]++
			case m.Occasion == notify.Opened:
				opened[a.Labels["system"]]++
			}
		}
	}
	return opened, closed
}

// residentMemory is that of a process, in MiB.
func residentMemory(t *testing.T, pid int) int {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kib int
		if _, err := fmt.Sscanf(lines.Text(), "VmRSS: %d kB", &kib); err == nil {
			return kib / 1024
		}
	}
	t.Fatal("the process tells no VmRSS")
	return 0
}

// secretFile holds a secret for file() in a plan.
func secretFile(t *testing.T, secret string) string {
	t.Helper()
	path := filepath.Join(folder(t), "secret")
	if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// longerThanATry is longer than the time-out of any channel in these tests, and its pause after a
// first failure.
const longerThanATry = 8 * time.Second
