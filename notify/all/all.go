// Package all is the one table of the kinds of channel.
//
// It exists so that a new kind costs one folder and one line here; whoever needs the kinds is
// handed the table and knows none of them by name.
package all

import (
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/alertmanager"
	"github.com/keizoku-bcp/keizoku/notify/exec"
	"github.com/keizoku-bcp/keizoku/notify/mail"
	"github.com/keizoku-bcp/keizoku/notify/webhook"
)

// list is the table, in the order of the documentation: the most common first.
func list() []*notify.Kind {
	return []*notify.Kind{
		mail.Kind(),
		alertmanager.Kind(),
		webhook.Kind(),
		exec.Kind(),
	}
}

// Kinds returns every kind by its name. Each call makes a map of its own.
func Kinds() map[string]*notify.Kind {
	kinds := make(map[string]*notify.Kind)
	for _, k := range list() {
		kinds[k.Name] = k
	}
	return kinds
}

// Names returns the names of the kinds in the order of the documentation.
func Names() []string {
	var names []string
	for _, k := range list() {
		names = append(names, k.Name)
	}
	return names
}
