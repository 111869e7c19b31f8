package demo

import (
	"context"
	"encoding/binary"
	"io"
	"net"
)

// The generator's controller keeps these holding registers; examples/city_hall has the map.
const (
	registerRunning    = 0 // 1 while the engine runs
	registerDeciliters = 1 // fuel in the tank, in 0.1 L
	registerWatts      = 2 // output, in two registers, the high one first
	registersKept      = 4
)

// Of Modbus TCP: the header (MODBUS Messaging on TCP/IP 1.0b, section 3.1.3: transaction,
// protocol, length, unit), the one function served, and how a refusal is told (MODBUS Application
// Protocol Specification V1.1b3, section 7).
const (
	modbusHeader     = 7
	modbusRequest    = 5   // function, address and quantity of a request to read
	modbusMost       = 253 // bytes that follow a header
	readHolding      = 3
	refusal          = 0x80
	illegalFunction  = 1
	illegalAddress   = 2
	illegalDataValue = 3
)

// controller serves the generator over Modbus TCP. It is written here because it must listen
// where the hall says and fall silent when the device fails; libraries open their own sockets.
func controller(ctx context.Context, d *Device, ln net.Listener) {
	converse(ctx, ln, func(conn net.Conn) {
		for {
			header, request, err := readModbus(conn)
			if err != nil || !d.think(ctx) {
				return
			}
			answer := d.hall.power.modbus(request)
			binary.BigEndian.PutUint16(header[4:], uint16(len(answer)+1)) // the unit counts
			if _, err := conn.Write(append(header, answer...)); err != nil {
				return
			}
		}
	})
}

// readModbus reads one request. What is no Modbus ends the conversation.
func readModbus(conn io.Reader) (header, request []byte, err error) {
	header = make([]byte, modbusHeader)
	if _, err := io.ReadFull(conn, header); err != nil {
		return nil, nil, err
	}
	length := int(binary.BigEndian.Uint16(header[4:])) - 1
	if length < 1 || length > modbusMost || binary.BigEndian.Uint16(header[2:]) != 0 {
		return nil, nil, io.ErrUnexpectedEOF
	}
	request = make([]byte, length)
	_, err = io.ReadFull(conn, request)
	return header, request, err
}

// modbus answers one request, both without their header.
func (p *Power) modbus(request []byte) []byte {
	function := request[0]
	refuse := func(why byte) []byte { return []byte{function | refusal, why} }
	switch {
	case function != readHolding:
		return refuse(illegalFunction)
	case len(request) != modbusRequest:
		return refuse(illegalDataValue)
	}
	first, count := int(binary.BigEndian.Uint16(request[1:])), int(binary.BigEndian.Uint16(request[3:]))
	kept := p.registers()
	switch {
	case count == 0:
		return refuse(illegalDataValue)
	case first+count > len(kept):
		return refuse(illegalAddress)
	}
	answer := []byte{function, byte(2 * count)}
	for _, v := range kept[first : first+count] {
		answer = binary.BigEndian.AppendUint16(answer, v)
	}
	return answer
}

func (p *Power) registers() []uint16 {
	kept := make([]uint16, registersKept)
	p.look(func() {
		if p.running {
			kept[registerRunning] = 1
		}
		watts := uint32(p.output())
		kept[registerDeciliters] = uint16(10 * p.liters)
		kept[registerWatts], kept[registerWatts+1] = uint16(watts>>16), uint16(watts)
	})
	return kept
}
