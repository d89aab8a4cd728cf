package flow

import (
	"context"

	"balie/domain/conversation"
	"balie/domain/intake"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// Visits records that the customer's screen listens at a node, so that no other node takes them for gone.
func (f *Flow) Visits(ctx context.Context, v AtContact, node string) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		return f.Conversation.Visits(tx, conversation.Visit{Org: v.Org, Contact: v.Contact, Node: node})
	})
}

// GoneFrom records that the customer's screen is gone from a node: they have left when none listens at another node.
func (f *Flow) GoneFrom(ctx context.Context, v AtContact, node string) error {
	visit := conversation.Visit{Org: v.Org, Contact: v.Contact, Node: node}
	err := f.holding(ctx, v, func(tx *sqldb.Tx, _ intake.Word, h *held) error {
		elsewhere, err := f.Conversation.GoneFrom(tx, visit)
		if err != nil || elsewhere || !h.Contact.State.Here() {
			return err
		}
		return f.part(tx, h, conversation.ContactLeft, customerOf(&h.Case))
	})
	if !fault.Is(err, fault.Unknown) {
		return err
	}
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := f.Conversation.GoneFrom(tx, visit)
		return err
	})
}
