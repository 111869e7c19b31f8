package modbus

import (
	"io"
	"log"
	"maps"
	"math"
	"net"
	"sync"
	"testing"

	theirs "github.com/simonvetter/modbus"
)

// genset is a map with everything in it; controller fills its registers.
const genset = `
register "running" {
  address = 1
  equals  = [3, 4]
}
register "fuel_liters" {
  address = 10
  type    = "uint32"
  scale   = 0.1
}
register "fuel_ratio" {
  address = 12
  kind    = "input"
}
register "output_watts" {
  address = 20
  type    = "float32"
  unit    = "kW"
}
register "output_va" {
  address = 22
  scale   = 0.1
  offset  = -10
  unit    = "kVA"
}
register "load_ratio" {
  address = 23
  type    = "int16"
  unit    = "%"
}
register "input_volts" {
  address = 24
  absent  = [65535]
}
alarm "油圧低下" {
  address = 2
  kind    = "discrete"
}
alarm "emergency stop" {
  address = 3
  kind    = "coil"
}
alarm "over temperature" {
  address = 30
  bit     = 4
}
alarm "start battery low" {
  address = 31
  scale   = 0.1
  below   = 23.5
}
alarm "over speed" {
  address = 32
  above   = 1650
}
`

// registers of a controller, by kind and address.
type registers struct {
	mu              sync.Mutex
	holding, input  map[uint16]uint16
	coils, discrete map[uint16]bool
}

func (c *registers) set(holding map[uint16]uint16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.Copy(c.holding, holding)
}

func idle() *registers {
	kw := math.Float32bits(12.5)
	return &registers{
		holding: map[uint16]uint16{
			1: 0, 10: 0, 11: 9500, 20: uint16(kw >> 16), 21: uint16(kw), 22: 250, 23: 8, 24: 65535, 30: 0, 31: 252, 32: 1500,
		},
		input: map[uint16]uint16{12: 100},
		coils: map[uint16]bool{3: false}, discrete: map[uint16]bool{2: true},
	}
}

// free is an address that nobody has at the moment, for servers that take a number only.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// serve serves the registers with simonvetter/modbus on a free port.
func (c *registers) serve(t *testing.T) string {
	t.Helper()
	address := free(t)
	server, err := theirs.NewServer(&theirs.ServerConfiguration{
		URL: "tcp://" + address, MaxClients: 5, Logger: log.New(io.Discard, "", 0),
	}, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	return address
}

func words[T any](c *registers, kept map[uint16]T, address, quantity uint16) ([]T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []T
	for i := range quantity {
		v, ok := kept[address+i]
		if !ok {
			return nil, theirs.ErrIllegalDataAddress
		}
		found = append(found, v)
	}
	return found, nil
}

func (c *registers) HandleCoils(r *theirs.CoilsRequest) ([]bool, error) {
	return words(c, c.coils, r.Addr, r.Quantity)
}

func (c *registers) HandleDiscreteInputs(r *theirs.DiscreteInputsRequest) ([]bool, error) {
	return words(c, c.discrete, r.Addr, r.Quantity)
}

func (c *registers) HandleHoldingRegisters(r *theirs.HoldingRegistersRequest) ([]uint16, error) {
	return words(c, c.holding, r.Addr, r.Quantity)
}

func (c *registers) HandleInputRegisters(r *theirs.InputRegistersRequest) ([]uint16, error) {
	return words(c, c.input, r.Addr, r.Quantity)
}
