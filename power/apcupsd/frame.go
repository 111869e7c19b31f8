package apcupsd

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// The bounds of an answer. apcupsd itself writes lines of at most 256 bytes, some fifty of them.
const (
	maxFrame  = 4 << 10
	maxAnswer = 64 << 10
)

// wrongAnswer is what no apcupsd says; the text follows the peer's address.
type wrongAnswer struct{ text string }

func (w *wrongAnswer) Error() string { return w.text }

func wrong(format string, args ...any) error { return &wrongAnswer{fmt.Sprintf(format, args...)} }

// status asks for the status and returns its fields.
func status(conn io.ReadWriter) (map[string]string, error) {
	request := binary.BigEndian.AppendUint16(nil, uint16(len("status")))
	if _, err := conn.Write(append(request, "status"...)); err != nil {
		return nil, err
	}
	fields := make(map[string]string, 48)
	answer := bufio.NewReaderSize(conn, maxFrame)
	for read := 0; read <= maxAnswer; {
		line, err := frame(answer)
		switch {
		case err != nil:
			return nil, err
		case line == "":
			return fields, complete(fields)
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, wrong("answers %.60q, which is no field of a status", line)
		}
		fields[strings.TrimSpace(key)] = strings.TrimSpace(value)
		read += len(line)
	}
	return nil, wrong("answers with more than %d bytes", maxAnswer)
}

// complete sees that an answer of fields is a status.
func complete(fields map[string]string) error {
	if _, ok := fields["STATUS"]; !ok {
		return wrong("answers without a STATUS")
	}
	return nil
}

// frame reads one frame: two bytes of length, the highest first, and as many bytes. The frame
// without bytes ends an answer.
func frame(answer *bufio.Reader) (string, error) {
	var length [2]byte
	if _, err := io.ReadFull(answer, length[:]); err != nil {
		return "", err
	}
	n := int(binary.BigEndian.Uint16(length[:]))
	if n > maxFrame {
		return "", wrong("does not speak the protocol of apcupsd: a frame of %d bytes", n)
	}
	line := make([]byte, n)
	if _, err := io.ReadFull(answer, line); err != nil {
		return "", err
	}
	return string(line), nil
}
