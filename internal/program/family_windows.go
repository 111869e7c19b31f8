package program

import (
	"fmt"
	osexec "os/exec"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// family is a program and all that it starts: a job object, which Windows ends as a whole.
type family struct {
	cmd *osexec.Cmd
	mu  sync.Mutex // kill may come while started or release runs
	job windows.Handle
}

func newFamily(cmd *osexec.Cmd) *family { return &family{cmd: cmd} }

// started puts the program into a job. What it starts before that, in the first moment of its
// life, is not in the job and lives on.
func (f *family) started() error {
	job, err := newJob()
	if err != nil {
		return err
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(f.cmd.Process.Pid))
	if err != nil {
		_ = windows.CloseHandle(job)
		return fmt.Errorf("opening the process: %w", err)
	}
	defer func() { _ = windows.CloseHandle(process) }()
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		_ = windows.CloseHandle(job)
		return fmt.Errorf("putting the process into a job: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.job = job
	return nil
}

// newJob makes a job whose processes end when its last handle closes, so that none outlives a
// crashed agent.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, fmt.Errorf("creating a job: %w", err)
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err != nil {
		_ = windows.CloseHandle(job)
		return 0, fmt.Errorf("setting the limits of a job: %w", err)
	}
	return job, nil
}

// kill ends the job, or the program alone while it is in none.
func (f *family) kill() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.job == 0 {
		return f.cmd.Process.Kill()
	}
	return windows.TerminateJobObject(f.job, 1)
}

// release lets the job go when the program has ended, and with it whatever is left in it.
func (f *family) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.job != 0 {
		_ = windows.CloseHandle(f.job)
		f.job = 0
	}
}
