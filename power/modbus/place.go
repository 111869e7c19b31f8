package modbus

import (
	"encoding/binary"
	"math"
	"slices"
)

// isBit reports whether the place is one bit by itself.
func (p *Place) isBit() bool { return p.Kind == "coil" || p.Kind == "discrete" }

// wide reports whether the number takes two registers.
func (p *Place) wide() bool { return p.Type == "uint32" || p.Type == "int32" || p.Type == "float32" }

// quantity is how many registers or bits are asked for.
func (p *Place) quantity() uint16 {
	if p.wide() && !p.isBit() {
		return 2
	}
	return 1
}

// function is the Modbus function that reads the place.
func (p *Place) function() byte {
	return map[string]byte{"coil": readCoils, "discrete": readDiscreteInputs, "holding": readHoldingRegisters, "input": readInputRegisters}[p.Kind]
}

// raw turns the bytes of an answer, big endian as the protocol has them, into a number. ok is
// false when the controller says by it that it does not know. The length of data is that of
// quantity.
func (p *Place) raw(data []byte, s *Settings) (n float64, ok bool) {
	if p.isBit() {
		return float64(data[0] & 1), true
	}
	data = slices.Clone(data)
	if s.ByteOrder == "little" {
		for i := 0; i+1 < len(data); i += 2 {
			data[i], data[i+1] = data[i+1], data[i]
		}
	}
	if len(data) == 4 && s.WordOrder == "low_first" {
		data[0], data[1], data[2], data[3] = data[2], data[3], data[0], data[1]
	}
	n = p.typed(data)
	return n, !math.IsNaN(n) && !slices.Contains(p.Absent, n)
}

func (p *Place) typed(data []byte) float64 {
	switch p.Type {
	case "int16":
		return float64(int16(binary.BigEndian.Uint16(data)))
	case "uint32":
		return float64(binary.BigEndian.Uint32(data))
	case "int32":
		return float64(int32(binary.BigEndian.Uint32(data)))
	case "float32":
		return float64(math.Float32frombits(binary.BigEndian.Uint32(data)))
	default:
		return float64(binary.BigEndian.Uint16(data))
	}
}

// number is the number in the plan's unit.
func (p *Place) number(raw float64) float64 {
	if p.Scale != nil {
		raw *= *p.Scale
	}
	return raw + p.Offset
}

// truth is the number taken as yes or no.
func (p *Place) truth(raw float64) bool {
	switch {
	case p.Bit != nil:
		return uint32(int64(raw))>>*p.Bit&1 == 1
	case len(p.Equals) > 0:
		return slices.Contains(p.Equals, raw)
	default:
		return raw != 0
	}
}

// present reports whether the alarm is there.
func (a *Alarm) present(raw float64) bool {
	switch {
	case a.Above != nil && a.number(raw) > *a.Above, a.Below != nil && a.number(raw) < *a.Below:
		return true
	case a.Above != nil || a.Below != nil:
		return false
	default:
		return a.truth(raw)
	}
}
