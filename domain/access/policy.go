package access

import (
	"slices"

	"balie/ground/fault"
	"balie/ground/ident"
)

// Action is something that can be done to an object.
type Action string

// The actions.
const (
	ReadCase      Action = "case.read"
	OpenCase      Action = "case.open"
	Reply         Action = "case.reply"
	WriteNote     Action = "case.note"
	HandOver      Action = "case.hand_over"
	ReadBack      Action = "case.read_back"
	Promise       Action = "case.promise"
	Propose       Action = "case.propose"
	Tag           Action = "case.tag"
	Need          Action = "case.need" // what an agent must know to help
	Snooze        Action = "case.snooze"
	Merge         Action = "case.merge"
	RenewLink     Action = "case.renew_link"
	ReadCustomer  Action = "customer.read"
	WriteFile     Action = "file.write"
	ReadFile      Action = "file.read"
	ReadAgents    Action = "agents.read"
	ReadReplies   Action = "replies.read"
	ReadBoard     Action = "board.read"
	Follow        Action = "events.follow"
	Preview       Action = "text.preview"
	Me            Action = "me.change"
	MySessions    Action = "me.sessions"
	MyMentions    Action = "me.mentions"
	MyPresence    Action = "me.presence"
	MyOffers      Action = "me.offers"
	MyPush        Action = "me.push"
	Announce      Action = "announcement.change"
	ChangeReplies Action = "replies.change"
	ChangeSkills  Action = "skills.change"
	ChangeLimits  Action = "limits.change" // how many chats at once others take
	ReadInsight   Action = "insight.read"
	ReadOutbox    Action = "outbox.read"
	ReadAudit     Action = "audit.read"
	ChangeOrg     Action = "org.change"
	ChangeHours   Action = "hours.change"
	ChangeDesk    Action = "desk.change" // departments, addresses, mailboxes, mail keys
	ChangeAgents  Action = "agents.change"
	ChangeTokens  Action = "tokens.change"
	ChangeRules   Action = "rules.change"
	CreateOrg     Action = "org.create"
	ListOrgs      Action = "org.list"
)

// Rule says who may do an action.
type Rule struct {
	Action Action
	Least  Role
	// Own actions are on what belongs to one person: Object.Owner, whatever the role.
	Own bool
	// Operator actions look over organisations; they need the operator's mark.
	Operator bool
}

// Actions is the whole table.
func Actions() []Rule {
	return slices.Clone(rules)
}

var rules = []Rule{
	{Action: ReadCase, Least: Agent},
	{Action: OpenCase, Least: Agent},
	{Action: Reply, Least: Agent},
	{Action: WriteNote, Least: Agent},
	{Action: HandOver, Least: Agent},
	{Action: ReadBack, Least: Agent},
	{Action: Promise, Least: Agent},
	{Action: Propose, Least: Agent},
	{Action: Tag, Least: Agent},
	{Action: Need, Least: Agent},
	{Action: Snooze, Least: Agent},
	{Action: Merge, Least: Agent},
	{Action: RenewLink, Least: Agent},
	{Action: ReadCustomer, Least: Agent},
	{Action: WriteFile, Least: Agent},
	{Action: ReadFile, Least: Agent},
	{Action: ReadAgents, Least: Agent},
	{Action: ReadReplies, Least: Agent},
	{Action: ReadBoard, Least: Agent},
	{Action: Follow, Least: Agent},
	{Action: Preview, Least: Agent},
	{Action: Me, Least: Agent, Own: true},
	{Action: MySessions, Least: Agent, Own: true},
	{Action: MyMentions, Least: Agent, Own: true},
	{Action: MyPresence, Least: Agent, Own: true},
	{Action: MyOffers, Least: Agent, Own: true},
	{Action: MyPush, Least: Agent, Own: true},
	{Action: Announce, Least: Lead},
	{Action: ChangeReplies, Least: Lead},
	{Action: ChangeSkills, Least: Lead},
	{Action: ChangeLimits, Least: Lead},
	{Action: ReadInsight, Least: Lead},
	{Action: ChangeHours, Least: Lead},
	{Action: ReadOutbox, Least: Admin},
	{Action: ReadAudit, Least: Admin},
	{Action: ChangeOrg, Least: Admin},
	{Action: ChangeDesk, Least: Admin},
	{Action: ChangeAgents, Least: Admin},
	{Action: ChangeTokens, Least: Admin},
	{Action: ChangeRules, Least: Admin},
	{Action: CreateOrg, Least: Admin, Operator: true},
	{Action: ListOrgs, Least: Admin, Operator: true},
}

var ruleOf = func() map[Action]Rule {
	m := make(map[Action]Rule, len(rules))
	for _, r := range rules {
		m[r.Action] = r
	}
	return m
}()

// Object is what an action is done to. Org is that of the row that was loaded, never that of who asks: an object
// without one is refused.
type Object struct {
	Org   ident.Org
	Case  ident.Case
	Owner ident.Agent // whose it is, for own actions
}

// May says whether p may do a to o. fault.Unknown when o belongs to another organisation or person: no access looks
// the same as not there (threat T1). fault.Denied when it may be seen and the role does not allow this.
func May(p Principal, a Action, o Object) error {
	rule, known := ruleOf[a]
	switch {
	case p.Org == 0 || p.Role.rank() == 0:
		return fault.New(fault.SignIn, "access.not_signed_in")
	case rule.Operator:
		if !p.Operator {
			return fault.New(fault.Unknown, "access.not_found")
		}
	case o.Org != p.Org:
		return fault.New(fault.Unknown, "access.not_found")
	case rule.Own && (p.Agent == 0 || o.Owner != p.Agent):
		return fault.New(fault.Unknown, "access.not_found")
	}
	if !known || !p.Role.Covers(rule.Least) {
		return fault.New(fault.Denied, "access.denied", "action", string(a))
	}
	return nil
}
