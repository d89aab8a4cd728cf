package api

import (
	"regexp"

	"balie/ground/sqldb"
	"balie/ground/text"
)

// field is one placeholder of a saved reply: {{customer.name}}.
var field = regexp.MustCompile(`\{\{\s*([a-z]+\.[a-z_]+)\s*\}\}`)

// fill puts the values of a case into a saved reply. What is not a field stays as it was typed, so that the agent sees
// it; a value that looks like a field is not filled in again.
func fill(c *call) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	var values map[string]string
	err := c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) (err error) {
		values, err = c.fieldValues(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return map[string]string{"text": field.ReplaceAllStringFunc(in.Text, func(s string) string {
		if v, ok := values[field.FindStringSubmatch(s)[1]]; ok {
			return v
		}
		return s
	})}, nil
}

func (c *call) fieldValues(tx *sqldb.Tx) (map[string]string, error) {
	o, err := c.Flow.Org.Load(tx, c.cas.Org)
	if err != nil {
		return nil, err
	}
	who, err := c.Flow.Party.Get(tx, c.cas.Org, c.cas.Party)
	if err != nil {
		return nil, err
	}
	values := map[string]string{
		"customer.name": c.cas.PartyName, "customer.email": c.cas.PartyAddress, "case.number": c.cas.Number,
		"case.subject": c.cas.Subject, "agent.name": c.who.Name, "org.name": o.Name,
	}
	if c.cas.Question != "" {
		values["case.question"] = c.cas.Question
	}
	if c.cas.Promise != 0 {
		values["promise.text"] = c.cas.PromiseText
		values["promise.due"] = c.customerTexts(who.Locale, o.Locale).When(c.cas.PromiseDue, tx.Now(), o.Location())
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
