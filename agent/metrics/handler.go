package metrics

import (
	"compress/gzip"
	"encoding/binary"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"google.golang.org/protobuf/proto"
)

// Handler serves /metrics in the format that the one who asks prefers: text, OpenMetrics with
// exemplars and created timestamps, or protobuf, which carries native histograms.
func (r *Registry) Handler() http.Handler { return http.HandlerFunc(r.serve) }

// rooms are kept between scrapes, and given back to the collector of garbage when none comes.
type rooms struct{ pool sync.Pool }

func (r *rooms) take() *room {
	if kept, ok := r.pool.Get().(*room); ok {
		return kept
	}
	return new(room)
}

func (r *Registry) serve(w http.ResponseWriter, req *http.Request) {
	measured, err := r.registry.Gather()
	if err != nil {
		http.Error(w, "metrics cannot be gathered: "+err.Error(), http.StatusInternalServerError)
		return
	}
	format := expfmt.NegotiateAccept(req.Header, expfmt.DefaultOpenMetricsAcceptedFormats()...)
	w.Header().Set("Content-Type", string(format))
	w.Header().Add("Vary", "Accept, Accept-Encoding")
	if req.Method == http.MethodHead {
		return
	}
	out, done := compressed(w, req)
	_ = r.write(out, format, measured) // it fails when the other side is gone: nobody is left to tell
	_ = done()
}

// write writes all families, those that were measured in this process last.
func (r *Registry) write(out io.Writer, format expfmt.Format, measured []*dto.MetricFamily) error {
	if format.FormatType() == expfmt.TypeProtoDelim {
		return r.each(measured, delimited(out))
	}
	// No name of ours needs to be escaped, whatever was asked for: not looking saves a twelfth.
	encoder := expfmt.NewEncoder(out, format.WithEscapingScheme(model.NoEscaping), expfmt.WithCreatedLines())
	if err := r.each(measured, encoder.Encode); err != nil {
		return err
	}
	if closer, ok := encoder.(expfmt.Closer); ok { // the last line of OpenMetrics
		return closer.Close()
	}
	return nil
}

// delimited writes families as protobuf, each after its length. What expfmt has for it makes a new
// buffer for each of them, and the largest is a megabyte.
func delimited(out io.Writer) func(*dto.MetricFamily) error {
	var buffer []byte
	return func(family *dto.MetricFamily) (err error) {
		size := proto.Size(family)
		buffer = binary.AppendUvarint(slices.Grow(buffer[:0], size+binary.MaxVarintLen64), uint64(size))
		if buffer, err = (proto.MarshalOptions{UseCachedSize: true}).MarshalAppend(buffer, family); err != nil {
			return err
		}
		_, err = out.Write(buffer)
		return err
	}
}

// each hands over every family, each until send returns.
func (r *Registry) each(measured []*dto.MetricFamily, send func(*dto.MetricFamily) error) error {
	room := r.rooms.take()
	defer r.rooms.pool.Put(room)
	if err := r.situation.each(room, send); err != nil {
		return err
	}
	if err := r.telling.each(room, send); err != nil {
		return err
	}
	for _, family := range measured {
		if err := send(family); err != nil {
			return err
		}
	}
	return nil
}

// compressed is where to write to, and what ends it. The fastest level makes metrics a twentieth of
// their size; the usual one would make it hardly smaller and take three times as long.
func compressed(w http.ResponseWriter, req *http.Request) (io.Writer, func() error) {
	if !acceptsGzip(req.Header) {
		return w, func() error { return nil }
	}
	zip, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil { // never: the level is a valid one
		return w, func() error { return nil }
	}
	w.Header().Set("Content-Encoding", "gzip")
	return zip, zip.Close
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3). Who weighs it 0 does not want it.
func acceptsGzip(header http.Header) bool {
	for offer := range strings.SplitSeq(strings.Join(header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(offer, " ", ""), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.Trim(weight, "q=0.") != "" || weight == ""
		}
	}
	return false
}
