package program

import (
	"maps"
	"os"
	"runtime"
	"slices"

	"github.com/keizoku-bcp/keizoku/plan"
)

// defaultPath is the PATH of programs when the agent has none itself.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Environ is the environment of a program: what it needs to run at all, a language in which its
// numbers can be read, and what the plan gives it. The agent's own variables stay out: they hold
// the passwords of everything else.
func Environ(given map[string]plan.Secret) []string {
	vars := map[string]string{"PATH": os.Getenv("PATH"), "LANG": "C.UTF-8"}
	if vars["PATH"] == "" && runtime.GOOS != "windows" {
		vars["PATH"] = defaultPath
	}
	if runtime.GOOS == "windows" {
		// Without these, sockets, temporary files and .cmd programs do not work there.
		for _, name := range []string{"SystemRoot", "TEMP", "PATHEXT", "ComSpec"} {
			vars[name] = os.Getenv(name)
		}
	}
	for name, value := range given {
		vars[name] = value.Reveal()
	}
	list := make([]string, 0, len(vars))
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		list = append(list, name+"="+vars[name])
	}
	return list
}
