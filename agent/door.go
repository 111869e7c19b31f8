package agent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/access/webfile"
	"github.com/keizoku-bcp/keizoku/journal"
)

// SocketName is the Unix socket in the state directory through which the command line acts.
const SocketName = "keizoku.sock"

// maxSocketPath is the longest path that fits a sockaddr_un on every platform.
const maxSocketPath = 103

// door is the agent's two ways in: TCP for readers and authenticated operators, and the Unix
// socket, which only the owner of the state directory can open and which therefore proves who acts.
type door struct {
	tcp net.Listener
	// socket is nil, and shut says why, while the state directory takes no writes: then it is tried
	// again each retry.
	socket  net.Listener
	path    string // of the socket
	shut    error
	retry   time.Duration
	web     *webfile.File
	tls     bool
	servers [2]*http.Server
	running sync.WaitGroup
	closing sync.Once
}

// openDoor binds both listeners, so that what is wrong is known before the agent starts.
func openDoor(listen, stateDir string, web *webfile.File, insecure bool) (*door, error) {
	if err := checkExposure(listen, web.TLS(), insecure); err != nil {
		return nil, err
	}
	tcp, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w%s", listen, err, listenHint(err))
	}
	d := &door{tcp: tcp, path: filepath.Join(stateDir, SocketName), retry: socketEvery, web: web, tls: web.TLS()}
	if d.socket, err = listenSocket(d.path); journal.RefusesWrites(err) {
		d.shut = err // no reason not to watch: the disk may take it later
	} else if err != nil {
		_ = tcp.Close()
		return nil, err
	}
	return d, nil
}

// socketEvery is how often a socket is tried that could not be made.
const socketEvery = 10 * time.Second

// listenHint says what to do about a listener that could not be opened.
func listenHint(err error) string {
	if errors.Is(err, syscall.EADDRINUSE) {
		return " (is another agent running? choose another address with --listen)"
	}
	return " (choose another address with --listen, as host:port)"
}

// url is where people find the agent.
func (d *door) url() string { return d.scheme() + "://" + d.tcp.Addr().String() }

func (d *door) scheme() string {
	if d.tls {
		return "https"
	}
	return "http"
}

// checkExposure refuses to serve beyond loopback in the clear.
func checkExposure(listen string, tls, insecure bool) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("listen address %q: %w (write it as host:port)", listen, err)
	}
	if ip := net.ParseIP(host); host == "localhost" || (ip != nil && ip.IsLoopback()) || tls || insecure {
		return nil
	}
	return fmt.Errorf("refusing to listen on %s without TLS: anyone on the network could read and forge "+
		"(set web_config_file to a file with tls_server_config, listen on 127.0.0.1, or set insecure = true in the agent block)", listen)
}

// listenSocket opens the Unix socket for its owner alone. A left-over of a killed agent is
// removed: the journal's lock, which is held by now, proves that no other agent uses it.
func listenSocket(path string) (net.Listener, error) {
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("the socket's path is longer than %d bytes: %s (choose a shorter --state-dir)", maxSocketPath, path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the old socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on the socket %s: %w", path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("close the socket to others: %w", err)
	}
	return l, nil
}

// Times that a client may take: longer ones hold a connection for nothing. Event streams, which
// last, lift the first two for themselves.
const (
	readTimeout  = 30 * time.Second
	writeTimeout = 2 * time.Minute
	idleTimeout  = 2 * time.Minute
)

// serve answers requests until close; requests end when ctx does. What comes by TCP goes through
// the gate.
func (d *door) serve(ctx context.Context, gate *access.Gate, handler http.Handler, log logger) {
	for i, h := range []http.Handler{d.web.Handler(gate.Identify(handler)), handler} {
		d.servers[i] = &http.Server{
			Handler: h, BaseContext: func(net.Listener) context.Context { return ctx },
			ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, ErrorLog: log.std(),
		}
	}
	d.servers[1].ConnContext = withPeer
	d.running.Go(func() { log.served(d.tcp, d.web.Serve(d.tcp, d.servers[0])) })
	d.running.Go(func() {
		if socket := d.awaitSocket(ctx, log); socket != nil {
			log.served(socket, d.servers[1].Serve(socket))
		}
	})
}

// awaitSocket returns the socket as soon as the state directory takes it; nil when ctx has ended.
func (d *door) awaitSocket(ctx context.Context, log logger) net.Listener {
	if d.socket != nil {
		return d.socket
	}
	log.Error("nobody can act through the socket, or make links to sign in: it is tried again until the disk takes it",
		"socket", d.path, "err", d.shut)
	again := time.NewTicker(d.retry)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
		}
		if socket, err := listenSocket(d.path); err == nil {
			log.Warn("people can act through the socket again", "socket", d.path)
			return socket
		}
	}
}

// withPeer marks what comes through the socket as its owner's, or root's. Anyone else cannot
// open it, except in the instant between its making and its closing to others.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	name, trusted := peerUser(c)
	if !trusted {
		return ctx
	}
	return access.With(ctx, access.Identity{Actor: journal.Actor{User: name, Via: "socket"}, Role: access.Operator})
}

// close stops listening and waits for running requests until ctx ends. It may be called again.
func (d *door) close(ctx context.Context) {
	d.closing.Do(func() {
		_ = d.tcp.Close()
		if d.socket != nil {
			_ = d.socket.Close()
		}
		for _, s := range d.servers {
			if s != nil && s.Shutdown(ctx) != nil {
				_ = s.Close()
			}
		}
		d.running.Wait()
	})
}

// userName returns the name of the operating-system user with the id, or "uid N".
func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid " + id
}
