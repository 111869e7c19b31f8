package main

import (
	"bytes"
	"testing"
)

// A list that is written bit by bit is to the byte what it would be at once.
func TestJSONListIsAsIfPrintedAtOnce(t *testing.T) {
	t.Parallel()
	type item struct {
		Name string         `json:"name"`
		More map[string]int `json:"more,omitempty"`
	}
	for _, items := range [][]item{{}, {{Name: "<a>"}}, {{Name: "a"}, {"b", map[string]int{"x": 1}}, {Name: "c"}}} {
		var want, got bytes.Buffer
		if err := printJSON(&want, items); err != nil {
			t.Fatal(err)
		}
		list := jsonList{out: &got}
		for _, i := range items {
			if err := printAll(&list, []item{i}); err != nil {
				t.Fatal(err)
			}
		}
		if err := list.end(); err != nil || got.String() != want.String() {
			t.Errorf("%v: %q, want %q", err, got.String(), want.String())
		}
	}
}
