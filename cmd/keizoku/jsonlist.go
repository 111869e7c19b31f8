package main

import (
	"bytes"
	"encoding/json"
	"io"
)

// jsonList writes a list as [printJSON] would, one item after the other.
type jsonList struct {
	out   io.Writer
	begun bool
}

// printAll writes further items of the list.
func printAll[T any](l *jsonList, items []T) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("  ", "  ")
	for _, item := range items {
		b.WriteString(map[bool]string{false: "[\n  ", true: ",\n  "}[l.begun])
		if err := enc.Encode(item); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the line feed
		l.begun = true
	}
	_, err := l.out.Write(b.Bytes())
	return err
}

// end writes the end of the list.
func (l *jsonList) end() error {
	text := "\n]\n"
	if !l.begun {
		text = "[]\n"
	}
	_, err := io.WriteString(l.out, text)
	return err
}
