package api

import (
	"balie/domain/org"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// fill puts the values of a case into a saved reply.
func fill(c *call) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	var values map[org.Field]string
	err := c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) (err error) {
		values, err = c.fieldValues(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return map[string]string{"text": org.Fill(in.Text, values)}, nil
}

func (c *call) fieldValues(tx *sqldb.Tx) (map[org.Field]string, error) {
	o, err := c.Flow.Org.Load(tx, c.cas.Org)
	if err != nil {
		return nil, err
	}
	who, err := c.Flow.Party.Get(tx, c.cas.Org, c.cas.Party)
	if err != nil {
		return nil, err
	}
	values := map[org.Field]string{
		org.CustomerName: c.cas.PartyName, org.CustomerEmail: c.cas.PartyAddress, org.CaseNumber: c.cas.Number,
		org.CaseSubject: c.cas.Subject, org.AgentName: c.who.Name, org.OrgName: o.Name,
	}
	if c.cas.Question != "" {
		values[org.CaseQuestion] = c.cas.Question
	}
	if c.cas.Promise != 0 {
		values[org.PromiseText] = c.cas.PromiseText
		values[org.PromiseDue] = c.customerTexts(who.Locale, o.Locale).When(c.cas.PromiseDue, tx.Now(), o.Location())
	}
	return values, nil
}

// customerTexts are the sentences in the customer's language, or that of the organisation.
func (c *call) customerTexts(own, desk string) text.Texts {
	if l, ok := text.ParseLocale(own); ok && own != "" {
		return c.Catalogue.For(l)
	}
	l, _ := text.ParseLocale(desk)
	return c.Catalogue.For(l)
}
