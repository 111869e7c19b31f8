package console

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// rendering is a page as it is sent. One of plain and zipped is there.
type rendering struct {
	status        int
	html          bool // else plain text
	plain, zipped []byte
}

// packed is the page compressed, once for all who get it: what is kept is a tenth of what is shown.
func (g rendering) packed() rendering {
	g.plain, g.zipped = nil, zip(g.plain)
	return g
}

// zip compresses in memory, which does not fail.
func zip(data []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = z.Write(data)
	_ = z.Close()
	return buf.Bytes()
}

func (g rendering) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if g.html {
		h.Set("Content-Type", "text/html; charset=utf-8")
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
	send(w, r, g.status, g.plain, g.zipped)
}

// send writes a body compressed where there is such a form and the reader takes it. A failed write
// means that the reader has gone.
func send(w http.ResponseWriter, r *http.Request, status int, plain, zipped []byte) {
	switch {
	case zipped != nil && acceptsGzip(r.Header):
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(len(zipped)))
		w.WriteHeader(status)
		_, _ = w.Write(zipped)
	case plain != nil:
		w.Header().Set("Content-Length", strconv.Itoa(len(plain)))
		w.WriteHeader(status)
		_, _ = w.Write(plain)
	default:
		w.WriteHeader(status)
		unzip(w, zipped)
	}
}

// unzip writes what zip compressed, for the few readers that cannot do it themselves.
func unzip(w io.Writer, zipped []byte) {
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return
	}
	_, _ = io.Copy(w, z) //nolint:gosec // it is as long as the page that was made
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3): a weight of zero is a refusal.
func acceptsGzip(h http.Header) bool {
	for part := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if coding = strings.TrimSpace(coding); !strings.EqualFold(coding, "gzip") && coding != "*" {
			continue
		}
		_, q, _ := strings.Cut(weight, "=")
		if value, err := strconv.ParseFloat(strings.TrimSpace(q), 64); err != nil || value > 0 {
			return true
		}
	}
	return false
}
