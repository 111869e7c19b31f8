package agent

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/internal/tmpfs"
)

// After a power cut a file system with errors is mounted read-only. The agent watches all the same,
// shows how things stand, and lets people act as soon as its socket can be made.
func TestReadOnlyStateDirectoryIsNoReasonToStayBlind(t *testing.T) {
	dir := tmpfs.Namespace(t)
	if dir == "" {
		return
	}
	o := onReadOnlyDisk(t, dir)
	a := o.open()
	a.door.retry = 10 * time.Millisecond
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o.get("/api/v1/situation") == "" || a.Situation().Journal.Failing == "" {
		t.Error("it does not say how things stand")
	}
	if _, err := os.Stat(a.SocketPath()); err == nil {
		t.Error("there is a socket on a read-only disk")
	}
	tmpfs.Remount(t, dir, 0)
	client := api.NewSocketClient(a.SocketPath())
	o.until("somebody can act through the socket", func() bool {
		_, err := client.Situation(t.Context())
		return err == nil
	})
}

// A socket that waits for the disk must not hold up the end.
func TestReadOnlyStateDirectoryLetsGo(t *testing.T) {
	dir := tmpfs.Namespace(t)
	if dir == "" {
		return
	}
	o := onReadOnlyDisk(t, dir)
	o.open().Stop("before it has begun")
	o.start().Stop("while it waits for its socket")
}

// onReadOnlyDisk is an office whose agent has run before, on a disk that is read-only since.
func onReadOnlyDisk(t *testing.T, dir string) *office {
	t.Helper()
	tmpfs.Mount(t, dir, "8m")
	o := quiet(t, "")
	o.opts.StateDir = dir
	o.start().Stop("read-only from here on")
	tmpfs.Remount(t, dir, syscall.MS_RDONLY)
	return o
}
