package powertest

import (
	"context"
	"io"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
)

// prober is a reader in the dress of a prober.
type prober struct {
	reader  power.Reader
	examine func(power.Result)
}

// Prober dresses a reader up as a prober, for checktest.BenchProbes.
func Prober(reader power.Reader) checks.Prober {
	return &prober{reader: reader, examine: func(power.Result) {}}
}

// Probe implements [checks.Prober].
func (p *prober) Probe(ctx context.Context) checks.Result {
	r := p.reader.Read(ctx)
	p.examine(r)
	return checks.Result{Reason: r.Reason, Text: r.Text}
}

// Close implements io.Closer for the readers that do.
func (p *prober) Close() error {
	if closer, ok := p.reader.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}
