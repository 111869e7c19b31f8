package snmp

import (
	"cmp"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gosnmp/gosnmp"
)

// mib is what a fake agent has: int, uint or string by OID.
type mib map[string]any

// upsMIB is the UPS-MIB of a small UPS on utility power.
func upsMIB() mib {
	return with(mib{},
		"1.1.0", "PartsTest", "1.2.0", "SNMP UPS 3000", "2.1.0", 2, "2.2.0", 0, "2.3.0", 30, "2.4.0", 100,
		"2.7.0", 25, "3.2.0", uint(1), "3.3.1.2.1", 600, "3.3.1.3.1", 101, "4.1.0", 3,
		"4.4.1.2.1", 100, "4.4.1.3.1", 25, "4.4.1.4.1", 240, "4.4.1.5.1", 12, "6.1.0", uint(0),
		"7.3.0", 6, "9.5.0", 3000, "9.6.0", 2700)
}

// with returns m changed: pairs of an OID beneath UPS-MIB's base and its value.
func with(m mib, pairs ...any) mib {
	m = maps.Clone(m)
	for i := 0; i < len(pairs); i += 2 {
		m[bases["rfc1628"]+"."+pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// alarmed is upsMIB with one of the well-known alarms.
func alarmed(number string) mib {
	return with(upsMIB(), "6.1.0", uint(1), "6.2.1.2.3", oid("."+bases["rfc1628"]+".6.3."+number))
}

type oid string

// under moves a MIB beneath another base.
func under(m mib, name string) mib {
	moved := make(mib, len(m))
	for oid, value := range m {
		moved[strings.Replace(oid, bases["rfc1628"], bases[name], 1)] = value
	}
	return moved
}

// refusing makes an agent answer as SNMPv1 does: noSuchName for the first that it lacks, and
// nothing to GETBULK.
func refusing(m mib) mib { return with(m, "v1", true) }

// hook may answer in place of the agent.
type hook func(*gosnmp.SnmpPacket, func(gosnmp.SNMPError, uint8, []gosnmp.SnmpPDU) []byte) []byte

// handler answers a datagram with others.
type handler func([]byte) [][]byte

func nothing([]byte) [][]byte { return nil }

func answer(community string, m mib) handler {
	return answering(community, m, func(r *gosnmp.SnmpPacket, reply func(gosnmp.SNMPError, uint8, []gosnmp.SnmpPDU) []byte) []byte {
		if m[bases["rfc1628"]+".v1"] == nil {
			return nil
		}
		for i, v := range r.Variables {
			if m[strings.TrimPrefix(v.Name, ".")] == nil && r.PDUType == gosnmp.GetRequest {
				return reply(gosnmp.NoSuchName, uint8(i+1), r.Variables)
			}
		}
		if r.PDUType == gosnmp.GetBulkRequest {
			return reply(gosnmp.GenErr, 0, r.Variables)
		}
		return nil
	})
}

// answering is an agent that knows one community and is silent to all others.
func answering(community string, m mib, first hook) handler {
	oids := slices.SortedFunc(maps.Keys(m), compareOIDs)
	return func(datagram []byte) [][]byte {
		decoder := &gosnmp.GoSNMP{Version: gosnmp.Version2c}
		request, err := decoder.SnmpDecodePacket(datagram)
		if err != nil || request.Community != community {
			return nil
		}
		reply := func(status gosnmp.SNMPError, index uint8, variables []gosnmp.SnmpPDU) []byte {
			p := &gosnmp.SnmpPacket{
				Version: gosnmp.Version2c, Community: community, PDUType: gosnmp.GetResponse,
				RequestID: request.RequestID, Error: status, ErrorIndex: index, Variables: variables,
			}
			out, err := p.MarshalMsg()
			if err != nil {
				panic(err)
			}
			return out
		}
		if out := first(request, reply); out != nil {
			return [][]byte{out}
		}
		return [][]byte{reply(gosnmp.NoError, 0, m.find(oids, request))}
	}
}

// find answers the variables of a request.
func (m mib) find(oids []string, request *gosnmp.SnmpPacket) (found []gosnmp.SnmpPDU) {
	next := func(after string) gosnmp.SnmpPDU {
		i, exact := slices.BinarySearchFunc(oids, after, compareOIDs)
		if exact {
			i++
		}
		if i >= len(oids) {
			return gosnmp.SnmpPDU{Name: "." + after, Type: gosnmp.EndOfMibView}
		}
		return m.pdu(oids[i])
	}
	asked := make([]string, len(request.Variables))
	for i, v := range request.Variables {
		asked[i] = strings.TrimPrefix(v.Name, ".")
	}
	repeat := 1
	if request.PDUType == gosnmp.GetBulkRequest {
		repeat = int(request.MaxRepetitions)
	}
	for range repeat {
		for i := range asked {
			pdu := m.pdu(asked[i])
			if request.PDUType != gosnmp.GetRequest {
				pdu = next(asked[i])
				asked[i] = strings.TrimPrefix(pdu.Name, ".")
			}
			found = append(found, pdu)
		}
	}
	return found
}

func (m mib) pdu(name string) gosnmp.SnmpPDU {
	pdu := gosnmp.SnmpPDU{Name: "." + name, Type: gosnmp.NoSuchInstance}
	switch v := m[name].(type) {
	case int:
		pdu.Type, pdu.Value = gosnmp.Integer, v
	case uint:
		pdu.Type, pdu.Value = gosnmp.Gauge32, uint32(v)
	case string:
		pdu.Type, pdu.Value = gosnmp.OctetString, v
	case oid:
		pdu.Type, pdu.Value = gosnmp.ObjectIdentifier, string(v)
	}
	return pdu
}

func compareOIDs(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, _ := strconv.Atoi(x)
		n, _ := strconv.Atoi(y)
		return cmp.Compare(m, n)
	})
}

// serve answers datagrams on a free port until the test ends.
func serve(t testing.TB, h handler) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); answerAll(conn, h) }()
	t.Cleanup(func() { conn.Close(); <-done })
	return conn.LocalAddr().String()
}

func answerAll(conn net.PacketConn, h handler) {
	buffer := make([]byte, 1<<16)
	for {
		n, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		for _, out := range h(slices.Clone(buffer[:n])) {
			_, _ = conn.WriteTo(out, from)
		}
	}
}

// request is the datagram of an ordinary request.
func request(t testing.TB) []byte {
	t.Helper()
	client := &gosnmp.GoSNMP{Version: gosnmp.Version2c, Community: "public"}
	out, err := client.SnmpEncodePacket(gosnmp.GetRequest, []gosnmp.SnmpPDU{{Name: ".1.3.6.1.2.1.33.1.2.1.0", Type: gosnmp.Null}}, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
