package tmpfs

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// where names the mount point of a test that runs in a mount namespace of its own.
const where = "KEIZOKU_TEST_MOUNT"

// Namespace runs the calling test again in a process that may mount, without root where the system
// lets users do so. It returns the mount point there, and empty in the outer process, in which the
// test has then been done.
func Namespace(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv(where); dir != "" {
		return dir
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), where+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("in a mount namespace: %v\n%s\n(it needs root, or user namespaces: sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0)", err, out)
	}
	return ""
}

// Mount mounts a disk of the given size, as "8m", on dir. It ends with the namespace.
func Mount(t *testing.T, dir, size string) {
	t.Helper()
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		t.Fatalf("make mounts private: %v", err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Fatalf("mount a tmpfs on %s: %v", dir, err)
	}
}

// Remount mounts it anew with other flags, of mount(2): MS_RDONLY or none.
func Remount(t *testing.T, dir string, flags uintptr) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, ""); err != nil {
		t.Fatalf("remount %s: %v", dir, err)
	}
}
