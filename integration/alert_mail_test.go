//go:build integration && linux

package integration

import (
	"bufio"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

// mailServer is Debian's Exim with TLS and a login, unpacked and not installed, for installed it
// would take over the machine's mail. It has one mailbox for all.
type mailServer struct {
	*testing.T
	dir, addr, ca string
	cmd           *exec.Cmd
}

// eximUser is a number that nobody has: Exim refuses to be root.
const (
	eximUser     = 64999
	mailPassword = "hunter2-of-the-mail"
)

const eximConfig = `exim_path = %[1]s/root/usr/sbin/exim4
primary_hostname = mail.example
spool_directory = %[1]s/spool
log_file_path = %[1]s/log/%%slog
pid_file_path =
keep_environment =
timezone = UTC
local_interfaces = 127.0.0.1
daemon_smtp_ports = %[2]s
tls_advertise_hosts = *
tls_certificate = %[1]s/cert.pem
tls_privatekey = %[1]s/key.pem
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = rcpt
rfc1413_query_timeout = 0s
begin acl
rcpt:
  require authenticated = *
  accept
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = %[1]s/box
  user = Debian-exim
  group = Debian-exim
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{keizoku}}{eq{$auth3}{` + mailPassword + `}}}}
`

func newMailServer(t *testing.T) *mailServer {
	t.Helper()
	s := &mailServer{T: t, dir: folder(t)}
	run(t, "chmod", "a+rx", filepath.Dir(s.dir)) // Exim's user must get there
	packages, _ := filepath.Glob("../bin/debian/mail/exim4-daemon-light_*.deb")
	if len(packages) == 0 {
		t.Fatal("Debian's package exim4-daemon-light is not in bin/debian/mail: make packages")
	}
	run(t, "dpkg", "-x", packages[0], s.at("root"))
	authority := checktest.NewAuthority(t)
	s.ca = authority.File
	cert, key := checktest.Write(t, authority.Issue(t, time.Hour, "127.0.0.1"))
	port := freePort(t)
	s.addr = net.JoinHostPort("127.0.0.1", port)
	s.copy(cert, "cert.pem", "")
	s.copy(key, "key.pem", "")
	s.copy("/etc/passwd", "passwd", fmt.Sprintf("Debian-exim:x:%d:%d::/nonexistent:/bin/false\n", eximUser, eximUser))
	s.copy("/etc/group", "group", fmt.Sprintf("Debian-exim:x:%d:\n", eximUser))
	s.write("exim.conf", fmt.Sprintf(eximConfig, s.dir, port))
	for _, name := range []string{"spool", "log", "box"} {
		if err := os.Mkdir(s.at(name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{".", "spool", "log", "box", "key.pem"} {
		if err := os.Chown(s.at(name), eximUser, eximUser); err != nil {
			t.Fatal(err)
		}
	}
	run(t, "chmod", "755", s.at("root/usr/sbin/exim4")) // not setuid
	t.Cleanup(s.kill)
	s.start()
	return s
}

func (s *mailServer) at(name string) string { return filepath.Join(s.dir, name) }

func (s *mailServer) write(name, text string) {
	s.Helper()
	if err := os.WriteFile(s.at(name), []byte(text), 0o644); err != nil {
		s.Fatal(err)
	}
}

// copy copies a file without a line of Exim's user, and adds one.
func (s *mailServer) copy(from, name, more string) {
	s.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		s.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "Debian-exim:") {
			kept.WriteString(line)
		}
	}
	s.write(name, kept.String()+more)
}

// start runs Exim where /etc/passwd and /etc/group know its user, and nowhere else.
func (s *mailServer) start() {
	s.Helper()
	s.cmd = exec.Command("unshare", "--mount", "sh", "-c", `mount --bind "$0" /etc/passwd && mount --bind "$1" /etc/group && shift && exec "$@"`,
		s.at("passwd"), s.at("group"), s.at("root/usr/sbin/exim4"), "-C", s.at("exim.conf"), "-bdf")
	if err := s.cmd.Start(); err != nil {
		s.Fatal(err)
	}
	until(s.T, "Exim answers", func() bool {
		conn, err := net.DialTimeout("tcp", s.addr, time.Second)
		if err != nil {
			return false
		}
		defer func() { _ = conn.Close() }()
		line, err := bufio.NewReader(conn).ReadString('\n')
		return err == nil && strings.HasPrefix(line, "220")
	})
}

func (s *mailServer) kill() { _, _ = s.cmd.Process.Kill(), s.cmd.Wait() }

// block is the notify block of a channel to it.
func (s *mailServer) block(name, passwordFile string) string {
	return fmt.Sprintf(`
notify "mail" %q {
  server   = %q
  sender   = "Keizoku <keizoku@city.example>"
  to       = ["joho@city.example"]
  username = "keizoku"
  password = file(%q)
  timeout  = "5s"
  tls {
    ca_file = %q
  }
}
`, name, s.addr, passwordFile, s.ca)
}

// subjects are those of the mails in the box.
func (s *mailServer) subjects() (all []string) {
	s.Helper()
	files, _ := filepath.Glob(s.at("box/q*")) // what is finished is renamed to this
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			s.Fatal(err)
		}
		m, err := mail.ReadMessage(f)
		_ = f.Close()
		if err != nil {
			s.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			s.Fatal(err)
		}
		all = append(all, subject)
	}
	return all
}

func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}
