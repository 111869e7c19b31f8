//go:build !linux && !windows

package host

import (
	"context"
	"errors"
	"runtime"
)

const servicesSupported = false

func (thisMachine) service(context.Context, string) (bool, string, error) {
	return false, "", errors.New("services cannot be asked for on " + runtime.GOOS)
}
