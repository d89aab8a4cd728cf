package manage

import (
	"cmp"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func onToken(s *screen, tx *sqldb.Tx) (access.Object, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return access.Object{}, err
	}
	all, err := s.pages.Access.Tokens(tx, s.Who.Org)
	for _, t := range all {
		if t.ID == v {
			return access.Object{Org: t.Org}, nil
		}
	}
	if err == nil {
		err = fault.New(fault.Unknown, "access.not_found")
	}
	return access.Object{}, err
}

// tokensView is what the page of the tokens shows.
type tokensView struct {
	All    []access.Token
	Agents []option
}

func showTokens(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.tokens")
	var v tokensView
	var err error
	if v.All, err = s.pages.Access.Tokens(tx, s.Org.ID); err != nil {
		return nil, err
	}
	accounts, err := s.pages.Access.Accounts(tx, s.Org.ID)
	v.Agents = []option{{"", s.T("manage.token_nobody")}}
	for _, a := range accounts {
		if a.State == access.Active {
			v.Agents = append(v.Agents, option{ident.Text(a.ID), a.Name})
		}
	}
	return tokensPage(s, v), err
}

// made is a token that was just made: its text is told this one time.
type made struct {
	access.Token
	Text string
}

func makeToken(s *screen) (answer, error) {
	t := access.Token{Name: s.post("name"), Role: access.Role(s.post("role"))}
	var err error
	if t.Agent, err = chosen[ident.Agent](s, "agent"); err != nil {
		return answer{}, at("agent", err)
	}
	var v made
	err = s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		v.Token, v.Text, err = s.pages.Access.CreateToken(tx, s.by(), t)
		if fault.Is(err, fault.Unknown) {
			err = at("agent", fault.New(fault.Invalid, "org.choice_unknown", "choice", ident.Text(t.Agent)))
		}
		return err
	})
	s.Title = s.T("manage.token_made")
	return answer{Page: madePage(s, v)}, err
}

func revokeToken(s *screen) (answer, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/tokens", "revoked", func(tx *sqldb.Tx) error { return s.pages.Access.RevokeToken(tx, s.by(), v) })
}

// madeBy is who made a token; one from the command line has no person.
func (s *screen) madeBy(t access.Token) string { return cmp.Or(t.MadeBy, s.T("manage.the_desk")) }
