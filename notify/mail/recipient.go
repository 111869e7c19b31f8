package mail

import (
	"log/slog"
	netmail "net/mail"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// recipient is somebody to send to.
type recipient struct {
	*netmail.Address
	cc bool
	// label stands for the address in texts: the contacts of people are theirs, and logs are read
	// by others.
	label string
}

// recipients are all that the settings and the people of the channel's roles come to, each once.
func recipients(s *Settings, env *notify.Env) (list []recipient, err error) {
	add := func(r recipient) {
		if !slices.ContainsFunc(list, func(known recipient) bool { return strings.EqualFold(known.Address.Address, r.Address.Address) }) {
			list = append(list, r)
		}
	}
	for _, group := range []struct {
		texts []string
		cc    bool
	}{{s.To, false}, {s.CC, true}} {
		for _, text := range group.texts {
			address, err := parseAddress(text)
			if err != nil {
				return nil, err
			}
			add(recipient{address, group.cc, address.Address})
		}
	}
	for _, r := range people(env.People, env.Log) {
		add(r)
	}
	return list, nil
}

// people are the mail contacts of the people. One that is no address is said and passed by: the
// others must be told all the same.
func people(all []*plan.Person, log *slog.Logger) (list []recipient) {
	for _, p := range all {
		for _, contact := range p.Contacts {
			if contact.Medium != plan.Mail {
				continue
			}
			address, err := parseAddress(contact.Address)
			if err != nil {
				if log != nil {
					log.Warn("a contact of medium mail is no mail address", "person", p.Name)
				}
				continue
			}
			if address.Name == "" {
				address.Name = p.Name
			}
			list = append(list, recipient{address, false, p.Name})
		}
	}
	return list
}
