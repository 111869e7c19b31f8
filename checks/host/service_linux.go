package host

import (
	"context"
	"fmt"
	"strings"

	"github.com/coreos/go-systemd/v22/dbus"
)

const servicesSupported = true

// service asks systemd over D-Bus. A connection is made for each question: it is local and
// cheap, and one kept open would have to be watched for a restart of the bus.
func (thisMachine) service(ctx context.Context, name string) (bool, string, error) {
	conn, err := dbus.NewWithContext(ctx)
	if err != nil {
		return false, "", fmt.Errorf("systemd cannot be asked over D-Bus: %w", err)
	}
	defer conn.Close()
	units, err := conn.ListUnitsByNamesContext(ctx, []string{unitName(name)})
	if err != nil {
		return false, "", fmt.Errorf("systemd did not tell the state of %s: %w", name, err)
	}
	if len(units) == 0 || units[0].LoadState == "not-found" {
		return false, "not known to systemd", nil
	}
	return isActive(units[0].ActiveState), units[0].ActiveState + " (" + units[0].SubState + ")", nil
}

// unitName completes a name as systemctl does.
func unitName(name string) string {
	if strings.Contains(name, ".") {
		return name
	}
	return name + ".service"
}

// isActive judges as systemctl is-active does: a unit that reloads is still at work.
func isActive(state string) bool {
	return state == "active" || state == "reloading" || state == "refreshing"
}
