//go:build integration && linux

package mail

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
)

// eximUser is a number that nobody has. Exim refuses to be root, and will not run without the
// user that Debian makes when it is installed.
const eximUser = 64999

// exim is Debian's mail server, unpacked and not installed, with a mailbox for all.
type exim struct {
	plain, implicit string // addresses of the ports
	ca, box         string
	dir             string
	cmd             *exec.Cmd
}

const eximConf = `exim_path = %[1]s/root/usr/sbin/exim4
primary_hostname = mail.example
spool_directory = %[1]s/spool
log_file_path = %[1]s/log/%%slog
pid_file_path =
keep_environment =
timezone = UTC
local_interfaces = 127.0.0.1
daemon_smtp_ports = %[2]s : %[3]s
tls_on_connect_ports = %[3]s
tls_advertise_hosts = *
tls_certificate = %[1]s/cert.pem
tls_privatekey = %[1]s/key.pem
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = rcpt
acl_smtp_data = data
rfc1413_query_timeout = 0s
message_size_limit = 1M
begin acl
rcpt:
  deny message = no such person here
       local_parts = nobody
  defer message = greylisted
       local_parts = later
  require authenticated = *
  accept
data:
  require verify = header_syntax
  accept
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = %[1]s/box
  envelope_to_add
  user = Debian-exim
  group = Debian-exim
begin authenticators
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${if eq{$auth1}{keizoku}{hunter2 hunter2}fail}
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{keizoku}}{eq{$auth3}{hunter2 hunter2}}}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${if and{{eq{$auth1}{keizoku}}{eq{$auth2}{hunter2 hunter2}}}}
`

func startExim(t *testing.T) *exim {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("Exim needs root to become its own user: sudo make integration")
	}
	dir, err := os.MkdirTemp("", "kzmail") // t.TempDir's parent lets nobody else in
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	e := &exim{dir: dir, box: filepath.Join(dir, "box")}
	unpack(t, filepath.Join(dir, "root"))
	e.identify(t)
	plain, implicit := freePort(t), freePort(t)
	e.plain, e.implicit = "127.0.0.1:"+plain, "127.0.0.1:"+implicit
	e.write(t, "exim.conf", fmt.Sprintf(eximConf, dir, plain, implicit))
	for _, folder := range []string{"spool", "log", "box"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	e.own(t, ".", "spool", "log", "box", "key.pem")
	e.start(t)
	return e
}

// identify writes the certificate, and lists of users and groups with Exim's own.
func (e *exim) identify(t *testing.T) {
	t.Helper()
	authority := checktest.NewAuthority(t)
	e.ca = authority.File
	cert, key := checktest.Write(t, authority.Issue(t, time.Hour, "127.0.0.1"))
	for name, from := range map[string]string{"cert.pem": cert, "key.pem": key, "passwd": "/etc/passwd", "group": "/etc/group"} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		var kept []string
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "Debian-exim:") {
				kept = append(kept, line)
			}
		}
		switch name {
		case "passwd":
			kept = append(kept, fmt.Sprintf("Debian-exim:x:%d:%d::/nonexistent:/bin/false\n", eximUser, eximUser))
		case "group":
			kept = append(kept, fmt.Sprintf("Debian-exim:x:%d:\n", eximUser))
		}
		e.write(t, name, strings.Join(kept, ""))
	}
}

func (e *exim) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(e.dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (e *exim) own(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.Chown(filepath.Join(e.dir, name), eximUser, eximUser); err != nil {
			t.Fatal(err)
		}
	}
}

// start runs Exim where /etc/passwd and /etc/group know its user, and nowhere else.
func (e *exim) start(t *testing.T) {
	t.Helper()
	at := func(name string) string { return filepath.Join(e.dir, name) }
	e.cmd = exec.Command("unshare", "--mount", "sh", "-c", `mount --bind "$0" /etc/passwd && mount --bind "$1" /etc/group && shift && exec "$@"`,
		at("passwd"), at("group"), at("root/usr/sbin/exim4"), "-C", at("exim.conf"), "-bdf")
	var said strings.Builder
	e.cmd.Stdout, e.cmd.Stderr = &said, &said
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		e.stop()
		if t.Failed() {
			t.Logf("Exim said: %s", said.String())
		}
	})
	until(t, "Exim answers", func() bool {
		conn, err := net.DialTimeout("tcp", e.plain, time.Second)
		if err != nil {
			return false
		}
		defer conn.Close()
		line, err := bufio.NewReader(conn).ReadString('\n')
		return err == nil && strings.HasPrefix(line, "220")
	})
}

func (e *exim) stop() {
	e.cmd.Process.Kill()
	e.cmd.Wait()
}

// mails waits for n mails in the box.
func (e *exim) mails(t *testing.T, n int) (list []parsed) {
	t.Helper()
	var files []string
	until(t, fmt.Sprintf("%d mails are in the box", n), func() bool {
		files, _ = filepath.Glob(filepath.Join(e.box, "q*")) // appendfile renames a finished file to this
		return len(files) >= n
	})
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, read(t, string(text)))
	}
	return list
}

// unpack unpacks Debian's Exim without installing it, for that would take over the machine's mail.
func unpack(t *testing.T, root string) {
	t.Helper()
	packages, err := filepath.Glob("../../bin/debian/mail/exim4-daemon-light_*.deb")
	if err != nil || len(packages) == 0 {
		t.Fatal("Debian's package exim4-daemon-light is not in bin/debian/mail: make packages")
	}
	if out, err := exec.Command("dpkg", "-x", packages[0], root).CombinedOutput(); err != nil {
		t.Fatalf("dpkg -x %s: %v\n%s", packages[0], err, out)
	}
	// Given to its user it is not setuid any more, and needs not be: root starts it.
	if err := os.Chown(filepath.Join(root, "usr/sbin/exim4"), eximUser, eximUser); err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}

// until asks again and again, for half a minute at most.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); !is(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func TestConformanceWithExim(t *testing.T) {
	e := startExim(t)
	secure := login + trust(e.ca)
	notifytest.Run(t, notifytest.Case{Kind: Kind(), Targets: []notifytest.Target{
		{Name: "STARTTLS, best login", Settings: attrs(e.plain, "starttls", staff+secure), Want: notifytest.Delivered},
		{Name: "STARTTLS, PLAIN", Settings: attrs(e.plain, "starttls", staff+secure+"auth = \"plain\""), Want: notifytest.Delivered},
		{Name: "TLS, LOGIN", Settings: attrs(e.implicit, "tls", staff+secure+"auth = \"login\""), Want: notifytest.Delivered},
		{Name: "wrong password", Settings: attrs(e.plain, "starttls", staff+strings.Replace(secure, password, "swordfish swordfish", 1)), Want: notifytest.Retried},
		{Name: "unknown authority", Settings: attrs(e.plain, "starttls", staff+login), Want: notifytest.Retried},
		{Name: "no login", Settings: attrs(e.plain, "starttls", staff+trust(e.ca)), Want: notifytest.Refused},
		{Name: "knows nobody", Settings: attrs(e.plain, "starttls", "to = [\"nobody@city.example\"]\n"+secure), Want: notifytest.Refused},
		{Name: "greylisting", Settings: attrs(e.plain, "starttls", "to = [\"later@city.example\"]\n"+secure), Want: notifytest.Retried},
	}})
}

func TestStoryWithExim(t *testing.T) {
	e := startExim(t)
	c := open(t, attrs(e.plain, "starttls", "to = [\"joho@city.example\", \"nobody@city.example\"]\n"+login+trust(e.ca)), suzuki())
	m := notifytest.Message()
	receipt, err := send(t, c, m)
	if err != nil || !strings.HasPrefix(string(receipt), "250 OK id=") || !strings.Contains(string(receipt), "refused for nobody@city.example (550 no such person here)") {
		t.Fatalf("%q, %v", receipt, err)
	}
	e.stop()
	if _, err := send(t, c, notifytest.Closed()); err == nil || notify.IsRefused(err) {
		t.Fatalf("a dead server: %v", err)
	}
	e.start(t)
	if _, err := send(t, c, notifytest.Closed()); err != nil {
		t.Fatal(err)
	}
	var subjects, to []string
	threads := make(map[string]bool)
	for _, mail := range e.mails(t, 4) {
		subjects, to = append(subjects, mail.header(t, "Subject")), append(to, mail.Get("Envelope-To"))
		threads[mail.Get("References")] = true
		if mail.parts["text/plain"] != m.Text {
			t.Errorf("text: %q", mail.parts["text/plain"])
		}
	}
	count := func(list []string, what string) (n int) {
		for _, s := range list {
			if s == what {
				n++
			}
		}
		return n
	}
	got := []int{len(subjects), count(subjects, m.Subject), count(subjects, notifytest.Closed().Subject), count(to, "joho@city.example"), count(to, "suzuki@home.example"), len(threads)}
	if diff := cmp.Diff([]int{4, 2, 2, 2, 2, 1}, got); diff != "" {
		t.Errorf("mails, openings, closes, to joho, to suzuki, threads (-want +got):\n%s", diff)
	}
}
