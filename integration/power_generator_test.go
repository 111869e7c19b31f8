//go:build integration && linux

package integration

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/power/nut/nuttest"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

const generatorBlock = `
generator "roof" {
  capacity_w    = 72000
  capacity_va   = 90000
  starts_within = "4s"
  source "modbus" {
    address  = %q
    interval = "1s"
    register "running" {
      address = 1
      equals  = [3, 4]
    }
  }
}
`

// controller is pymodbus playing a generator's controller.
type controller struct {
	*testing.T
	address string
	in      io.Writer
	out     *bufio.Reader
}

func newController(t *testing.T) *controller {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &controller{T: t, address: ln.Addr().String()}
	_ = ln.Close() // the program takes a number only
	_, port, _ := net.SplitHostPort(c.address)
	cmd := exec.Command("/usr/bin/python3", "../power/modbus/testdata/controller.py", port)
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

// state sets what the controller says that the engine does; 4 is running.
func (c *controller) state(value int) {
	c.Helper()
	if _, err := fmt.Fprintln(c.in, "hr", 1, value); err != nil {
		c.Fatal(err)
	}
	if answer, err := c.out.ReadString('\n'); err != nil || answer != "ok\n" {
		c.Fatalf("the controller said %q: %v (apt-get install python3-pymodbus)", answer, err)
	}
}

// A generator that starts too late: the UPS that it feeds does not hide that utility power is
// lost, and the whole blackout is one event.
func TestBlackoutWithGenerator(t *testing.T) {
	t.Parallel()
	roof := newController(t)
	roof.state(0)
	upsd := nuttest.Start(t, nuttest.Options{}, nuttest.OnLine("rack"))
	text := fmt.Sprintf(powerPlan, upsd.Address, "", fmt.Sprintf(generatorBlock, roof.address))
	k := newKeizoku(t, strings.Replace(text, "battery_wh  = 600", "battery_wh  = 600\n  fed_by = generator.roof", 1))
	k.start()
	k.awaitsPower("both are read", func(f *supply.SupplyFacts) bool {
		running := k.situation().Power.Supply("roof").Running
		return f.Source == supply.FromUtility && running != nil && !*running
	})
	var want []string
	expect := func(news ...string) {
		t.Helper()
		want = append(want, news...)
		until(t, strings.Join(news, ", "), func() bool { return len(k.powerNews()) >= len(want) })
		if got := k.powerNews(); !slices.Equal(got, want) {
			t.Fatalf("the timeline tells\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	// The controller may have been asked before it listened.
	want = k.powerNews()

	upsd.Set(t, "rack", steps("OB DISCHRG", 90))
	expect("+ rack on_battery", "+ utility utility_lost")
	expect("+ roof not_started")
	roof.state(4)
	expect("+ roof running", "- roof not_started")
	upsd.Set(t, "rack", steps("OL CHRG", 88))
	expect("- rack on_battery")
	pause(t, 3*time.Second)
	expect()
	if p := k.situation().Power; !p.UtilityLost {
		t.Error("the UPS on the generator hides that utility power is lost")
	}
	roof.state(0)
	expect("- roof running", "- utility utility_lost")
	k.stop()
}
