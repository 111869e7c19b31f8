package host

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/mgr"
)

const servicesSupported = true

// service asks the Windows service manager, with the two rights that every user has; mgr.Connect
// would ask for all rights, and so for an administrator.
func (thisMachine) service(_ context.Context, name string) (bool, string, error) {
	manager, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT)
	if err != nil {
		return false, "", fmt.Errorf("the service manager cannot be asked: %w", err)
	}
	defer func() { _ = windows.CloseServiceHandle(manager) }()
	wide, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return false, "", fmt.Errorf("%q is not a name of a service: %w", name, err)
	}
	handle, err := windows.OpenService(manager, wide, windows.SERVICE_QUERY_STATUS)
	if errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST) {
		return false, "not known to Windows", nil
	}
	if err != nil {
		return false, "", fmt.Errorf("service %s cannot be asked: %w", name, err)
	}
	service := mgr.Service{Name: name, Handle: handle}
	defer func() { _ = service.Close() }()
	status, err := service.Query()
	return status.State == svc.Running, stateWord(status.State), err
}

func stateWord(s svc.State) string {
	switch s {
	case svc.Running:
		return "running"
	case svc.Stopped:
		return "stopped"
	case svc.StartPending:
		return "starting"
	case svc.StopPending:
		return "stopping"
	case svc.Paused, svc.PausePending, svc.ContinuePending:
		return "paused"
	default:
		return fmt.Sprintf("in state %d", s)
	}
}
