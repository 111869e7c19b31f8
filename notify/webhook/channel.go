package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"text/template"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/httpcall"
	"github.com/keizoku-bcp/keizoku/notify/internal/told"
	"github.com/keizoku-bcp/keizoku/plan"
)

// version is that of the payload.
const version = "1"

// payload is what is sent without a template.
type payload struct {
	Version string `json:"version"`
	*notify.Message
}

type channel struct {
	settings *Settings
	client   *httpcall.Client
	template *template.Template // nil: the payload as JSON
	expect   *regexp.Regexp
	secrets  *plan.Redactor
}

// Send implements [notify.Channel].
func (c *channel) Send(ctx context.Context, m *notify.Message) (notify.Receipt, error) {
	body, err := c.body(m)
	if err != nil {
		return "", &notify.Refused{Err: err}
	}
	answer, err := c.client.Do(ctx, httpcall.Request{
		Method: c.settings.Method, URL: c.settings.URL, Body: body, Header: c.header(m, body, time.Now()),
	}, nil)
	if err != nil {
		return "", err
	}
	if !c.expect.MatchString(answer.Body) {
		return "", fmt.Errorf("%s answered %s, but without what expect_body wants: %s", c.settings.URL.Server(), answer.Status, told.Words(answer.Body))
	}
	return answer.Receipt(), nil
}

// body is what is sent; an error means that the template cannot cope with this message.
func (c *channel) body(m *notify.Message) ([]byte, error) {
	if c.template == nil {
		return json.Marshal(payload{version, m})
	}
	body, err := execute(c.template, m)
	if err != nil {
		return nil, fmt.Errorf("template: %s", told.Words(err.Error(), c.secrets))
	}
	if isJSON(c.settings.ContentType) && !json.Valid(body) {
		return nil, fmt.Errorf("the template made no JSON of this message; is every text in it given by json?")
	}
	return body, nil
}

func (c *channel) header(m *notify.Message, body []byte, now time.Time) http.Header {
	h := http.Header{"Content-Type": {c.settings.ContentType}, "X-Keizoku-Id": {told.Line(m.ID, 100)}}
	if !c.settings.Secret.IsZero() {
		h.Set("X-Keizoku-Signature", sign(c.settings.Secret.Reveal(), body, now))
	}
	return h
}

// sign binds the body to the moment, so that what was overheard cannot be sent again later.
func sign(secret string, body []byte, now time.Time) string {
	t := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
