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

	"github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v3"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
)

// SocketName is the Unix socket in the state directory through which the command line acts.
const SocketName = "keizoku.sock"

// maxSocketPath is the longest path that fits a sockaddr_un on every platform.
const maxSocketPath = 103

// door is the agent's two ways in: TCP for readers and authenticated operators, and the Unix
// socket, which only the owner of the state directory can open and which therefore proves who acts.
type door struct {
	tcp       net.Listener
	socket    net.Listener
	webConfig string // path of the Prometheus web configuration file; empty: none
	tls       bool
	servers   [2]*http.Server
	running   sync.WaitGroup
	closing   sync.Once
}

// openDoor binds both listeners, so that what is wrong is known before the agent starts.
func openDoor(listen, stateDir, webConfig string, insecure bool) (*door, error) {
	if err := checkExposure(listen, webConfig, insecure); err != nil {
		return nil, err
	}
	tcp, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w%s", listen, err, listenHint(err))
	}
	socket, err := listenSocket(filepath.Join(stateDir, SocketName))
	if err != nil {
		_ = tcp.Close()
		return nil, err
	}
	config, err := readWebConfig(webConfig)
	if err != nil {
		_, _ = tcp.Close(), socket.Close()
		return nil, err
	}
	return &door{tcp: tcp, socket: socket, webConfig: webConfig, tls: config.hasTLS()}, nil
}

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
func checkExposure(listen, webConfig string, insecure bool) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("listen address %q: %w (write it as host:port)", listen, err)
	}
	if webConfig != "" {
		if err := web.Validate(webConfig); err != nil {
			return fmt.Errorf("web configuration file %s: %w", webConfig, err)
		}
	}
	if ip := net.ParseIP(host); host == "localhost" || (ip != nil && ip.IsLoopback()) || insecure {
		return nil
	}
	config, err := readWebConfig(webConfig)
	if err != nil {
		return err
	}
	if !config.hasTLS() {
		return fmt.Errorf("refusing to listen on %s without TLS: anyone on the network could read and forge "+
			"(set web_config_file to a file with tls_server_config, listen on 127.0.0.1, or set insecure = true in the agent block)", listen)
	}
	return nil
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

// serve answers requests until close; requests end when ctx does.
func (d *door) serve(ctx context.Context, handler http.Handler, log logger) {
	for i, h := range []http.Handler{d.identify(handler), handler} {
		d.servers[i] = &http.Server{
			Handler: h, BaseContext: func(net.Listener) context.Context { return ctx },
			ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, ErrorLog: log.std(),
		}
	}
	d.servers[1].ConnContext = withPeer
	no := false
	flags := &web.FlagConfig{WebConfigFile: &d.webConfig, WebSystemdSocket: &no}
	d.running.Go(func() { log.served(d.tcp, web.Serve(d.tcp, d.servers[0], flags, log.Logger)) })
	d.running.Go(func() { log.served(d.socket, d.servers[1].Serve(d.socket)) })
}

// withPeer marks what comes through the socket as its owner's, or root's. Anyone else cannot
// open it, except in the instant between its making and its closing to others.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	name, trusted := peerUser(c)
	if !trusted {
		return ctx
	}
	return api.WithActor(ctx, journal.Actor{User: name, Via: "socket"})
}

// close stops listening and waits for running requests until ctx ends. It may be called again.
func (d *door) close(ctx context.Context) {
	d.closing.Do(func() {
		_, _ = d.tcp.Close(), d.socket.Close()
		for _, s := range d.servers {
			if s != nil && s.Shutdown(ctx) != nil {
				_ = s.Close()
			}
		}
		d.running.Wait()
	})
}

// identify marks requests of users of the web configuration file. The password has been checked
// before they come here; a name that the file does not hold proves nothing.
func (d *door) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, _, ok := r.BasicAuth(); ok && d.webConfig != "" {
			if config, err := readWebConfig(d.webConfig); err == nil && config.Users[name] != "" {
				r = r.WithContext(api.WithActor(r.Context(), journal.Actor{User: name, Via: "http"}))
			}
		}
		next.ServeHTTP(w, r)
	})
}

// webConfigFile is what the agent itself needs of a Prometheus web configuration file.
type webConfigFile struct {
	TLS   map[string]any    `yaml:"tls_server_config"`
	Users map[string]string `yaml:"basic_auth_users"`
}

func (c webConfigFile) hasTLS() bool { return len(c.TLS) > 0 }

func readWebConfig(path string) (webConfigFile, error) {
	var config webConfigFile
	if path == "" {
		return config, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return config, fmt.Errorf("web configuration file: %w", err)
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		return config, fmt.Errorf("web configuration file %s: %w", path, err)
	}
	return config, nil
}

// userName returns the name of the operating-system user with the id, or "uid N".
func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid " + id
}
