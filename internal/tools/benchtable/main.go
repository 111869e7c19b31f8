// Command benchtable turns what `go test -bench` prints into a table for people: which kind of
// check, how much CPU time a probe takes, and how much memory it asks for.
//
//	go test -run '^$' -bench '^BenchmarkProbe' ./checks/... | go run ./internal/tools/benchtable
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strings"
	"text/tabwriter"
)

func main() {
	good, err := tabulate(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
	}
	if err != nil || !good {
		os.Exit(1)
	}
}

// tabulate reads until the end and writes the table. It is good when there was a measurement and
// nothing failed; what says why not goes to the table's end, as go test wrote it.
func tabulate(r io.Reader, w io.Writer) (good bool, err error) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "check\t CPU µs/probe\t allocations\t bytes\t") // a tabwriter fails in Flush
	var kind string
	var failures []string
	rows := 0
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "pkg: "):
			kind = path.Base(line)
		case strings.HasPrefix(line, "FAIL"), strings.HasPrefix(line, "panic:"), strings.HasPrefix(line, "--- FAIL"):
			failures = append(failures, line)
		}
		if m, ok := parse(line); ok {
			rows++
			_, _ = fmt.Fprintf(table, "%s\t %s\t %s\t %s\t\n", m.title(kind), m.values["cpu-µs/probe"], m.values["allocs/op"], m.values["B/op"])
		}
	}
	if err := lines.Err(); err != nil {
		return false, err
	}
	if err := table.Flush(); err != nil {
		return false, err
	}
	if len(failures) > 0 {
		_, err = fmt.Fprintln(w, strings.Join(failures, "\n"))
	}
	return rows > 0 && len(failures) == 0, err
}

// measurement is one line of results.
type measurement struct {
	name   string            // of the sub-benchmark; empty when there is none
	values map[string]string // by unit, as printed
}

// resultLine is BenchmarkName/sub-CPUs, the number of rounds, and pairs of value and unit.
var resultLine = regexp.MustCompile(`^Benchmark([^\s/]+)(?:/(\S+?))?(?:-\d+)?\s+\d+\s+(.*\S)\s*$`)

func parse(line string) (measurement, bool) {
	found := resultLine.FindStringSubmatch(line)
	if found == nil {
		return measurement{}, false
	}
	m := measurement{name: strings.ReplaceAll(found[2], "_", " "), values: map[string]string{}}
	words := strings.Fields(found[3])
	for i := 0; i+1 < len(words); i += 2 {
		m.values[words[i+1]] = words[i]
	}
	_, ok := m.values["cpu-µs/probe"]
	return m, ok
}

// title is the kind and the variant, once where one says the other.
func (m measurement) title(kind string) string {
	switch {
	case m.name == "":
		return kind
	case strings.HasPrefix(m.name, kind):
		return m.name
	default:
		return kind + " " + m.name
	}
}
