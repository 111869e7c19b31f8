package dns

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/plan"
)

// resolvConf is where the system's name servers are written (resolv.conf(5)).
const resolvConf = "/etc/resolv.conf"

// prober runs one check. It opens a socket for each probe: a fresh port makes it hard to slip in
// an answer, and a firewall's memory of the last probe cannot spoil this one.
type prober struct {
	settings  *Settings
	question  question
	server    netdial.Address // zero: the system's, looked up each time
	conf      string          // path of resolv.conf
	dialer    *netdial.Dialer
	tls       *tls.Config // for transport tls
	all, some []string    // expected answers in canonical form
	secrets   *plan.Redactor
}

func newProber(settings any, env *checks.Env) (checks.Prober, error) {
	s := settings.(*Settings)
	p := &prober{settings: s, dialer: netdial.New(""), conf: resolvConf, secrets: env.Secrets}
	var err error
	if p.question, err = newQuestion(s.Name, s.Type, s.Recursion); err != nil {
		return nil, err
	}
	if s.Server != "" {
		if p.server, err = netdial.ParseAddress(s.Server, s.port()); err != nil {
			return nil, err
		}
	}
	if s.Transport == "tls" {
		if p.tls, err = s.TLS.Config(p.server.Host); err != nil {
			return nil, fmt.Errorf("tls: %w", err)
		}
	}
	if p.all, err = canonicals(s.Type, s.ExpectAnswers); err != nil {
		return nil, err
	}
	p.some, err = canonicals(s.Type, s.ExpectAny)
	return p, err
}

func canonicals(recordType string, values []string) (out []string, err error) {
	for _, value := range values {
		text, err := canonical(recordType, value)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

// Probe implements [checks.Prober].
func (p *prober) Probe(ctx context.Context) checks.Result {
	watch := netdial.Start()
	result := checks.Result{Reason: checks.OK}
	p.run(ctx, watch, &result).Put(&result, p.secrets)
	result.Phases = watch.Phases()
	return result
}

// run asks and judges; it returns nil when all is well.
func (p *prober) run(ctx context.Context, watch *netdial.Stopwatch, result *checks.Result) *netdial.Failure {
	server, failure := p.whom()
	if failure != nil {
		return failure
	}
	e := &exchange{prober: p, ctx: ctx, server: server, watch: watch}
	answer, failure := e.ask(result)
	if failure != nil {
		return failure
	}
	result.Text = netdial.Tell(fmt.Sprintf("%s from %s%s", answer.code, server, listed(answer.answers)), p.secrets)
	return p.judge(server, answer)
}

// whom returns the server to ask.
func (p *prober) whom() (netdial.Address, *netdial.Failure) {
	if p.server != (netdial.Address{}) {
		return p.server, nil
	}
	host, err := systemServer(p.conf)
	if err != nil {
		return netdial.Address{}, netdial.Failf(checks.ErrorLocal, "%v: give the check a server", err)
	}
	server, err := netdial.ParseAddress(host.String(), p.settings.port())
	if err != nil {
		return netdial.Address{}, netdial.Failf(checks.ErrorLocal, "%s: %v", p.conf, err)
	}
	return server, nil
}

// systemServer returns the first name server in a resolv.conf.
func systemServer(conf string) (netip.Addr, error) {
	file, err := os.Open(conf)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("the system's name server is not known: %w", err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 2 || words[0] != "nameserver" {
			continue
		}
		if ip, err := netip.ParseAddr(words[1]); err == nil {
			return ip, nil
		}
	}
	return netip.Addr{}, fmt.Errorf("%s names no name server", conf)
}

// judge holds an answer against what the plan expects.
func (p *prober) judge(server netdial.Address, answer reply) *netdial.Failure {
	s := p.settings
	has := func(value string) bool { return slices.Contains(answer.answers, value) }
	switch {
	case s.ExpectRCode == anyCode:
		return nil
	case answer.code != s.ExpectRCode && answer.code != noError:
		return netdial.Failf(checks.DNSFailure, "%s answered %s for %s %s", server, answer.code, s.Type, s.Name)
	case answer.code != s.ExpectRCode:
		return netdial.Failf(checks.WrongAnswer, "%s knows %s %s%s, want %s", server, s.Type, s.Name, listed(answer.answers), s.ExpectRCode)
	case answer.code != noError:
		return nil
	case len(answer.answers) < s.MinAnswers:
		return netdial.Failf(checks.WrongAnswer, "%s gave %d answers for %s %s, want at least %d", server, len(answer.answers), s.Type, s.Name, s.MinAnswers)
	}
	if i := slices.IndexFunc(p.all, func(want string) bool { return !has(want) }); i >= 0 {
		return p.missing(server, answer, p.all[i])
	}
	if len(p.some) > 0 && !slices.ContainsFunc(p.some, has) {
		return p.missing(server, answer, "any of "+strings.Join(p.some, ", "))
	}
	if !s.ExpectMatch.IsZero() && !slices.ContainsFunc(answer.answers, s.ExpectMatch.MatchString) {
		return p.missing(server, answer, "a match of "+s.ExpectMatch.String())
	}
	return nil
}

func (p *prober) missing(server netdial.Address, answer reply, want string) *netdial.Failure {
	return netdial.Failf(checks.WrongAnswer, "%s answered %s %s%s, want %s", server, p.settings.Type, p.settings.Name, listed(answer.answers), want)
}

// maxListed is the most bytes of the answers that a text repeats.
const maxListed = 200

// listed writes answers behind a text.
func listed(answers []string) string {
	if len(answers) == 0 {
		return ""
	}
	return ": " + checks.Cut(strings.Join(answers, ", "), maxListed)
}
