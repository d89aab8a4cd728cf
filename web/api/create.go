package api

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"balie/channel"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

const (
	longestText    = 200_000 // bytes, as of an answer
	longestSubject = 300     // characters
	longestName    = 200
)

// createCase takes in a question that a program brings, by the way that every question goes.
func createCase(c *call) (any, error) {
	var in struct {
		Customer struct {
			Name  string `json:"name"`
			Email string `json:"email"`
		} `json:"customer"`
		Subject  string `json:"subject"`
		Text     string `json:"text"`
		ClientID string `json:"client_id"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	a := channel.Arrival{Org: c.who.Org, Channel: channel.Form, Via: "api", Text: strings.TrimSpace(in.Text)}
	var err error
	if a.Subject, err = oneLine("subject", in.Subject, longestSubject); err != nil {
		return nil, err
	}
	if a.From.Name, err = oneLine("customer.name", in.Customer.Name, longestName); err != nil {
		return nil, err
	}
	if a.From.Address, err = email(in.Customer.Email); err != nil {
		return nil, err
	}
	switch {
	case a.Text == "":
		return nil, fault.New(fault.Invalid, "flow.text_missing")
	case len(a.Text) > longestText:
		return nil, fault.New(fault.TooLarge, "flow.text_long", "limit", longestText)
	case !utf8.ValidString(a.Text) || strings.ContainsRune(a.Text, 0):
		return nil, fault.New(fault.Invalid, "api.field", "field", "text")
	}
	if a.Key, err = c.onceKey(in.ClientID); err != nil {
		return nil, err
	}
	var d detail
	var kept flow.Kept
	err = c.Flow.Keep(c.r.Context(), a, func(tx *sqldb.Tx, k flow.Kept) (err error) {
		if kept = k; k.Again {
			return nil
		}
		d, err = c.newDetail(tx, k)
		return err
	})
	if err != nil {
		return nil, err
	}
	if kept.Again {
		return c.now(kept.Case.ID)
	}
	return created{d}, nil
}

// onceKey is the mark by which a repeated request is known: the program's own, or one that never comes again.
func (c *call) onceKey(client string) (string, error) {
	if client == "" {
		client = c.r.Header.Get("Idempotency-Key")
	}
	client, err := clientID(client)
	if err != nil {
		return "", err
	}
	if client == "" {
		if client, err = secret.Token(c.Chance); err != nil {
			return "", fault.Wrap(fault.Internal, "ground.internal", err)
		}
	}
	return "api:" + client, nil
}

// oneLine folds white space and refuses what is too long.
func oneLine(field, s string, most int) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > most {
		return "", fault.New(fault.TooLarge, "api.field_long", "field", field, "limit", most)
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", fault.New(fault.Invalid, "api.field", "field", field)
	}
	return s, nil
}

// email gives an address that can be written to. Whose it is, nobody has shown.
func email(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", fault.New(fault.Invalid, "party.address_missing")
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 || strings.ContainsFunc(s, unicode.IsControl) {
		return "", fault.New(fault.Invalid, "api.email_unusable")
	}
	return s, nil
}
