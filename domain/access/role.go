package access

import (
	"balie/ground/ident"
	"balie/ground/ledger"
)

// Role says how much somebody may do in an organisation.
type Role string

// The roles, from least to most.
const (
	Agent Role = "agent"
	Lead  Role = "lead"
	Admin Role = "admin"
)

// Roles lists them, from least to most.
func Roles() []Role { return []Role{Agent, Lead, Admin} }

// rank is the place of a role; a word that is no role stands below all of them.
func (r Role) rank() int {
	for i, known := range Roles() {
		if r == known {
			return i + 1
		}
	}
	return 0
}

// Covers says whether this role may do all that least may.
func (r Role) Covers(least Role) bool { return r.rank() > 0 && r.rank() >= least.rank() }

// Principal is who asks: a person with a session, or a program with a token.
type Principal struct {
	Org        ident.Org
	Agent      ident.Agent // zero for a token that acts for nobody in particular
	Name       string
	Role       Role
	Operator   bool // may make organisations
	Token      bool
	Locale     string
	Department ident.Department
	// Row is the session or the token.
	Row ident.Row
}

// Actor is who the ledger says did it.
func (p Principal) Actor() ledger.Actor {
	if p.Agent == 0 {
		return ledger.Actor{Kind: ledger.System, Name: p.Name}
	}
	return ledger.Actor{Kind: ledger.Agent, ID: int64(p.Agent), Name: p.Name}
}
