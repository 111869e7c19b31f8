//go:build unix

package nuttest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is how long upsd and its drivers get for what takes them a second or two.
const patience = 20 * time.Second

// await waits until upsd serves these variables of a UPS.
func (u *Upsd) await(t testing.TB, ups string, vars map[string]string) {
	t.Helper()
	end := time.Now().Add(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		missing := u.missing(t.Context(), ups, vars)
		if missing == "" {
			return
		}
		if time.Now().After(end) {
			log, _ := os.ReadFile(filepath.Join(u.dir, "log")) // nothing to show, then
			t.Fatalf("upsd at %s does not serve %s: %s\n%s", u.Address, ups, missing, log)
		}
		<-tick.C
	}
}

// missing tells what upsd does not serve yet; empty: all is as wanted.
func (u *Upsd) missing(ctx context.Context, ups string, vars map[string]string) string {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", u.Address)
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience)) //nolint:errcheck // fails on a closed conn only
	lines := bufio.NewReader(conn)
	for name, value := range vars {
		if _, err := fmt.Fprintf(conn, "GET VAR %s %s\n", ups, name); err != nil {
			return err.Error()
		}
		got, err := lines.ReadString('\n')
		if err != nil {
			return err.Error()
		}
		if want := fmt.Sprintf("VAR %s %s \"%s\"\n", ups, name, value); got != want {
			return fmt.Sprintf("%q instead of %q", strings.TrimSpace(got), strings.TrimSpace(want))
		}
	}
	io.WriteString(conn, "LOGOUT\n") //nolint:errcheck // a courtesy
	return ""
}
