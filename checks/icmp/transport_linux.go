package icmp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	xicmp "golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"
)

// bufferBytes is asked for on both sides of the socket. Receiving: a burst of answers while the
// processor is busy, at some 800 bytes of kernel memory each. Sending: see [errFull].
const bufferBytes = 4 << 20

// helpEvery is after how many sends without a read the sender reads the socket itself, or waits
// for whoever does. A burst of sends keeps the reader's goroutine off the processors for long
// enough that the answers would outgrow the buffer of a process without CAP_NET_ADMIN (some 500).
const helpEvery = 64

// linuxTransport sends and reads without waiting, straight at the file descriptor: the net
// package would wait for room in the send buffer past any context, and cannot read the error
// queue, where datagram sockets find the ICMP errors.
type linuxTransport struct {
	conn   *xicmp.PacketConn
	fd     syscall.RawConn
	family family
	ident  uint16
	isRaw  bool
	unread atomic.Int32 // sends since the last read began

	deliver func([]byte, netip.Addr)
	settle  func(message)

	// reading guards what follows; the reader and helping senders take turns.
	reading sync.Mutex
	buffer  [captureBytes + 60]byte // 60: the longest IPv4 header
	control [512]byte
}

func newTransport(f family, conn *xicmp.PacketConn, raw bool) (transport, error) {
	t := &linuxTransport{conn: conn, family: f, isRaw: raw}
	t.ident = identifier(conn, raw, uint16(rand.Uint32())) // any number does
	if err := t.prepare(); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("preparing the %s ICMP socket: %w", f, err)
	}
	return t, nil
}

func (t *linuxTransport) id() uint16 { return t.ident }
func (t *linuxTransport) raw() bool  { return t.isRaw }

// prepare sets what the socket must have. Larger buffers are good to have only.
func (t *linuxTransport) prepare() error {
	under, ok := t.packetConn().(syscall.Conn)
	if !ok {
		return errors.New("the connection has no file descriptor")
	}
	var err error
	if t.fd, err = under.SyscallConn(); err != nil {
		return err
	}
	if t.isRaw {
		err = t.filter()
	} else {
		err = t.queueErrors()
	}
	return errors.Join(err, t.enlarge())
}

func (t *linuxTransport) packetConn() net.PacketConn {
	if t.family == ip4 {
		return t.conn.IPv4PacketConn().PacketConn
	}
	return t.conn.IPv6PacketConn().PacketConn
}

// enlarge asks for more buffer than the system's limit first, which takes CAP_NET_ADMIN.
func (t *linuxTransport) enlarge() error {
	return t.fd.Control(func(fd uintptr) {
		for forced, polite := range map[int]int{unix.SO_RCVBUFFORCE: unix.SO_RCVBUF, unix.SO_SNDBUFFORCE: unix.SO_SNDBUF} {
			if unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, forced, bufferBytes) != nil {
				_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, polite, bufferBytes)
			}
		}
	})
}

// filter keeps a raw socket, which gets every ICMP packet of the machine, from waking us for
// anything but errors and the answers to our own identifier.
func (t *linuxTransport) filter() error {
	program, err := onlyAnswersTo(t.family, t.ident)
	if err != nil {
		return err
	}
	if t.family == ip4 {
		var f ipv4.ICMPFilter
		f.SetAll(true)
		for _, kind := range []ipv4.ICMPType{ipv4.ICMPTypeEchoReply, ipv4.ICMPTypeDestinationUnreachable, ipv4.ICMPTypeTimeExceeded} {
			f.Accept(kind)
		}
		p := t.conn.IPv4PacketConn()
		return errors.Join(p.SetICMPFilter(&f), p.SetBPF(program))
	}
	var f ipv6.ICMPFilter
	f.SetAll(true)
	for _, kind := range []ipv6.ICMPType{ipv6.ICMPTypeEchoReply, ipv6.ICMPTypeDestinationUnreachable, ipv6.ICMPTypePacketTooBig, ipv6.ICMPTypeTimeExceeded} {
		f.Accept(kind)
	}
	p := t.conn.IPv6PacketConn()
	return errors.Join(p.SetICMPFilter(&f), p.SetBPF(program))
}

// send implements transport. On a datagram socket an error may be the news about an earlier
// echo to another address: it is read from the error queue and the send tried again, so that
// only an error of this send itself lasts.
func (t *linuxTransport) send(b []byte, to netip.Addr) error {
	address, err := socketAddress(to)
	if err != nil {
		return err
	}
	var sent error
	err = t.fd.Control(func(fd uintptr) {
		t.admit(int(fd))
		sent = t.sendTo(int(fd), b, address)
	})
	switch {
	case err != nil:
		return err
	case isFull(sent):
		return errFull
	}
	return sent
}

func (t *linuxTransport) sendTo(fd int, b []byte, to unix.Sockaddr) (err error) {
	const tries = 4
	for range tries {
		err = unix.Sendto(fd, b, 0, to)
		switch {
		case err == nil, isFull(err), t.isRaw && err != unix.EINTR:
			return err
		case !t.isRaw:
			t.drain(fd)
		}
	}
	return err
}

func isFull(err error) bool { return errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.ENOBUFS) }

func (t *linuxTransport) bind(deliver func([]byte, netip.Addr), settle func(message)) {
	t.deliver, t.settle = deliver, settle
}

// receive implements transport.
func (t *linuxTransport) receive() {
	drain := func(fd uintptr) { t.drain(int(fd)) }
	read := func(fd uintptr) bool {
		drain(fd)
		return false // wait for more
	}
	for {
		err := t.fd.Read(read)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		// The poller refuses a socket that has an error and, for the moment, no room to send.
		_ = t.fd.Control(drain)
		time.Sleep(time.Millisecond)
	}
}

// drain reads all that is there.
func (t *linuxTransport) drain(fd int) {
	t.reading.Lock()
	defer t.reading.Unlock()
	t.read(fd)
}

// admit lets a send through when few have gone before it since the last read; else it reads, or
// waits for whoever does. It stands before the send, so that a reader that is held up holds all
// senders up.
func (t *linuxTransport) admit(fd int) {
	for {
		n := t.unread.Load()
		if n < helpEvery && t.unread.CompareAndSwap(n, n+1) {
			return
		}
		if n >= helpEvery {
			t.help(fd)
		}
	}
}

// help drains unless somebody did while the caller waited for a turn.
func (t *linuxTransport) help(fd int) {
	t.reading.Lock()
	defer t.reading.Unlock()
	if t.unread.Load() >= helpEvery {
		t.read(fd)
	}
}

// read takes errors first, because an unread one makes reading fail. The caller holds the lock.
func (t *linuxTransport) read(fd int) {
	const rounds = 1000 // a burst of errors may come between; an error that stays must not hold us
	t.unread.Store(0)
	for range rounds {
		for !t.isRaw && t.readError(fd) {
		}
		if !t.readMessages(fd) {
			return
		}
	}
}

// readMessages reads until there are no more, and reports whether an error stopped it before.
func (t *linuxTransport) readMessages(fd int) bool {
	for {
		n, from, err := unix.Recvfrom(fd, t.buffer[:], unix.MSG_DONTWAIT)
		if err != nil {
			return err != unix.EAGAIN
		}
		b := t.buffer[:n]
		if t.isRaw && t.family == ip4 {
			b = stripIPv4(b)
		}
		t.deliver(b, address(from))
	}
}

// Close implements transport.
func (t *linuxTransport) Close() error { return t.conn.Close() }
