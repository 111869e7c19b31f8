package snmp

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

// FuzzTranslate: whatever an agent says, the reading holds only what can be true.
func FuzzTranslate(f *testing.F) {
	f.Add(int64(65535), "ups", uint8(0))
	f.Add(int64(-1), "\x00\xff", uint8(7))
	f.Fuzz(func(t *testing.T, n int64, text string, pick uint8) {
		v := values{base: "1.3.6.1.2.1.33.1", scalars: map[string]any{}, columns: map[string]map[string]any{}}
		for i, o := range objects() {
			value := [...]any{int(n), []byte(text), uint32(n), uint64(n), text, nil, int(n >> 7), n % 101}[(i+int(pick))%8]
			if o.column {
				v.columns[o.name] = map[string]any{"1": value, text: int(n), "2": int(n % 1000)}
			} else {
				v.scalars[o.name] = value
			}
		}
		v.alarms = []string{text, v.base + ".6.3.1"}
		v.alarmsRead = pick > 128
		for _, fault := range powertest.Faults(translate(v, time.Unix(n%(1<<40), 0))) {
			t.Error(fault)
		}
	})
}

// FuzzAnswer: whatever datagram comes, a reading ends with a result and a text.
func FuzzAnswer(f *testing.F) {
	f.Add(answer("public", upsMIB())(request(f))[0])
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	var datagram atomic.Value
	address := serve(f, func([]byte) [][]byte { return [][]byte{datagram.Load().([]byte)} })
	settings := powertest.Settings(f, Protocol(), fmt.Sprintf("address = %q\ncommunity = \"public\"", address))
	f.Fuzz(func(t *testing.T, d []byte) {
		datagram.Store(d)
		reader, err := Protocol().New(settings, &power.Env{Timeout: 30 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		got := reader.Read(ctx)
		if got.OK() == (got.Text != "") {
			t.Errorf("%s with the text %q", got.Reason, got.Text)
		}
	})
}

func noise([]byte) [][]byte {
	random := make([]byte, 60_000)
	_, _ = rand.Read(random)
	return [][]byte{{}, {0x30}, {0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, random}
}

// nested is a sequence in a sequence in a sequence, as deep as a datagram holds, with every
// length right.
func nested([]byte) [][]byte {
	const depth = 15_000
	bomb := make([]byte, 0, 4*depth)
	for i := range depth {
		rest := 4 * (depth - i - 1)
		bomb = append(bomb, 0x30, 0x82, byte(rest>>8), byte(rest))
	}
	return [][]byte{bomb}
}
