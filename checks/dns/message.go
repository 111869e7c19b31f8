package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// recordTypes are the types of records that can be asked for.
var recordTypes = map[string]dnsmessage.Type{
	"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA, "CNAME": dnsmessage.TypeCNAME,
	"MX": dnsmessage.TypeMX, "NS": dnsmessage.TypeNS, "PTR": dnsmessage.TypePTR,
	"SOA": dnsmessage.TypeSOA, "SRV": dnsmessage.TypeSRV, "TXT": dnsmessage.TypeTXT,
}

const noError = "NOERROR"

// anyCode stands for every response code: whoever gives one is alive.
const anyCode = "any"

// codeNames are the response codes (RFC 1035, section 4.1.1) as operators know them.
var codeNames = [...]string{noError, "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"}

func codeName(code dnsmessage.RCode) string {
	if int(code) < len(codeNames) {
		return codeNames[code]
	}
	return "RCODE" + strconv.Itoa(int(code))
}

// question is a query, packed but for its id.
type question struct {
	asked  dnsmessage.Question
	packed []byte
}

// newQuestion makes the query for a name. It speaks plain DNS without EDNS: old servers answer
// FORMERR to that, and what does not fit into 512 bytes is asked for over TCP.
func newQuestion(name, recordType string, recursion bool) (question, error) {
	full, err := fullName(name, recordType)
	if err != nil {
		return question{}, err
	}
	parsed, err := dnsmessage.NewName(full)
	if err != nil {
		return question{}, errors.New("the name is longer than 255 characters")
	}
	q := question{asked: dnsmessage.Question{Name: parsed, Type: recordTypes[recordType], Class: dnsmessage.ClassINET}}
	message := dnsmessage.Message{
		Header:    dnsmessage.Header{RecursionDesired: recursion},
		Questions: []dnsmessage.Question{q.asked},
	}
	if q.packed, err = message.Pack(); err != nil {
		return question{}, errors.New("the name has a part that is empty or longer than 63 characters")
	}
	return q, nil
}

// fullName is name with a dot at the end; an address becomes the name of its PTR record.
func fullName(name, recordType string) (string, error) {
	if ip, err := netip.ParseAddr(name); err == nil {
		if recordType != "PTR" {
			return "", fmt.Errorf("an address has a PTR record only, and the type is %s", recordType)
		}
		return reverseName(ip), nil
	}
	for _, r := range name {
		if r <= ' ' || r > '~' {
			return "", errors.New("names are in ASCII without spaces; write others in their xn-- form")
		}
	}
	if name == "" {
		return "", errors.New("the name is empty")
	}
	return strings.TrimSuffix(name, ".") + ".", nil
}

// reverseName is the name of an address's PTR record (RFC 1035, section 3.5; RFC 3596).
func reverseName(ip netip.Addr) string {
	var b strings.Builder
	bytes := ip.Unmap().AsSlice()
	for i := len(bytes) - 1; i >= 0; i-- {
		if len(bytes) == 4 {
			fmt.Fprintf(&b, "%d.", bytes[i])
		} else {
			fmt.Fprintf(&b, "%x.%x.", bytes[i]&15, bytes[i]>>4)
		}
	}
	if len(bytes) == 4 {
		return b.String() + "in-addr.arpa."
	}
	return b.String() + "ip6.arpa."
}

// withID returns the packet to send.
func (q question) withID(id uint16) []byte {
	packet := append([]byte(nil), q.packed...)
	packet[0], packet[1] = byte(id>>8), byte(id)
	return packet
}

// reply is what a server answered.
type reply struct {
	code      string
	truncated bool
	answers   []string // of the type asked for, in canonical form
}

var (
	errNoMessage = errors.New("it is no DNS message")
	errNotOurs   = errors.New("it does not answer the question asked")
)

// parse reads a packet that should answer the question sent with id.
func (q question) parse(packet []byte, id uint16) (reply, error) {
	var p dnsmessage.Parser
	header, err := p.Start(packet)
	if err != nil {
		return reply{}, errNoMessage
	}
	asked, err := p.AllQuestions()
	if err != nil {
		return reply{}, errNoMessage
	}
	if !header.Response || header.ID != id || !q.repeated(asked, header.RCode) {
		return reply{}, errNotOurs
	}
	r := reply{code: codeName(header.RCode), truncated: header.Truncated}
	if header.Truncated {
		return r, nil
	}
	r.answers, err = q.answers(&p)
	return r, err
}

// repeated reports whether a reply repeats the question, as it must; servers that could not read
// the query may leave it out.
func (q question) repeated(asked []dnsmessage.Question, code dnsmessage.RCode) bool {
	if len(asked) == 0 {
		return code != dnsmessage.RCodeSuccess
	}
	a := asked[0]
	return len(asked) == 1 && a.Type == q.asked.Type && a.Class == q.asked.Class &&
		strings.EqualFold(a.Name.String(), q.asked.Name.String())
}

// answers returns the records of the type asked for; aliases on the way are left out.
func (q question) answers(p *dnsmessage.Parser) (texts []string, err error) {
	for {
		record, err := p.Answer()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return texts, nil
		}
		if err != nil {
			return nil, errNoMessage
		}
		if record.Header.Type == q.asked.Type {
			texts = append(texts, recordText(record.Body))
		}
	}
}
