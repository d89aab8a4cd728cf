package access

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// tokenPrefix makes a token that ends up where it should not be easy to recognise.
const tokenPrefix = "balie_"

// Token lets a program use the API.
type Token struct {
	ID      ident.Row
	Org     ident.Org
	Name    string
	Role    Role
	Agent   ident.Agent // whom it acts as; zero for nobody in particular
	MadeBy  string
	Created time.Time
	Used    time.Time // to the minute
	Revoked time.Time
}

// CreateToken makes a token and tells its text, this one time. A token that acts as somebody may never do more than
// that person.
func (r *Room) CreateToken(tx *sqldb.Tx, by org.By, t Token) (Token, string, error) {
	t.Name = strings.TrimSpace(t.Name)
	if n := utf8.RuneCountInString(t.Name); n == 0 || n > 120 {
		return t, "", fault.New(fault.Invalid, "access.name_unusable")
	}
	if t.Role.rank() == 0 {
		return t, "", fault.New(fault.Invalid, "access.role_unknown", "role", string(t.Role))
	}
	if t.Agent != 0 {
		a, err := r.Account(tx, by.Org, t.Agent)
		if err != nil {
			return t, "", err
		}
		if !a.Role.Covers(t.Role) {
			return t, "", fault.New(fault.Invalid, "access.token_over_agent", "role", string(a.Role))
		}
	}
	random, err := secret.Token(r.chance)
	if err != nil {
		return t, "", fault.Wrap(fault.Internal, "ground.internal", err)
	}
	text := tokenPrefix + random
	t.ID, t.Org, t.Created, t.MadeBy = ident.Row(tx.NewID()), by.Org, tx.Now(), by.Actor.Name
	if _, err := tx.Exec(`insert into token (org, id, hash, name, role, agent, made_by, created) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.Org, t.ID, secret.Hash(text), t.Name, string(t.Role), sqldb.Null(t.Agent), t.MadeBy, t.Created); err != nil {
		return t, "", err
	}
	return t, text, r.note(tx, by, TokenCreatedFact{ident.Text(t.ID), t.Name, t.Role, ident.Text(t.Agent)})
}

// ByToken says who has this bearer text; fault.SignIn when nobody, or no longer. One indexed query, and none at all
// within five seconds.
func (r *Room) ByToken(tx *sqldb.Tx, bearer string) (Principal, error) {
	if p, ok := r.Remembered(bearer, tx.Now()); ok && p.Token {
		return p, nil
	}
	type row struct {
		who   Principal
		agent Role
		state State
	}
	hash, now := secret.Hash(bearer), tx.Now()
	t, err := sqldb.One(tx, func(r sqldb.Row, t *row) error {
		p := &t.who
		return r.Scan(&p.Row, &p.Org, &p.Name, &p.Role, sqldb.Int(&p.Agent), sqldb.Text(&t.agent), sqldb.Text(&t.state),
			sqldb.Text(&p.Locale), sqldb.Int(&p.Department))
	}, `select t.id, t.org, coalesce(a.name, t.name), t.role, t.agent, a.role, a.state, a.locale, a.department
		from token t left join account a on a.id = t.agent and a.org = t.org where t.hash = $1 and t.revoked is null`, hash)
	if errors.Is(err, sqldb.ErrNone) || (err == nil && t.who.Agent != 0 && t.state != Active) {
		return Principal{}, fault.New(fault.SignIn, "access.token_unknown")
	}
	if err != nil {
		return Principal{}, err
	}
	if t.who.Agent != 0 && !t.agent.Covers(t.who.Role) {
		t.who.Role = t.agent
	}
	t.who.Token = true
	r.cache.put(hash, t.who, now, time.Time{})
	r.saw(t.who, now)
	return t.who, nil
}

// Tokens lists the tokens of an organisation, newest first, the revoked ones too.
func (r *Room) Tokens(tx *sqldb.Tx, org ident.Org) ([]Token, error) {
	return sqldb.All(tx, func(r sqldb.Row, t *Token) error {
		return r.Scan(&t.ID, &t.Org, &t.Name, &t.Role, sqldb.Int(&t.Agent), &t.MadeBy, sqldb.Time(&t.Created),
			sqldb.Time(&t.Used), sqldb.Time(&t.Revoked))
	}, `select id, org, name, role, agent, made_by, created, used, revoked from token where org = $1 order by created desc, id desc`, org)
}

// RevokeToken ends a token for good.
func (r *Room) RevokeToken(tx *sqldb.Tx, by org.By, id ident.Row) error {
	name, err := found(sqldb.One(tx, scanText, `update token set revoked = $3 where org = $1 and id = $2 and revoked is null returning name`,
		by.Org, id, tx.Now()))
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { r.cache.dropRow(id) })
	return r.note(tx, by, TokenRevokedFact{ident.Text(id), name})
}
