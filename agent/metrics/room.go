package metrics

import (
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// room holds one family at a time, and is used again for the next. It serves one scrape at a time.
type room struct {
	family  dto.MetricFamily
	names   []string
	created *timestamppb.Timestamp // of a counter; nil: not known
	samples shelf[sample]
	labels  shelf[label]
	// newest are the labels of the sample before: neighbours share those that are the same.
	newest [maxLabels]*label
}

// maxLabels is how many labels the widest family has.
const maxLabels = 5

// sample is a metric and all that it points at but its labels.
type sample struct {
	metric  dto.Metric
	gauge   dto.Gauge
	counter dto.Counter
	value   float64
	labels  [maxLabels]*dto.LabelPair
}

type label struct {
	pair  dto.LabelPair
	value string
}

// begin clears the room for a family.
func (r *room) begin(name, help string, kind dto.MetricType, labels []string, since time.Time) {
	r.family.Name, r.family.Help, r.family.Type = &name, &help, &kind
	r.family.Metric = r.family.Metric[:0]
	r.names, r.created = labels, nil
	if kind == counter && !since.IsZero() {
		r.created = timestamppb.New(since)
	}
	r.samples.clear()
	r.labels.clear()
	clear(r.newest[:])
}

// add takes one sample of the family.
//
// It is no func value and no interface, for then every call would make a slice of labels on the heap.
func (r *room) add(value float64, labels ...string) {
	s := r.samples.take()
	s.value = value
	for i, value := range labels {
		s.labels[i] = r.label(i, value)
	}
	s.metric.Label = s.labels[:len(labels)]
	s.metric.Gauge, s.metric.Counter = nil, nil
	if *r.family.Type == counter {
		s.counter.Value, s.counter.CreatedTimestamp = &s.value, r.created
		s.metric.Counter = &s.counter
	} else {
		s.gauge.Value = &s.value
		s.metric.Gauge = &s.gauge
	}
	r.family.Metric = append(r.family.Metric, &s.metric)
}

// label is the label in the i-th place.
func (r *room) label(i int, value string) *dto.LabelPair {
	if l := r.newest[i]; l != nil && l.value == value {
		return &l.pair
	}
	l := r.labels.take()
	l.value = clean(value)
	l.pair.Name, l.pair.Value = &r.names[i], &l.value
	r.newest[i] = l
	return &l.pair
}

// clean makes UTF-8 of what is not: it would cost the whole scrape.
func clean(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// shelf hands out places that stay where they are, and hands out the same ones again after clear.
// What was left in a place is still in it.
type shelf[T any] struct {
	boards [][]T
	taken  int
}

// boardSize is how many places are made at once.
const boardSize = 256

func (s *shelf[T]) clear() { s.taken = 0 }

func (s *shelf[T]) take() *T {
	board, place := s.taken/boardSize, s.taken%boardSize
	if board == len(s.boards) {
		s.boards = append(s.boards, make([]T, boardSize))
	}
	s.taken++
	return &s.boards[board][place]
}
