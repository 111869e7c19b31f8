package host

import "testing"

func TestUnitName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"postgresql":    "postgresql.service",
		"backup.timer":  "backup.timer",
		"getty@tty1":    "getty@tty1.service",
		"app@1.service": "app@1.service",
	} {
		if got := unitName(name); got != want {
			t.Errorf("unitName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestIsActive(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]bool{
		"active": true, "reloading": true, "inactive": false, "failed": false, "activating": false, "deactivating": false,
	} {
		if got := isActive(state); got != want {
			t.Errorf("isActive(%q) = %v, want %v", state, got, want)
		}
	}
}
