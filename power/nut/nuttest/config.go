//go:build unix

package nuttest

import (
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// configure writes what upsd and the drivers read.
func (u *Upsd) configure(t testing.TB, options Options) {
	t.Helper()
	host, port, err := net.SplitHostPort(u.Address)
	if err != nil {
		t.Fatal(err)
	}
	server := fmt.Sprintf("LISTEN %s %s\nSTATEPATH %s\n", host, port, u.dir)
	if options.MaxAge > 0 {
		server += fmt.Sprintf("MAXAGE %.0f\n", options.MaxAge.Seconds())
	}
	if options.TLS {
		server += u.certificate(t)
	}
	u.write(t, "upsd.conf", server)
	u.write(t, "upsd.users", users())
	u.write(t, "nut.conf", "MODE=standalone\n")
	u.writeSupplies(t)
}

// users is upsd.users. The file quotes as the protocol does.
func users() string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	return fmt.Sprintf("[%s]\n  password = \"%s\"\n  upsmon secondary\n[%s]\n  password = \"%s\"\n",
		Username, escape.Replace(Password), Stranger, escape.Replace(StrangerPassword))
}

// writeSupplies writes ups.conf and what each UPS says. The drivers read theirs again at every
// poll, once a second.
func (u *Upsd) writeSupplies(t testing.TB) {
	t.Helper()
	conf := "maxretry = 1\npollinterval = 1\n"
	for _, name := range slices.Sorted(maps.Keys(u.ups)) {
		conf += fmt.Sprintf("[%s]\n  driver = dummy-ups\n  port = %s.dev\n  mode = dummy-loop\n  desc = \"simulated\"\n", name, name)
		u.writeDevice(t, name)
	}
	u.write(t, "ups.conf", conf)
}

// writeDevice writes what a UPS says from the driver's next poll on. dummy-ups takes quotes,
// backslashes and everything but ASCII out of values.
func (u *Upsd) writeDevice(t testing.TB, ups string) {
	t.Helper()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(u.ups[ups].Vars)) {
		fmt.Fprintf(&b, "%s: %s\n", name, u.ups[ups].Vars[name])
	}
	u.write(t, ups+".dev", b.String())
}

// write puts a whole file in the place of the old one: a driver reads the one or the other.
func (u *Upsd) write(t testing.TB, name, text string) {
	t.Helper()
	file := filepath.Join(u.dir, name)
	if err := os.WriteFile(file+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// certificate makes a key and certificate in an NSS database, for Debian's upsd is linked with
// NSS, and returns the lines of upsd.conf for it.
func (u *Upsd) certificate(t testing.TB) string {
	t.Helper()
	const password = "nss-password"
	nss, passwordFile := filepath.Join(u.dir, "nss"), filepath.Join(u.dir, "nss.password")
	u.write(t, "nss.password", password+"\n")
	u.write(t, "nss.seed", strings.Repeat("any sixty-four bytes will do for a test ", 2))
	if err := os.Mkdir(nss, 0o700); err != nil {
		t.Fatal(err)
	}
	certutil(t, "-N", "-d", nss, "-f", passwordFile)
	certutil(t, "-S", "-d", nss, "-f", passwordFile, "-z", filepath.Join(u.dir, "nss.seed"), "-n", "upsd",
		"-s", "CN=upsd", "-x", "-t", "CTu,Cu,u", "-v", "12", "-k", "rsa", "-g", "2048", "--extSAN", "dns:localhost,ip:127.0.0.1")
	u.CAFile = filepath.Join(u.dir, "upsd.pem")
	u.write(t, "upsd.pem", certutil(t, "-L", "-d", nss, "-n", "upsd", "-a"))
	return fmt.Sprintf("CERTPATH %s\nCERTIDENT upsd %s\n", nss, password)
}

func certutil(t testing.TB, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "certutil", args...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("certutil %s: %v (apt-get install libnss3-tools)\n%s", args[0], err, &complaints)
	}
	return string(out)
}
