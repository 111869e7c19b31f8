package snmp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gosnmp/gosnmp"

	"github.com/keizoku-bcp/keizoku/checks"
)

// values are the answers of one reading. What the agent does not have is not in them.
type values struct {
	scalars map[string]any
	columns map[string]map[string]any // by name, then by the line's number
	alarms  []string                  // the OIDs of the alarms present
	base    string
	// alarmsRead tells that alarms are all there are, be it none.
	alarmsRead bool
}

const (
	// maxLines is the most lines of an input or output that are read; there are three phases.
	maxLines = 6
	// maxAlarms is the most alarms that are read; RFC 1628 defines 24.
	maxAlarms = 24
	// upsAlarmDescr holds the OID that names an alarm, beneath the base.
	upsAlarmDescr = ".6.2.1.2"
)

// statusError is an error that the agent answers with.
type statusError gosnmp.SNMPError

func (e statusError) Error() string {
	text := "the SNMP error " + gosnmp.SNMPError(e).String()
	if e.reason() == checks.AuthFailed {
		text += ": at this security level the user may not see the UPS"
	}
	return text
}

func (e statusError) reason() checks.Reason {
	if s := gosnmp.SNMPError(e); s == gosnmp.AuthorizationError || s == gosnmp.NoAccess {
		return checks.AuthFailed
	}
	return checks.WrongAnswer
}

// probe returns the MIB of which the agent has most, or "" when it has none.
func (s *session) probe() (string, error) {
	asked := []string{batteryStatus, onBattery, runtime, charge, outputSource}
	var oids []string
	for _, mib := range preference() {
		for _, name := range asked {
			oids = append(oids, newQuery(bases[mib], nil).scalars[name])
		}
	}
	got, err := s.get(oids)
	best, most := "", 0
	for _, mib := range preference() {
		has := 0
		for _, name := range asked {
			if _, ok := got[newQuery(bases[mib], nil).scalars[name]]; ok {
				has++
			}
		}
		if has > most {
			best, most = mib, has
		}
	}
	return best, err
}

// values asks for everything in q.
func (s *session) values(q query) (values, error) {
	v := values{base: q.base, scalars: make(map[string]any)}
	var oids []string
	for _, name := range q.order {
		if oid, ok := q.scalars[name]; ok {
			oids = append(oids, oid)
		}
	}
	got, err := s.get(oids)
	if err != nil {
		return v, err
	}
	for name, oid := range q.scalars {
		if value, ok := got[oid]; ok {
			v.scalars[name] = value
		}
	}
	if v.columns, err = s.walk(q.columns, maxLines); err != nil {
		return v, err
	}
	return v, s.alarms(&v)
}

// alarms reads the table of alarms when there are any.
func (s *session) alarms(v *values) error {
	count, ok := integer(v.scalars[alarmCount])
	if !ok || count <= 0 {
		v.alarmsRead = ok && count == 0
		return nil
	}
	table, err := s.walk(map[string]string{alarmTable: v.base + upsAlarmDescr}, maxAlarms)
	for _, oid := range table[alarmTable] {
		if text, ok := oid.(string); ok {
			v.alarms = append(v.alarms, text)
		}
	}
	slices.Sort(v.alarms)
	v.alarmsRead = len(v.alarms) > 0
	return err
}

// get asks for single objects and returns those that are there, by OID without leading dot.
func (s *session) get(oids []string) (map[string]any, error) {
	got := make(map[string]any, len(oids))
	for len(oids) > 0 {
		packet, err := s.send(func() (*gosnmp.SnmpPacket, error) { return s.client.Get(oids) })
		if err != nil {
			return got, err
		}
		at := int(packet.ErrorIndex) - 1
		switch status := packet.Error; {
		case status == gosnmp.NoError:
			collect(packet, got)
			return got, nil
		case status == gosnmp.TooBig && len(oids) > 1:
			half, err := s.get(oids[:len(oids)/2])
			if err != nil {
				return got, err
			}
			for oid, value := range half {
				got[oid] = value
			}
			oids = oids[len(oids)/2:]
		case (status == gosnmp.NoSuchName || status == gosnmp.GenErr) && at >= 0 && at < len(oids):
			oids = slices.Delete(slices.Clone(oids), at, at+1) // in the manner of v1: without it, once more
		default:
			return got, statusError(status)
		}
	}
	return got, nil
}

// collect takes what is there from an answer.
func collect(packet *gosnmp.SnmpPacket, into map[string]any) {
	for _, v := range packet.Variables {
		switch v.Type {
		case gosnmp.NoSuchObject, gosnmp.NoSuchInstance, gosnmp.EndOfMibView, gosnmp.Null:
		default:
			into[strings.TrimPrefix(v.Name, ".")] = v.Value
		}
	}
}

// walk reads at most rows rows of columns: by GETBULK, and where the agent has no GETBULK by
// GETNEXT.
func (s *session) walk(columns map[string]string, rows int) (map[string]map[string]any, error) {
	if len(columns) == 0 {
		return nil, nil
	}
	roots := make([]string, 0, len(columns))
	for _, oid := range columns {
		roots = append(roots, oid)
	}
	slices.Sort(roots)
	got := make(map[string]any)
	packet, err := s.send(func() (*gosnmp.SnmpPacket, error) {
		return s.client.GetBulk(roots, 0, uint32(rows))
	})
	switch {
	case err != nil:
		return nil, err
	case packet.Error == gosnmp.NoError:
		collect(packet, got)
	default:
		if err := s.step(roots, rows, got); err != nil {
			return nil, err
		}
	}
	return rowsOf(columns, got), nil
}

// step walks columns row by row.
func (s *session) step(roots []string, rows int, into map[string]any) error {
	next := roots
	for range rows {
		packet, err := s.send(func() (*gosnmp.SnmpPacket, error) { return s.client.GetNext(next) })
		if err != nil || packet.Error != gosnmp.NoError || len(packet.Variables) != len(next) {
			return err // no next object, or no table at all: absent
		}
		collect(packet, into)
		next = make([]string, len(packet.Variables))
		for i, v := range packet.Variables {
			next[i] = v.Name
		}
	}
	return nil
}

// rowsOf sorts what a walk has met into its columns; it has gone beyond their ends.
func rowsOf(columns map[string]string, got map[string]any) map[string]map[string]any {
	table := make(map[string]map[string]any, len(columns))
	for name, root := range columns {
		table[name] = make(map[string]any)
		for oid, value := range got {
			if line, ok := strings.CutPrefix(oid, root+"."); ok {
				table[name][line] = value
			}
		}
	}
	return table
}

// send counts a request and looks at the answer's kind.
func (s *session) send(request func() (*gosnmp.SnmpPacket, error)) (*gosnmp.SnmpPacket, error) {
	if s.left--; s.left < 0 {
		return nil, errTooMany
	}
	packet, err := request()
	if err != nil {
		return nil, err
	}
	if packet == nil || packet.PDUType != gosnmp.GetResponse {
		return nil, fmt.Errorf("an answer that is no response")
	}
	return packet, nil
}
