package httpcall

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
)

// maxWait is the longest that a receiver may ask to be left alone: an alert is worth asking again.
const maxWait = time.Hour

// Judge returns nil for an answer of 2xx. An answer about the message itself is
// [notify.Refused]: the same message would get the same answer. All else may be mended without
// it, be it the receiver (5xx, 408, 425, 429) or what the plan says of it (401, 403, 404, 407, a
// redirect), and the message is worth keeping until then.
func Judge(server string, response *http.Response, reason string) error {
	code := response.StatusCode
	if code/100 == 2 {
		return nil
	}
	err := fmt.Errorf("%s answered %d %s%s", server, code, http.StatusText(code), after(reason))
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusProxyAuthRequired,
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
	default:
		if code/100 == 4 {
			return &notify.Refused{Err: err}
		}
	}
	if code/100 == 3 {
		return fmt.Errorf("%s redirects%s, and redirects are not followed: write the URL that it leads to", server, to(response))
	}
	if wait := retryAfter(response); wait > 0 {
		return &notify.RetryAfter{Err: err, After: wait}
	}
	return err
}

func after(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// to names the server that a redirect leads to; the rest of its URL may hold what was sent.
func to(response *http.Response) string {
	u, err := url.Parse(response.Header.Get("Location"))
	if err != nil || u.Hostname() == "" {
		return ""
	}
	return " to " + URL{u}.Server()
}

// retryAfter reads the header Retry-After, in seconds or as a date by the receiver's own clock
// (RFC 9110, 10.2.3); zero when there is none.
func retryAfter(response *http.Response) time.Duration {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return min(max(time.Duration(min(seconds, int(maxWait/time.Second)))*time.Second, 0), maxWait)
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(until.Sub(now), 0), maxWait)
}
