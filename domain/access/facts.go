package access

import (
	"balie/domain/org"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// The facts of this room. Account is the person it is about; who did it is the actor of the entry.
type (
	// SignedInFact is access.signed_in.
	SignedInFact struct {
		Account string `json:"account"`
		Method  Method `json:"method"`
		IP      string `json:"ip,omitempty"`
	}
	// SignInFailedFact is access.sign_in_failed. Reason is "password", "code", "replay" or "passkey".
	SignInFailedFact struct {
		Account string `json:"account"`
		Reason  string `json:"reason"`
		IP      string `json:"ip,omitempty"`
	}
	// SignedOutFact is access.signed_out.
	SignedOutFact struct {
		Account string `json:"account"`
	}
	// SessionsRevokedFact is access.sessions_revoked.
	SessionsRevokedFact struct {
		Account  string `json:"account"`
		Sessions int64  `json:"sessions"`
	}
	// InvitedFact is access.account_invited.
	InvitedFact struct {
		Account string `json:"account"`
		Role    Role   `json:"role"`
	}
	// AddedFact is access.account_added: an account that needed no invitation.
	AddedFact struct {
		Account string `json:"account"`
		Role    Role   `json:"role"`
	}
	// JoinedFact is access.account_joined: somebody took up the invitation.
	JoinedFact struct {
		Account string `json:"account"`
	}
	// ChangedFact is access.account_changed, with the names of the fields.
	ChangedFact struct {
		Account string   `json:"account"`
		Fields  []string `json:"fields"`
	}
	// RoleChangedFact is access.role_changed.
	RoleChangedFact struct {
		Account string `json:"account"`
		From    Role   `json:"from"`
		To      Role   `json:"to"`
	}
	// StateChangedFact is access.state_changed.
	StateChangedFact struct {
		Account string `json:"account"`
		To      State  `json:"to"`
	}
	// OperatorChangedFact is access.operator_changed.
	OperatorChangedFact struct {
		Account  string `json:"account"`
		Operator bool   `json:"operator"`
	}
	// LinkMadeFact is access.link_made.
	LinkMadeFact struct {
		Account string  `json:"account"`
		Purpose Purpose `json:"purpose"`
	}
	// PasswordChangedFact is access.password_changed.
	PasswordChangedFact struct {
		Account string `json:"account"`
	}
	// FactorChangedFact is access.second_factor_changed. What is "code", "passkey", "recovery" or "all"; Did is
	// "set", "used" or "removed".
	FactorChangedFact struct {
		Account string `json:"account"`
		What    string `json:"what"`
		Did     string `json:"did"`
	}
	// TokenCreatedFact is access.token_created.
	TokenCreatedFact struct {
		Token string `json:"token"`
		Name  string `json:"name"`
		Role  Role   `json:"role"`
		Agent string `json:"agent,omitempty"`
	}
	// TokenRevokedFact is access.token_revoked.
	TokenRevokedFact struct {
		Token string `json:"token"`
		Name  string `json:"name"`
	}
)

// Kind names the fact.
func (SignedInFact) Kind() string { return "access.signed_in" }

// Kind names the fact.
func (SignInFailedFact) Kind() string { return "access.sign_in_failed" }

// Kind names the fact.
func (SignedOutFact) Kind() string { return "access.signed_out" }

// Kind names the fact.
func (SessionsRevokedFact) Kind() string { return "access.sessions_revoked" }

// Kind names the fact.
func (InvitedFact) Kind() string { return "access.account_invited" }

// Kind names the fact.
func (AddedFact) Kind() string { return "access.account_added" }

// Kind names the fact.
func (JoinedFact) Kind() string { return "access.account_joined" }

// Kind names the fact.
func (ChangedFact) Kind() string { return "access.account_changed" }

// Kind names the fact.
func (RoleChangedFact) Kind() string { return "access.role_changed" }

// Kind names the fact.
func (StateChangedFact) Kind() string { return "access.state_changed" }

// Kind names the fact.
func (OperatorChangedFact) Kind() string { return "access.operator_changed" }

// Kind names the fact.
func (LinkMadeFact) Kind() string { return "access.link_made" }

// Kind names the fact.
func (PasswordChangedFact) Kind() string { return "access.password_changed" }

// Kind names the fact.
func (FactorChangedFact) Kind() string { return "access.second_factor_changed" }

// Kind names the fact.
func (TokenCreatedFact) Kind() string { return "access.token_created" }

// CustomerLinkFact says that the customer's links to a case were taken back.
type CustomerLinkFact struct {
	Number string `json:"name"` // of the case
}

// Kind names the fact.
func (CustomerLinkFact) Kind() string { return "access.customer_link_renewed" }

// CustomerLinkRenewed puts in the audit trail that somebody took back the customer's links to a case.
func (r *Room) CustomerLinkRenewed(tx *sqldb.Tx, by org.By, number string) error {
	return r.note(tx, by, CustomerLinkFact{Number: number})
}

// Kind names the fact.
func (TokenRevokedFact) Kind() string { return "access.token_revoked" }

func (r *Room) note(tx *sqldb.Tx, by org.By, f ledger.Fact) error {
	_, err := r.log.Append(tx, ledger.At{Org: by.Org, Actor: by.Actor}, f)
	return err
}

// self is somebody who does something to their own account.
func self(a Account) org.By {
	return org.By{Org: a.Org, Actor: ledger.Actor{Kind: ledger.Agent, ID: int64(a.ID), Name: a.Name}}
}

// unproved is somebody who says to be the owner of an account and has not shown it.
func unproved(a Account) org.By { return org.By{Org: a.Org, Actor: ledger.Desk} }
