package agent

import (
	"os"
	"strings"
)

// bootID names this boot of the machine; empty when the kernel does not tell.
func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}
