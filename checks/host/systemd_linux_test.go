package host

import (
	"bufio"
	"encoding/binary"
	"net"
	"path/filepath"
	"strings"
	"testing"

	systemd "github.com/coreos/go-systemd/v22/dbus"
	"github.com/godbus/dbus/v5"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

// TestSystemd asks a bus of the test's making, over a real socket.
func TestSystemd(t *testing.T) {
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+serveBus(t, map[string]systemd.UnitStatus{
		"cron.service":   {LoadState: "loaded", ActiveState: "active", SubState: "running"},
		"backup.timer":   {LoadState: "loaded", ActiveState: "active", SubState: "waiting"},
		"db.service":     {LoadState: "loaded", ActiveState: "failed", SubState: "failed"},
		"absent.service": {LoadState: "not-found", ActiveState: "inactive", SubState: "dead"},
	}))
	for name, want := range map[string]finding{
		"cron":         {reason: checks.OK, text: "service cron is active (running)"},
		"backup.timer": {reason: checks.OK, text: "service backup.timer is active (waiting)"},
		"db":           {reason: checks.NotRunning, text: "service db is failed (failed)"},
		"absent":       {reason: checks.NotRunning, text: "service absent is not known to systemd"},
	} {
		got := askService(name).run(t.Context(), thisMachine{})
		if got.reason != want.reason || got.text != want.text {
			t.Errorf("%s: got %s %q, want %s %q", name, got.reason, got.text, want.reason, want.text)
		}
	}
	checktest.Run(t, checktest.Case{Kind: Kind(), Targets: []checktest.Target{
		{Name: "active", Settings: `services = ["cron", "backup.timer"]`, Want: checks.OK},
		{Name: "failed", Settings: `services = ["cron", "db"]`, Want: checks.NotRunning},
	}})
}

// serveBus is a D-Bus daemon with a systemd behind it that knows one method, ListUnitsByNames.
// It returns the path of its socket.
func serveBus(t *testing.T, units map[string]systemd.UnitStatus) string {
	path := filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveBusConn(conn, units)
		}
	}()
	return path
}

func serveBusConn(conn net.Conn, units map[string]systemd.UnitStatus) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	if !authenticate(conn, in) {
		return
	}
	for {
		call, err := dbus.DecodeMessage(in)
		if err != nil {
			return
		}
		reply := &dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldReplySerial: dbus.MakeVariant(call.Serial()),
			dbus.FieldSender:      dbus.MakeVariant("org.freedesktop.DBus"),
		}}
		switch call.Headers[dbus.FieldMember].Value() {
		case "Hello":
			reply.Body = []any{":1.1"}
		case "ListUnitsByNames":
			reply.Body = []any{unitsNamed(call.Body[0].([]string), units)}
		}
		if len(reply.Body) > 0 {
			reply.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(reply.Body...))
		}
		if err := writeReply(conn, reply); err != nil {
			return
		}
	}
}

// writeReply encodes a message with a serial of its own, which godbus gives only to what its own
// connections send: bytes 8 to 11 of the header, in little endian here.
func writeReply(conn net.Conn, reply *dbus.Message) error {
	var raw strings.Builder
	if err := reply.EncodeTo(&raw, binary.LittleEndian); err != nil {
		return err
	}
	data := []byte(raw.String())
	binary.LittleEndian.PutUint32(data[8:], 1)
	_, err := conn.Write(data)
	return err
}

func unitsNamed(names []string, units map[string]systemd.UnitStatus) []systemd.UnitStatus {
	var found []systemd.UnitStatus
	for _, name := range names {
		unit := units[name]
		unit.Name, unit.Path, unit.JobPath = name, "/unit", "/"
		found = append(found, unit)
	}
	return found
}

// authenticate plays the server's part of the handshake that comes before the first message.
func authenticate(conn net.Conn, in *bufio.Reader) bool {
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		var answer string
		switch line = strings.Trim(line, "\x00\r\n"); {
		case line == "AUTH":
			answer = "REJECTED EXTERNAL\r\n"
		case strings.HasPrefix(line, "AUTH EXTERNAL"):
			answer = "OK 0123456789abcdef0123456789abcdef\r\n"
		case line == "BEGIN":
			return true
		default:
			answer = "ERROR\r\n"
		}
		if _, err := conn.Write([]byte(answer)); err != nil {
			return false
		}
	}
}
