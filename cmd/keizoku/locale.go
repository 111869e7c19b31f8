package main

import (
	"cmp"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
)

// localeOf is the language asked for; else the terminal's, as POSIX ranks the variables. It is for
// what has no plan yet whose language would do.
func localeOf(asked string, getenv func(string) string) plan.Locale {
	if asked != "" {
		return plan.Locale(asked)
	}
	if strings.HasPrefix(cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")), "ja") {
		return plan.Japanese
	}
	return plan.English
}
