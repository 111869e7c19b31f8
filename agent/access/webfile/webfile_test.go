package webfile

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Hashes of "correct horse" and of another password, of the least cost.
const (
	hashA = "$2a$04$No.NVSdgJsJTWmK5nAl0SuvfTiQhriVLy.0ypu5rhKBKek5TuqLZG"
	hashB = "$2a$04$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
)

// written is a file with this text.
func written(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "web.yml")
	write(t, path, text)
	return path
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, path string, logged io.Writer) *File {
	t.Helper()
	f, err := Open(path, slog.New(slog.NewTextHandler(logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFileThatIsRefused(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"tls_server_config: [":                                                    "line 1",
		"basic_auth_user:\n  duty: x\n":                                           "basic_auth_user",
		"basic_auth_users:\n  duty: correct horse\n":                              "bcrypt",
		"tls_server_config:\n  cert_file: nowhere.crt\n":                          "key_file",
		"http_server_config:\n  headers:\n    X-Own: x\n":                         "X-Own",
		"tls_server_config:\n  cert_file: nowhere.crt\n  key_file: nowhere.key\n": "nowhere.crt",
	} {
		path := written(t, text)
		if f, err := Open(path, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, %v; the error must name %s and the file", text, f, err, says)
		}
	}
	if _, err := Open("/nowhere/web.yml", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "/nowhere/web.yml") {
		t.Errorf("no file: %v", err)
	}
}

func TestNoFileAsksForNothing(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*File{"none": opened(t, "", t.Output()), "empty": opened(t, written(t, ""), t.Output())} {
		if f.TLS() || len(f.Users()) != 0 {
			t.Errorf("%s: TLS %t, users %v", name, f.TLS(), f.Users())
		}
	}
}

// Users come and go with the file; a slip in it leaves things as they were, and is told of once.
func TestFileIsReadAnew(t *testing.T) {
	t.Parallel()
	var logged strings.Builder
	path := written(t, "basic_auth_users:\n  duty: "+hashA+"\n")
	f := opened(t, path, &logged)
	_, cert, key := secured(t, "")
	for _, step := range []struct {
		name, text string // no text: the file is gone
		users      map[string]string
		logs       string
	}{
		{"another user", "basic_auth_users:\n  wall: " + hashB + "\n", map[string]string{"wall": hashB}, "read anew"},
		{"a slip", "basic_auth_users:\n  duty: [\n", map[string]string{"wall": hashB}, "cannot be used"},
		{"no file", "", map[string]string{"wall": hashB}, "cannot be used"},
		{"as it was", "basic_auth_users:\n  wall: " + hashB + "\n", map[string]string{"wall": hashB}, ""},
		{"gone once more", "", map[string]string{"wall": hashB}, "cannot be used"},
		{"TLS", "tls_server_config:\n  cert_file: " + cert + "\n  key_file: " + key + "\n", map[string]string{"wall": hashB}, "cannot be switched"},
		{"nobody", "{}", map[string]string{}, "read anew"},
	} {
		if step.text == "" {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, path, step.text)
		}
		logged.Reset()
		for range 3 {
			if have := f.Users(); !maps.Equal(have, step.users) {
				t.Errorf("%s: %v", step.name, have)
			}
		}
		if text := logged.String(); strings.Count(text, "\n") > 1 || !strings.Contains(text, step.logs) || (text == "") != (step.logs == "") {
			t.Errorf("%s: the log says %q", step.name, text)
		}
		if strings.Contains(logged.String(), "$2a$") {
			t.Errorf("%s: the log tells hashes: %s", step.name, &logged)
		}
	}
}

// A slip must not make the agent show in the clear what it was told to show over TLS alone.
func TestTLSIsNotSwitchedOff(t *testing.T) {
	t.Parallel()
	var logged strings.Builder
	path, _, _ := secured(t, "basic_auth_users:\n  duty: "+hashA+"\n")
	f := opened(t, path, &logged)
	write(t, path, "basic_auth_users:\n  wall: "+hashB+"\n")
	if have := f.Users(); have["duty"] == "" || !f.TLS() || !strings.Contains(logged.String(), "cannot be switched") {
		t.Errorf("users %v, TLS %v, %s", have, f.TLS(), &logged)
	}
}

// What a file refers to may be mended without it: a user who is taken out while a certificate is
// being renewed must not stay.
func TestUnusableFileIsTriedAgain(t *testing.T) {
	t.Parallel()
	path, cert, key := secured(t, "basic_auth_users:\n  duty: "+hashA+"\n")
	f := opened(t, path, t.Output())
	good, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, key, "half a key")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, strings.Replace(string(text), "duty", "wall", 1))
	if _, stays := f.Users()["duty"]; !stays {
		t.Errorf("a file with a broken key was taken over")
	}
	write(t, key, string(good))
	if _, stays := f.Users()["duty"]; stays {
		t.Errorf("with %s mended, who was taken out stays", cert)
	}
}

func TestHeadersAndBound(t *testing.T) {
	t.Parallel()
	path := written(t, "http_server_config:\n  headers:\n    X-Frame-Options: deny\nrate_limit:\n  burst: 2\n  interval: 1h\n")
	h := opened(t, path, t.Output()).Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for i, want := range []int{200, 200, 429} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if w.Code != want || (w.Header().Get("X-Frame-Options") == "deny") != (want == 200) {
			t.Errorf("request %d: %d %v", i, w.Code, w.Header())
		}
	}
}
