package flow

import (
	"context"

	"balie/domain/conversation"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// turn brings a contact to another state, and counts anew what its agent has.
func (f *Flow) turn(tx *sqldb.Tx, ct *conversation.Contact, to conversation.ContactState, by ledger.Actor) error {
	if err := f.Conversation.Turn(tx, ct, to, by); err != nil {
		return err
	}
	return f.occupied(tx, ct.Org, ct.Agent)
}

// occupied counts anew how many contacts an agent has, after one came or went.
func (f *Flow) occupied(tx *sqldb.Tx, o ident.Org, a ident.Agent) error {
	if a == 0 {
		return nil
	}
	return f.Staff.Occupied(tx, o, a, func() (int, error) { return f.Conversation.LiveOf(tx, o, a) })
}

// Recount counts anew what every agent has. A program of an earlier version, on the same database while nodes are upgraded one
// by one, keeps no count: so each node does this when it starts.
func (f *Flow) Recount(ctx context.Context) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		all, err := f.Org.List(tx)
		if err != nil {
			return err
		}
		for _, o := range all {
			agents, err := f.Staff.All(tx, o.ID)
			if err != nil {
				return err
			}
			for _, p := range agents {
				if err := f.occupied(tx, o.ID, p.Agent); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
