// Package webfile serves by a Prometheus web configuration file: TLS, client certificates, headers,
// the bound of requests, and the list of users.
//
// The format, its checks and its TLS are those of github.com/prometheus/exporter-toolkit. That
// library's own server asks every request for a user's password, which leaves no room for signing
// in on a page or by a link; so the users are handed out here, and package access checks them.
package webfile

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v3"
	"golang.org/x/time/rate"
)

// File is a web configuration file. It is read anew whenever somebody asks, as the toolkit does, so
// that a user who was taken out is out. It is safe for concurrent use.
type File struct {
	path    string // empty: there is none
	log     *slog.Logger
	secure  bool // whether it asked for TLS when it was opened; a listener cannot change that
	limiter *rate.Limiter

	mu     sync.Mutex
	taken  []byte // what config was made of
	config *web.Config
	users  map[string]string
	failed string // why the newest reading was not taken over, as it was logged; empty: it was
}

// Open reads a file. An empty path is a file that asks for nothing.
func Open(path string, log *slog.Logger) (*File, error) {
	f := &File{path: path, log: log, config: defaults()}
	if path == "" {
		return f, nil
	}
	data, config, err := f.read()
	if err != nil {
		return nil, err
	}
	f.take(data, config)
	f.secure = config.TLSConfig.IsEnabled()
	if bound := config.RateLimiterConfig; bound.Interval != 0 {
		f.limiter = rate.NewLimiter(rate.Every(bound.Interval), bound.Burst)
	}
	return f, nil
}

// defaults is what a file says that says nothing, as in the toolkit.
func defaults() *web.Config {
	return &web.Config{
		TLSConfig:  web.TLSConfig{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13},
		HTTPConfig: web.HTTPConfig{HTTP2: true},
	}
}

// TLS reports whether it serves TLS.
func (f *File) TLS() bool { return f.secure }

// Users are the users with the bcrypt hashes of their passwords, as the file has them now. The
// caller must not change the map.
func (f *File) Users() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refresh()
	return f.users
}

// now is what the file says.
func (f *File) now() *web.Config {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refresh()
	return f.config
}

// refresh takes over a file that has changed; f.mu is held. One that cannot be used changes nothing
// and is complained of once: whoever mends a file in the middle of a crisis must not shut everybody
// out by a slip. It is tried again each time, for what it refers to may be mended without it.
func (f *File) refresh() {
	if f.path == "" {
		return
	}
	if data, err := os.ReadFile(f.path); err == nil && bytes.Equal(data, f.taken) {
		f.failed = ""
		return
	}
	data, config, err := f.read()
	if err == nil && config.TLSConfig.IsEnabled() != f.secure {
		err = errors.New("TLS cannot be switched on or off while the agent runs: restart it")
	}
	switch {
	case err == nil:
		f.take(data, config)
		f.log.Info("the web configuration file was read anew", "file", f.path, "users", len(f.users))
	case err.Error() != f.failed:
		f.failed = err.Error()
		f.log.Error("the web configuration file cannot be used; what it said before still holds", "file", f.path, "err", err)
	}
}

// take makes config what the file says; f.mu is held, or nobody else has f yet.
func (f *File) take(data []byte, config *web.Config) {
	users := make(map[string]string, len(config.Users))
	for name, hash := range config.Users {
		users[name] = string(hash)
	}
	f.taken, f.config, f.users, f.failed = data, config, users, ""
}

// read reads and checks the file. Without an error, data is what config was made of.
func (f *File) read() (data []byte, config *web.Config, err error) {
	data, err = os.ReadFile(f.path)
	if err != nil {
		return nil, nil, fmt.Errorf("web configuration file: %w", err)
	}
	if err := web.Validate(f.path); err != nil {
		return data, nil, fmt.Errorf("web configuration file %s: %w", f.path, err)
	}
	config = defaults()
	if err := yaml.Unmarshal(data, config); err != nil {
		return data, nil, fmt.Errorf("web configuration file %s: %w", f.path, err)
	}
	config.TLSConfig.SetDirectory(filepath.Dir(f.path))
	return data, config, nil
}
