package api_test

import (
	"testing"

	"balie/domain/conversation"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/web/edge/edgetest"
)

// addLine adds a message of the customer to a case, as an adapter would have left it.
func addLine(t testing.TB, d *desk, o edgetest.Org, id string, l conversation.Line) string {
	t.Helper()
	cas, err := ident.Parse[ident.Case](id)
	if err != nil {
		t.Fatal(err)
	}
	var e conversation.Entry
	if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
		c, err := d.Flow.Cases.Get(tx, o.ID, cas)
		if err != nil {
			return err
		}
		l.Org, l.Case, l.Party, l.Sort, l.Channel = o.ID, cas, c.Party, conversation.Message, "email"
		l.Actor = ledger.Actor{Kind: ledger.Customer, ID: int64(c.Party), Name: c.PartyName}
		e, err = d.Flow.Conversation.Add(tx, l)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return ident.Text(e.ID)
}

func idOf(p edgetest.Person) string { return ident.Text(p.ID) }

func departmentID(d org.Department) string { return ident.Text(d.ID) }
