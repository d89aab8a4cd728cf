package signin

import (
	"strings"

	"balie/domain/access"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// LinkURL is the address of the page behind a link, as it is mailed or printed.
func (p *Pages) LinkURL(l access.Link) string {
	return strings.TrimSuffix(p.PublicURL, "/") + "/welcome/" + l.Token
}

// Letter writes the letter that carries an invitation or a reset link, in the language of its reader.
func (p *Pages) Letter(tx *sqldb.Tx, l access.Link) (Letter, error) {
	o, err := p.Org.Load(tx, l.Account.Org)
	if err != nil {
		return Letter{}, err
	}
	locale, _ := text.ParseLocale(l.Account.Locale)
	t := p.Edge.Catalogue.For(locale)
	args := []any{"name", l.Account.Name, "organisation", o.Name, "link", p.LinkURL(l), "until", t.When(l.Expires, tx.Now(), o.Location())}
	about := "signin.letter_" + string(l.Purpose)
	return Letter{
		Org: o.ID, Name: l.Account.Name, Address: l.Account.Email, Locale: string(locale),
		Subject: t.T(about+"_subject", args...), Text: t.T(about+"_text", args...),
	}, nil
}
