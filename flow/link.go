package flow

import (
	"context"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// RenewLink takes back the links to the customer's page that were given out so far, and sends the customer a new one.
// It is in the audit trail: whoever had the old link is shut out by it.
func (f *Flow) RenewLink(ctx context.Context, who access.Principal, id ident.Case) error {
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		by := agentOf(who)
		if err := f.Cases.RenewLink(tx, c, by); err != nil {
			return err
		}
		e, err := f.Conversation.Add(tx, line(c, conversation.LinkRenewed, by, ""))
		if err != nil {
			return err
		}
		if err := f.Access.CustomerLinkRenewed(tx, org.By{Org: who.Org, Actor: by}, c.Number); err != nil {
			return err
		}
		return f.post(tx, c, letter{entry: e.ID, before: []string{"mail.link_renewed", "mail.link_renewed_why"}, from: who.Name})
	})
}
