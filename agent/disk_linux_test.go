package agent

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
)

// onDisk names the state directory of a test that runs in a mount namespace of its own.
const onDisk = "KEIZOKU_TEST_DISK"

// After a power cut a file system with errors is mounted read-only. The agent watches all the same,
// shows how things stand, and lets people act as soon as its socket can be made.
func TestReadOnlyStateDirectoryIsNoReasonToStayBlind(t *testing.T) {
	dir := os.Getenv(onDisk)
	if dir == "" {
		ownMounts(t)
		return
	}
	disk(t, dir, 0)
	o := quiet(t, "")
	o.opts.StateDir = dir
	o.start().Stop("read-only from here on")
	disk(t, dir, syscall.MS_REMOUNT|syscall.MS_RDONLY)
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
	disk(t, dir, syscall.MS_REMOUNT)
	client := api.NewSocketClient(a.SocketPath())
	o.until("somebody can act through the socket", func() bool {
		_, err := client.Situation(t.Context())
		return err == nil
	})
}

// A socket that waits for the disk must not hold up the end.
func TestReadOnlyStateDirectoryLetsGo(t *testing.T) {
	dir := os.Getenv(onDisk)
	if dir == "" {
		ownMounts(t)
		return
	}
	disk(t, dir, 0)
	o := quiet(t, "")
	o.opts.StateDir = dir
	o.start().Stop("read-only from here on")
	disk(t, dir, syscall.MS_REMOUNT|syscall.MS_RDONLY)
	o.open().Stop("before it has begun")
	o.start().Stop("while it waits for its socket")
}

// ownMounts runs the calling test again in a process that may mount, without root where the system
// lets users do so.
func ownMounts(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), onDisk+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("in a mount namespace: %v\n%s\n(it needs root, or user namespaces: sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0)", err, out)
	}
}

// disk mounts a disk of its own on dir, or mounts it anew with other flags.
func disk(t *testing.T, dir string, flags uintptr) {
	t.Helper()
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		t.Fatalf("make mounts private: %v", err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, "size=8m"); err != nil {
		t.Fatalf("mount a tmpfs on %s: %v", dir, err)
	}
}
