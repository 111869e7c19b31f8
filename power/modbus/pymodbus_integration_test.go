//go:build integration

package modbus

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
)

// controller is pymodbus playing a generator controller.
type controller struct {
	address string
	in      io.Writer
	out     *bufio.Reader
}

func startController(t *testing.T) *controller {
	t.Helper()
	c := &controller{address: free(t)}
	_, port, _ := net.SplitHostPort(c.address)
	cmd := exec.Command("/usr/bin/python3", "testdata/controller.py", port)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	c.in, c.out = in, bufio.NewReader(out)
	return c
}

// set changes one value and waits until it holds.
func (c *controller) set(t *testing.T, kind string, address, value int) {
	t.Helper()
	if _, err := fmt.Fprintln(c.in, kind, address, value); err != nil {
		t.Fatal(err)
	}
	if line, err := c.out.ReadString('\n'); err != nil || line != "ok\n" {
		t.Fatalf("the controller said %q: %v; Debian: apt-get install python3-pymodbus", line, err)
	}
}

// ready waits until the controller listens.
func (c *controller) ready(t *testing.T, r power.Reader) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for got := read(t, r); !got.OK(); got = read(t, r) {
		if time.Now().After(deadline) {
			t.Fatalf("the controller does not answer: %s: %s", got.Reason, got.Text)
		}
		<-tick.C
	}
}

func TestPymodbus(t *testing.T) {
	c := startController(t)
	regs := idle()
	for address, value := range regs.holding {
		c.set(t, "hr", int(address), int(value))
	}
	c.set(t, "ir", 12, 100)
	c.set(t, "di", 2, 1)
	r := open(t, c.address, genset)
	c.ready(t, r)
	compare(t, "idle", r, idleReading())

	c.set(t, "hr", 1, 4)
	c.set(t, "co", 3, 1)
	c.set(t, "hr", 11, 9400)
	want := idleReading()
	want.Running, want.FuelLiters, want.Alarms = new(true), new(940.0), []string{"油圧低下", "emergency stop"}
	compare(t, "running", r, want)

	got := read(t, open(t, c.address, "register \"fuel_liters\" {\n address = 999\n}\n"))
	if got.Reason != checks.WrongAnswer || !strings.Contains(got.Text, `"fuel_liters" (holding 999)`) {
		t.Errorf("beyond its registers: %s: %s", got.Reason, got.Text)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if got := open(t, c.address, "unit_id = 9\n"+running).Read(ctx); got.Reason != checks.Timeout {
		t.Errorf("a unit that is not there: %s: %s", got.Reason, got.Text)
	}
}
