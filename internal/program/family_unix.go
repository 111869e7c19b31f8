//go:build unix

package program

import (
	"errors"
	"os"
	osexec "os/exec"
	"syscall"
)

// family is a program and all that it starts: a process group of its own.
type family struct{ cmd *osexec.Cmd }

func newFamily(cmd *osexec.Cmd) *family {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return &family{cmd}
}

// started is called once the program runs.
func (*family) started() error { return nil }

// kill ends the whole group, whose number is that of its leader. One that left the group
// (setsid) is not reached; it cannot hold the probe up either, for its pipes are closed.
func (f *family) kill() error {
	err := syscall.Kill(-f.cmd.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// release is called when the program has ended; it ends what the program left behind. The
// number of a group is not given to another while the group has members.
func (f *family) release() { _ = f.kill() }
