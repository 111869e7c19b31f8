package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/api"
)

// openCmd makes a one-time link to the console. Whoever may open the socket may act; the link hands
// that on to a browser, without a password.
type openCmd struct {
	Socket  string `default:"${socket}" env:"KEIZOKU_SOCKET" type:"path" help:"Unix socket of the agent, in its state directory."`
	Viewer  bool   `help:"Make a link for those who look and do not act, such as the projector of the emergency room: it signs in for 30 days instead of 12 hours."`
	Browser bool   `help:"Open the link in this desktop's browser."`
	tongue
}

func (c *openCmd) Run(ctx context.Context, io streams) error {
	client := api.NewSocketClient(c.Socket)
	s, err := client.Situation(ctx)
	if err != nil {
		return err
	}
	link, err := client.SignInLink(ctx, c.Viewer)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(io.out, link.URL); err != nil {
		return err
	}
	words := c.words(s)
	_, _ = fmt.Fprintln(io.err, words.Say("console_signin_link_printed", map[string]any{ // nobody behind it to tell
		"Until": words.Clock(link.ExpiresAt, s.At), "Span": words.Span(access.LinkSession(link.Role)),
	}))
	if c.Browser {
		return browse(ctx, link.URL)
	}
	return nil
}

// browserTime is how long a desktop may take to say that it cannot open a browser. One that has not
// by then runs it.
const browserTime = 5 * time.Second

// browse opens an address in the desktop's browser. It does not wait for the browser to end.
func browse(ctx context.Context, url string) error {
	name, args := opener(url)
	program := exec.Command(name, args...) //nolint:noctx // the browser outlives the command
	if err := program.Start(); err != nil {
		return noBrowser(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return noBrowser(fmt.Errorf("%s: %w", name, err))
		}
	case <-time.After(browserTime):
	case <-ctx.Done():
	}
	return nil
}

func noBrowser(err error) error {
	return fmt.Errorf("no browser could be opened: %w\n  open the link by hand, here or on another machine", err)
}

// opener is the program by which the desktop opens an address.
func opener(url string) (name string, args []string) {
	switch runtime.GOOS {
	case "darwin":
		return "open", []string{url}
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler", url}
	default:
		return "xdg-open", []string{url}
	}
}
