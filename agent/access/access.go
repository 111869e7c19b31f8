// Package access says who may do what with an agent, and proves it: users of the Prometheus web
// configuration file, the owner of the Unix socket, and the bearer of a one-time link.
//
// Reading needs nothing unless the web configuration file has users. Acting needs an operator.
package access

import (
	"context"

	"github.com/keizoku-bcp/keizoku/journal"
)

// Role is what somebody may do.
type Role string

// The roles.
const (
	Viewer   Role = "viewer"   // reads
	Operator Role = "operator" // reads and acts
)

// Identity is who asks. Its Actor says how that was proved.
type Identity struct {
	journal.Actor
	Role Role
}

type key struct{}

// With marks requests of ctx as those of somebody who has proved who they are.
func With(ctx context.Context, id Identity) context.Context {
	return context.WithValue(ctx, key{}, id)
}

// Of returns who asks; false: nobody has proved anything.
func Of(ctx context.Context) (Identity, bool) {
	id, ok := ctx.Value(key{}).(Identity)
	return id, ok
}

// OperatorOf returns the actor of a request that may act.
func OperatorOf(ctx context.Context) (journal.Actor, bool) {
	id, ok := Of(ctx)
	return id.Actor, ok && id.Role == Operator
}
