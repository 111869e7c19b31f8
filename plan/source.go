package plan

import "fmt"

// Pos is a place in a source file. Line and Column count from 1, Byte from 0.
type Pos struct {
	Line, Column, Byte int
}

// Range is a stretch of a source file; the zero Range means "not from a file".
type Range struct {
	File       string
	Start, End Pos
}

// String returns "file:line,column", or "" for the zero Range.
func (r Range) String() string {
	if r.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d,%d", r.File, r.Start.Line, r.Start.Column)
}

// Source tells where in the plan's files a block was written, so that whoever finds fault with
// it later can point there. It is embedded in every block of the plan.
type Source struct {
	Block Range            // the block's header
	Attrs map[string]Range // the value of each attribute that was written
}

// At returns the range of the attribute named when it was written, else that of the block.
func (s Source) At(attribute string) Range {
	if r, ok := s.Attrs[attribute]; ok {
		return r
	}
	return s.Block
}

// Holds reports whether a range is the block's header or one of its attributes; the zero Range is
// neither.
func (s Source) Holds(r Range) bool {
	if r.File == "" {
		return false
	}
	for _, attribute := range s.Attrs {
		if attribute == r {
			return true
		}
	}
	return s.Block == r
}
