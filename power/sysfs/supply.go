package sysfs

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// supply is the folder of one supply.
type supply string

// maxFile is far more than any file of a supply holds.
const maxFile = 4096

// text returns what a file holds; it is empty when there is no such file, or it cannot be read:
// drivers answer ENODATA for what they do not know at the moment.
func (s supply) text(file string) string {
	f, err := os.OpenFile(filepath.Join(string(s), file), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// number returns the number in a file.
func (s supply) number(file string) (float64, bool) {
	n, err := strconv.ParseInt(s.text(file), 10, 64)
	return float64(n), err == nil
}
