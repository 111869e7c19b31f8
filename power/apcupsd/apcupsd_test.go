package apcupsd

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

func TestMain(m *testing.M) {
	os.Exit(checktest.Main(m, map[string]checktest.Server{"apcupsd": serveBenchmark}))
}

// healthy is what apcupsd 3.14 says of a UPS on mains; it leaves spaces after many values.
const healthy = `APC      : 001,036,0879
DATE     : 2026-11-05 21:14:07 +0900  
HOSTNAME : records
VERSION  : 3.14.14 (31 May 2016) debian
UPSNAME  : rack
STARTTIME: 2026-11-01 09:12:44 +0900  
MODEL    : Smart-UPS 1500  
STATUS   : ONLINE 
LINEV    : 101.0 Volts
LOADPCT  : 23.0 Percent
BCHARGE  : 100.0 Percent
TIMELEFT : 36.0 Minutes
LASTXFER : Low line voltage
TONBATT  : 0 Seconds
LASTSTEST: 2026-11-02 03:00:12 +0900  
SELFTEST : NO
STATFLAG : 0x05000008
BATTDATE : 2023-05-14
NOMPOWER : 865 Watts
END APC  : 2026-11-05 21:14:08 +0900  
`

// frames puts each line into a frame and ends the answer.
func frames(lines string) string {
	var b []byte
	for line := range strings.Lines(lines) {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(line))), line...)
	}
	return string(append(b, 0, 0))
}

// talk gives one answer to each request, as apcupsd does, until the client hangs up.
func talk(conn net.Conn, answer string) {
	for request := make([]byte, 8); ; {
		if _, err := io.ReadFull(conn, request); err != nil || string(request) != "\x00\x06status" {
			return
		}
		if _, err := io.WriteString(conn, answer); err != nil {
			return
		}
	}
}

func serve(t testing.TB, answer string) string {
	return checktest.Serve(t, func(conn net.Conn) { talk(conn, answer) })
}

func attrs(address string) string { return fmt.Sprintf("address = %q\n", address) }

func TestConformance(t *testing.T) {
	target := func(name string, want checks.Reason, answer string) powertest.Target {
		return powertest.Target{Name: name, Want: want, Settings: attrs(serve(t, answer))}
	}
	targets := append(powertest.TCP(t, attrs),
		target("healthy", checks.OK, frames(healthy)),
		target("UPS lost", checks.Detached, frames(strings.Replace(healthy, "ONLINE", "COMMLOST", 1))),
		target("UPS lost at shutdown", checks.Detached, frames("STATUS   : SHUTTING DOWN\nSTATFLAG : 0x05000310\n")),
		target("nothing", checks.WrongAnswer, frames("")),
		target("no status", checks.WrongAnswer, frames("APC      : 001,036,0879\n")),
		target("no field", checks.WrongAnswer, frames("Invalid command\n")),
		target("no end", checks.Timeout, strings.TrimSuffix(frames(healthy), "\x00\x00")),
		target("half a frame", checks.Timeout, "\x00\x20STATUS"),
		target("too many lines", checks.WrongAnswer, frames(strings.Repeat("STATUS   : ONLINE\n", 5000))),
		target("NUL", checks.OK, frames("STATUS   : ON\x00LINE \x1b[31m\nMODEL : \x00\x1b\nLOADPCT : \x00\n")),
		powertest.Target{Name: "hangs up", Want: checks.Reset, Settings: attrs(checktest.Serve(t, func(conn net.Conn) {
			io.ReadFull(conn, make([]byte, 8))
			io.WriteString(conn, "\x00\x20STATUS")
		}))},
	)
	powertest.Run(t, powertest.Case{Protocol: Protocol(), Targets: targets})
}

func TestDefaultPort(t *testing.T) {
	r, err := newReader(powertest.Settings(t, Protocol(), attrs("10.1.0.41")), &power.Env{})
	if err != nil || r.(*reader).address != "10.1.0.41:3551" {
		t.Errorf("reader = %+v, %v", r, err)
	}
}

func TestReading(t *testing.T) {
	tested := time.Date(2026, 11, 1, 18, 0, 12, 0, time.UTC)
	for _, test := range []struct {
		name, lines string
		want        power.Reading
	}{
		{"on mains", healthy, power.Reading{
			Source: power.Utility, BatteryState: power.BatteryNormal, Model: "Smart-UPS 1500", BatteryDate: "2023-05-14",
			ChargeRatio: new(1.0), RuntimeSeconds: new(2160.0), LoadRatio: new(0.23),
			InputVolts: new(101.0), OnBatterySeconds: new(0.0), NominalWatts: new(865.0), TestedAt: tested,
		}},
		{"on battery", "STATUS : ONBATT LOWBATT REPLACEBATT OVERLOAD\nTONBATT : 75 Seconds\nLASTXFER : Low line voltage\nSELFTEST : BT\nNOMAPNT : 1440 VA\n", power.Reading{
			Source: power.Battery, BatteryState: power.BatteryLow, ReplaceBattery: new(true),
			OnBatterySeconds: new(75.0), NominalVA: new(1440.0), TestResult: "failed: insufficient battery capacity",
			Alarms: []string{"OVERLOAD", "Low line voltage"},
		}},
		{"older version", "STATUS : ONLINE\nLOADPCT :  023.5 Percent Load Capacity\nTONBATT : 5 seconds\nSTATFLAG : 0x07000008 Status Flag\n", power.Reading{
			Source: power.Utility, BatteryState: power.BatteryNormal, LoadRatio: new(0.235), OnBatterySeconds: new(5.0),
		}},
		{"self-test", "STATUS : ONBATT\nSELFTEST : IP\nLASTXFER : Automatic or explicit self test\n", power.Reading{
			Source: power.Battery, BatteryState: power.BatteryNormal, TestResult: "in progress",
			Alarms: []string{"Automatic or explicit self test"},
		}},
		{"slave with its transformer at work", "STATUS : TRIM ONLINE SLAVE\n", power.Reading{
			Source: power.Utility, BatteryState: power.BatteryNormal,
		}},
		{"slave gone", "STATUS : ONLINE SLAVEDOWN CAL\n", power.Reading{
			Source: power.Utility, BatteryState: power.BatteryNormal, Alarms: []string{"SLAVEDOWN", "CAL"},
		}},
		{"no battery", "STATUS : ONLINE NOBATT\n", power.Reading{Source: power.Utility, Alarms: []string{"NOBATT"}}},
		{"shutting down", "STATUS : SHUTTING DOWN\nSTATFLAG : 0x05060250\n", power.Reading{
			Source: power.Battery, BatteryState: power.BatteryLow, Alarms: []string{"SHUTTING DOWN"},
		}},
		{"shutting down for no reason told", "STATUS : SHUTTING DOWN\n", power.Reading{
			Source: power.Unknown, Alarms: []string{"SHUTTING DOWN"},
		}},
		{"no news", "STATUS :\nBCHARGE : N/A\nMODEL : N/A\nTIMELEFT :\n", power.Reading{Source: power.Unknown}},
		{"impossible", "STATUS : ONLINE\nBCHARGE : 150.0 Percent\nTIMELEFT : 65535.0 Minutes\nLOADPCT : -3 Percent\nLINEV : NaN Volts\n" +
			"NOMPOWER : 0 Watts\nNOMAPNT : 1e308 VA\nTONBATT : 5 Minutes\n", power.Reading{
			Source: power.Utility, BatteryState: power.BatteryNormal, Doubts: []string{
				"charge of 150 %", "runtime of 65535 minutes", "load of -3 %", "input voltage of NaN V",
				`TONBATT of "5 Minutes"`, "nominal power of 0 W", "nominal power of 1e+308 VA",
			},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := readingOf(fieldsOf(t, test.lines), nil)
			if diff := cmp.Diff(test.want, got, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })); diff != "" {
				t.Errorf("reading (-want +got):\n%s", diff)
			}
			for _, fault := range powertest.Faults(got) {
				t.Error(fault)
			}
		})
	}
}

// script is a connection whose peer has its answer ready.
type script struct{ io.Reader }

func (script) Write(p []byte) (int, error) { return len(p), nil }

func fieldsOf(t *testing.T, lines string) map[string]string {
	t.Helper()
	fields, err := status(script{strings.NewReader(frames(lines))})
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

// FuzzReading: whatever a server says, it becomes a reading that keeps the promises of one, or
// an error.
func FuzzReading(f *testing.F) {
	f.Add(frames(healthy))
	f.Add(frames("STATUS : ONBATT \x00 SHUTTING DOWN SHUTTING DOWN\nBCHARGE : 1e308 Percent\nTIMELEFT : 65535 Minutes\nSTATFLAG : 0xffffffffffffffff\n"))
	f.Add("\x00\x01:\x00\x00")
	f.Add("\xff\xff")
	f.Fuzz(func(t *testing.T, answer string) {
		fields, err := status(script{strings.NewReader(answer)})
		if err != nil {
			return
		}
		hasLostUPS(fields)
		for _, fault := range powertest.Faults(readingOf(fields, nil)) {
			t.Error(fault)
		}
	})
}

// BenchmarkRead reads 200 apcupsd.
func BenchmarkRead(b *testing.B) {
	port := checktest.StartServer(b, "apcupsd")
	var probers []checks.Prober
	for _, target := range checktest.Targets(200) {
		r, err := newReader(powertest.Settings(b, Protocol(), attrs(checktest.HostPort(target, port))), &power.Env{})
		if err != nil {
			b.Fatal(err)
		}
		probers = append(probers, powertest.Prober(r))
	}
	checktest.BenchProbes(b, probers)
}

func serveBenchmark() (port int, err error) {
	ln, err := net.Listen("tcp4", ":0")
	if err != nil {
		return 0, err
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				talk(conn, frames(healthy))
				conn.Close()
			}()
		}
	}()
	return ln.Addr().(*net.TCPAddr).Port, nil
}
