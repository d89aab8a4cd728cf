package demo

import (
	"context"

	"balie/domain/cases"
	"balie/flow"
	"balie/ground/sqldb"
)

// Page is a customer's own page that shows something.
type Page struct {
	Shows   string // "question" to confirm, "solution" to judge, "promise" that is open
	Subject string
	URL     string
}

// Pages finds a customer's page of each sort, for whoever wants to see the customer's side.
func Pages(ctx context.Context, db *sqldb.DB, f *flow.Flow) ([]Page, error) {
	var pages []Page
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		pages = nil
		o, err := f.Org.BySlug(tx, Slug)
		if err != nil {
			return err
		}
		waiting, _, err := f.Cases.List(tx, o.ID, cases.Filter{View: cases.Waiting, Limit: 500})
		if err != nil {
			return err
		}
		promised, _, err := f.Cases.List(tx, o.ID, cases.Filter{View: cases.Promises, Limit: 50})
		if err != nil {
			return err
		}
		for _, sort := range []struct {
			name string
			from []cases.Case
			is   func(cases.Case) bool
		}{
			{"question", waiting, func(c cases.Case) bool {
				return c.Status == cases.New && !c.QuestionAsked.IsZero() && c.QuestionConfirmed.IsZero()
			}},
			{"solution", waiting, func(c cases.Case) bool { return c.Status == cases.Proposed }},
			{"promise", promised, func(c cases.Case) bool { return c.PromiseDue.After(tx.Now()) }},
		} {
			for _, c := range sort.from {
				if sort.is(c) {
					pages = append(pages, Page{Shows: sort.name, Subject: c.Subject, URL: f.PageURL(o, c)})
					break
				}
			}
		}
		return nil
	})
	return pages, err
}
