package manage

import (
	"slices"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func onAgent(s *screen, tx *sqldb.Tx) (access.Object, error) {
	a, err := s.agent(tx)
	return access.Object{Org: a.Org}, err
}

// agent is the one in the path.
func (s *screen) agent(tx *sqldb.Tx) (access.Account, error) {
	v, err := id[ident.Agent](s)
	if err != nil {
		return access.Account{}, err
	}
	return s.pages.Access.Account(tx, s.Who.Org, v)
}

func (s *screen) roles() []option {
	var all []option
	for _, r := range access.Roles() {
		all = append(all, option{string(r), s.T("manage.role_" + string(r))})
	}
	return all
}

// agentsView is what the page of the agents shows.
type agentsView struct {
	All         []access.Account
	Passkeys    map[ident.Agent]bool
	Departments []option
}

func showAgents(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.agents")
	v := agentsView{Passkeys: map[ident.Agent]bool{}}
	var err error
	if v.All, err = s.pages.Access.Accounts(tx, s.Org.ID); err != nil {
		return nil, err
	}
	for _, a := range v.All {
		if a.Code {
			continue
		}
		keys, err := s.pages.Access.Passkeys(tx, s.Org.ID, a.ID)
		if err != nil {
			return nil, err
		}
		v.Passkeys[a.ID] = len(keys) > 0
	}
	v.Departments, err = s.departments(tx)
	return agentsPage(s, v), err
}

// standing is the state of an account in a word and a colour.
func standing(a access.Account) health {
	switch a.State {
	case access.Invited:
		return health{"manage.state_invited", "amber", "clock"}
	case access.Blocked:
		return health{"manage.state_blocked", "red", "lock"}
	}
	return health{"manage.state_active", "green", "check"}
}

// second is the second step of an account.
func (v agentsView) second(a access.Account) health {
	switch {
	case bool(a.Code):
		return health{"manage.second_code", "green", "check"}
	case v.Passkeys[a.ID]:
		return health{"manage.second_passkey", "green", "fingerprint-pattern"}
	}
	return health{"manage.second_none", "amber", "clock"}
}

// invitation is the link of an invitation, told this one time.
type invitation struct {
	Account access.Account
	URL     string
	Expires string
	Mailed  bool
}

func inviteAgent(s *screen) (answer, error) {
	a := access.Account{Name: s.post("name"), Email: s.post("email"), Role: access.Role(s.post("role")), Locale: s.post("locale")}
	var err error
	if a.Department, err = chosen[ident.Department](s, "department"); err != nil {
		return answer{}, at("department", err)
	}
	var v invitation
	err = s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) error {
		if err := s.department(tx, a.Department); err != nil {
			return err
		}
		kept, link, err := s.pages.Access.Invite(tx, s.by(), a)
		if err != nil {
			return err
		}
		v, err = s.invite(tx, kept, link)
		return err
	})
	s.Title = s.T("manage.invited")
	return answer{Page: invitedPage(s, v)}, err
}

// department refuses one that this organisation does not have: the room of accounts takes any number.
func (s *screen) department(tx *sqldb.Tx, v ident.Department) error {
	if v == 0 {
		return nil
	}
	if _, err := s.pages.Org.Department(tx, s.Who.Org, v); fault.Is(err, fault.Unknown) {
		return at("department", fault.New(fault.Invalid, "org.choice_unknown", "choice", ident.Text(v)))
	} else if err != nil {
		return err
	}
	return nil
}

// invite mails the link where that can be done; the page shows it in any case.
func (s *screen) invite(tx *sqldb.Tx, a access.Account, link access.Link) (invitation, error) {
	v := invitation{Account: a, URL: "/welcome/" + link.Token, Expires: s.When(link.Expires)}
	if s.pages.Outside.LinkURL != nil {
		v.URL = s.pages.Outside.LinkURL(link)
	}
	if s.pages.Outside.Invite == nil {
		return v, nil
	}
	if _, err := s.pages.Org.Sender(tx, s.Who.Org); fault.Is(err, fault.Unknown) {
		return v, nil // no address to send from yet: the link is handed over
	} else if err != nil {
		return v, err
	}
	v.Mailed = true
	return v, s.pages.Outside.Invite(tx, link)
}

func inviteAgain(s *screen) (answer, error) {
	who, err := id[ident.Agent](s)
	if err != nil {
		return answer{}, err
	}
	var v invitation
	err = s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) error {
		link, err := s.pages.Access.InviteAgain(tx, s.by(), who)
		if err != nil {
			return err
		}
		v, err = s.invite(tx, link.Account, link)
		return err
	})
	s.Title = s.T("manage.invited")
	return answer{Page: invitedPage(s, v)}, err
}

// agentView is the page of one agent.
type agentView struct {
	access.Account
	Form        form
	Second      health
	Sessions    []access.Session
	Departments []option
	Skills      []staff.Skill // that they have
	Levels      staff.Levels
	Self        bool
}

func showAgent(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	a, err := s.agent(tx)
	if err != nil {
		return nil, err
	}
	s.Title = a.Name
	v := agentView{Account: a, Form: s.form("/manage/agents/" + ident.Text(a.ID)), Self: a.ID == s.Who.Agent}
	keys, err := s.pages.Access.Passkeys(tx, s.Org.ID, a.ID)
	if err != nil {
		return nil, err
	}
	v.Second = agentsView{Passkeys: map[ident.Agent]bool{a.ID: len(keys) > 0}}.second(a)
	if v.Sessions, err = s.pages.Access.Sessions(tx, s.Org.ID, a.ID); err != nil {
		return nil, err
	}
	if v.Departments, err = s.departments(tx); err != nil {
		return nil, err
	}
	err = s.known(tx, &v)
	return agentPage(s, v), err
}

// known fills in what somebody knows.
func (s *screen) known(tx *sqldb.Tx, v *agentView) error {
	known, err := s.pages.Staff.Known(tx, s.Org.ID)
	if err != nil {
		return err
	}
	v.Levels = known[v.ID]
	all, err := s.pages.Staff.Skills(tx, s.Org.ID)
	v.Skills = slices.DeleteFunc(all, func(k staff.Skill) bool { return !v.Levels[k.ID].Known() })
	return err
}

// onHim runs a change of the agent in the path and leads back to the page.
func (s *screen) onHim(done string, fn func(tx *sqldb.Tx, who ident.Agent) error) (answer, error) {
	who, err := id[ident.Agent](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/agents/"+ident.Text(who), done, func(tx *sqldb.Tx) error { return fn(tx, who) })
}

func saveAgent(s *screen) (answer, error) {
	department, err := chosen[ident.Department](s, "department")
	if err != nil {
		return answer{}, at("department", err)
	}
	return s.onHim("saved", func(tx *sqldb.Tx, who ident.Agent) error {
		a, err := s.pages.Access.Account(tx, s.Who.Org, who)
		if err != nil {
			return err
		}
		if department != a.Department {
			if err := s.department(tx, department); err != nil {
				return err
			}
		}
		a.Name, a.Email, a.Role, a.Department = s.post("name"), s.post("email"), access.Role(s.post("role")), department
		return s.pages.Access.ChangeAccount(tx, s.by(), a)
	})
}

func blockAgent(s *screen) (answer, error) {
	return s.onHim("blocked", func(tx *sqldb.Tx, who ident.Agent) error {
		if who == s.Who.Agent {
			return fault.New(fault.Conflict, "manage.not_yourself")
		}
		return at("", s.pages.Access.Block(tx, s.by(), who))
	})
}

func unblockAgent(s *screen) (answer, error) {
	return s.onHim("unblocked", func(tx *sqldb.Tx, who ident.Agent) error { return s.pages.Access.Unblock(tx, s.by(), who) })
}

func resetSecondStep(s *screen) (answer, error) {
	return s.onHim("second_step", func(tx *sqldb.Tx, who ident.Agent) error { return s.pages.Access.RemoveSecondStep(tx, s.by(), who) })
}

func endSessionOf(s *screen) (answer, error) {
	return s.onHim("session", func(tx *sqldb.Tx, who ident.Agent) error {
		return gone("manage.session_gone", s.pages.Access.RevokeSession(tx, s.by(), who, s.row("session")))
	})
}

func endSessionsOf(s *screen) (answer, error) {
	return s.onHim("sessions", func(tx *sqldb.Tx, who ident.Agent) error {
		but := ident.Row(0)
		if who == s.Who.Agent {
			but = s.Who.Row
		}
		return s.pages.Access.RevokeSessions(tx, s.by(), who, but)
	})
}
