package dns

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

// nameServer answers over UDP and TCP on one port: each packet that answer returns is sent.
type nameServer func(query dnsmessage.Message, overTCP bool) [][]byte

// start serves on 127.0.0.1 until the test ends and returns the address.
func (answer nameServer) start(t testing.TB) string {
	t.Helper()
	address, conn := answer.listen(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		answer.datagrams(conn)
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return address
}

// listen finds a port that is free for both transports.
func (answer nameServer) listen(t testing.TB) (address string, conn net.PacketConn) {
	t.Helper()
	var err error
	for range 10 {
		address = checktest.Serve(t, answer.stream)
		if conn, err = net.ListenPacket("udp", address); err == nil {
			return address, conn
		}
	}
	t.Fatal(err)
	return "", nil
}

func (answer nameServer) datagrams(conn net.PacketConn) {
	packet := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFrom(packet)
		if err != nil {
			return
		}
		for _, out := range answer.to(packet[:n], false) {
			conn.WriteTo(out, from)
		}
	}
}

func (answer nameServer) stream(conn net.Conn) {
	var length uint16
	if binary.Read(conn, binary.BigEndian, &length) != nil {
		return
	}
	packet := make([]byte, length)
	if _, err := io.ReadFull(conn, packet); err != nil {
		return
	}
	for _, out := range answer.to(packet, true) {
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...))
	}
}

func (answer nameServer) to(packet []byte, overTCP bool) [][]byte {
	var query dnsmessage.Message
	if query.Unpack(packet) != nil {
		return nil
	}
	return answer(query, overTCP)
}

// zone is a name server for the names of a city hall.
func zone(query dnsmessage.Message, overTCP bool) [][]byte {
	name := query.Questions[0].Name.String()
	switch {
	case strings.HasPrefix(name, "garbage."):
		return [][]byte{[]byte("what?")}
	case strings.HasPrefix(name, "late."): // strays first, as an attacker would
		other := query
		other.ID++
		wrongName := pack(respond(query, dnsmessage.RCodeSuccess))
		copy(wrongName[13:], "LAST")
		return [][]byte{[]byte("what?"), pack(respond(other, dnsmessage.RCodeSuccess)), wrongName, pack(respond(query, dnsmessage.RCodeSuccess, a(1)))}
	case strings.HasPrefix(name, "long.") && !overTCP:
		short := respond(query, dnsmessage.RCodeSuccess)
		short.Truncated = true
		return [][]byte{pack(short)}
	case strings.HasPrefix(name, "silent."):
		return nil
	}
	return [][]byte{pack(lookUp(query, name))}
}

func lookUp(query dnsmessage.Message, name string) dnsmessage.Message {
	codes := map[string]dnsmessage.RCode{
		"missing.example.": dnsmessage.RCodeNameError, "broken.example.": dnsmessage.RCodeServerFailure,
		"forbidden.example.": dnsmessage.RCodeRefused,
	}
	if code, ok := codes[strings.ToLower(name)]; ok {
		return respond(query, code)
	}
	mail := dnsmessage.MustNewName("Mail.Example.")
	switch query.Questions[0].Type {
	case dnsmessage.TypeA:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.CNAMEResource{CNAME: mail}, a(7), a(8))
	case dnsmessage.TypeAAAA:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.AAAAResource{AAAA: [16]byte{0x20, 1, 0xd, 0xb8, 15: 7}})
	case dnsmessage.TypeCNAME:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.CNAMEResource{CNAME: mail})
	case dnsmessage.TypeMX:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.MXResource{Pref: 10, MX: mail})
	case dnsmessage.TypeNS:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.NSResource{NS: mail})
	case dnsmessage.TypePTR:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.PTRResource{PTR: mail})
	case dnsmessage.TypeSOA:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.SOAResource{NS: mail, MBox: mail, Serial: 1, Refresh: 2, Retry: 3, Expire: 4, MinTTL: 5})
	case dnsmessage.TypeSRV:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.SRVResource{Priority: 1, Weight: 2, Port: 389, Target: mail})
	case dnsmessage.TypeTXT:
		return respond(query, dnsmessage.RCodeSuccess, &dnsmessage.TXTResource{TXT: []string{"v=spf1 ", "-all\n"}})
	}
	return respond(query, dnsmessage.RCodeNotImplemented)
}

// respond makes the response to query with the records given.
func respond(query dnsmessage.Message, code dnsmessage.RCode, records ...dnsmessage.ResourceBody) dnsmessage.Message {
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: query.ID, Response: true, RCode: code, RecursionDesired: query.RecursionDesired},
		Questions: query.Questions,
	}
	for _, body := range records {
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: query.Questions[0].Name, Class: dnsmessage.ClassINET, TTL: 60}, Body: body,
		})
	}
	return m
}

func a(last byte) dnsmessage.ResourceBody { return &dnsmessage.AResource{A: [4]byte{192, 0, 2, last}} }

func pack(m dnsmessage.Message) []byte {
	packet, err := m.Pack()
	if err != nil {
		panic(err) // a mistake in this file
	}
	return packet
}
