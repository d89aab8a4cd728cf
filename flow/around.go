package flow

import (
	"context"

	"balie/channel"
	"balie/domain/intake"
	"balie/domain/party"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// mostKnown is how much a website may tell of one customer, all fields and earlier answers together. What comes after that
// is passed over: a page that tells something else every second is not worth a table.
const mostKnown = 200

// Around records on which page of the website the customer of a live contact is, and what the website came to know of
// them since they began. It gives their case, and whether the page is news. Once they left or ended the conversation it is
// not followed where they go.
func (f *Flow) Around(ctx context.Context, v AtContact, page channel.Page, given map[string]string) (about ident.Case, moved bool, err error) {
	err = f.holding(ctx, v, func(tx *sqldb.Tx, _ intake.Word, h *held) (err error) {
		if about = h.Case.ID; !h.Contact.State.Here() {
			return nil
		}
		if page.URL != "" {
			if moved, err = f.Conversation.OnPage(tx, v.Org, v.Contact, page.URL, page.Title); err != nil {
				return err
			}
		}
		if len(given) == 0 {
			return nil
		}
		known, err := f.Party.Known(tx, v.Org, h.Case.Party)
		if err != nil {
			return err
		}
		return f.Party.Give(tx, at(&h.Case, customerOf(&h.Case)), h.Contact.Channel, unknownOf(given, known))
	})
	return about, moved, err
}

// unknownOf leaves out what is known already, and what is too much.
func unknownOf(given map[string]string, known []party.Given) map[string]string {
	newest := make(map[string]string, len(known))
	for _, k := range known { // the newest answer to each question comes first
		if _, had := newest[k.Field]; !had {
			newest[k.Field] = k.Value
		}
	}
	fresh := make(map[string]string, len(given))
	for field, value := range given {
		if newest[field] != value && len(known)+len(fresh) < mostKnown {
			fresh[field] = value
		}
	}
	return fresh
}
