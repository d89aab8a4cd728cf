package manage_test

import (
	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/org"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/ident"
)

// outside is the only fake: what the pages ask of the rest of the program.
type outside struct {
	mailbox error
	asked   []org.Mailbox
	invited []access.Link
	posted  []flow.Notice
	tried   []automation.Rule
}

// side is one organisation with a row of every sort.
type side struct {
	org     org.Organisation
	by      org.By
	people  map[access.Role]access.Account
	newbie  access.Account
	dept    org.Department
	address org.Address
	mailbox org.Mailbox
	key     org.Key
	reply   org.Reply
	site    org.Site
	skill   staff.Skill
	token   access.Token
	bearer  string
	letter  ident.Outgoing
	rule    automation.Rule
	call    ident.Row
}
