//go:build unix

package nuttest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// Where Debian puts the daemons.
const (
	serverPath = "/lib/nut/upsd"
	driverPath = "/lib/nut/dummy-ups"
)

// process is a daemon in the foreground.
type process struct {
	cmd    *exec.Cmd
	frozen bool
}

// start starts upsd or a driver, as the user that the test runs as: the folder is his.
func (u *Upsd) start(t testing.TB, path string, args ...string) *process {
	t.Helper()
	if os.Getuid() == 0 {
		args = append(args, "-u", "root")
	}
	cmd := exec.CommandContext(context.Background(), path, append(args, "-F")...) // ended by [Upsd.end], after the test
	cmd.Env = append(os.Environ(), "NUT_CONFPATH="+u.dir, "NUT_STATEPATH="+u.dir, "NUT_ALTPIDPATH="+u.dir)
	log, err := os.OpenFile(filepath.Join(u.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() // the daemon has its own
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v (apt-get install nut-server)", err)
	}
	return &process{cmd: cmd}
}

// kill ends the process, frozen or not, and waits for its end.
func (p *process) kill(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Errorf("%s had ended by itself: %v", p.cmd.Path, err)
	}
	p.cmd.Wait() //nolint:errcheck // tells that it was killed
}

func (p *process) freeze(t testing.TB) { p.signal(t, syscall.SIGSTOP, true) }
func (p *process) thaw(t testing.TB)   { p.signal(t, syscall.SIGCONT, false) }

func (p *process) signal(t testing.TB, signal syscall.Signal, frozen bool) {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		t.Fatalf("%s: %v", p.cmd.Path, err)
	}
	p.frozen = frozen
}

// freeAddress returns an address that nobody listens on now.
func freeAddress(t testing.TB) string {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}
