package manage

import (
	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/automation"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// runsView is what a rule did, and its calls.
type runsView struct {
	automation.Rule
	Runs  []automation.Run
	Calls []automation.Call
}

func showRuns(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	r, err := s.rule(tx)
	if err != nil {
		return nil, err
	}
	return s.runsOf(tx, r)
}

func (s *screen) runsOf(tx *sqldb.Tx, r automation.Rule) (templ.Component, error) {
	s.Title = s.T("manage.rule_runs_of", "name", r.Name)
	v := runsView{Rule: r}
	var err error
	if v.Runs, err = s.pages.Automation.Runs(tx, s.Org.ID, r.ID, pageSize); err != nil {
		return nil, err
	}
	v.Calls, err = s.pages.Automation.Calls(tx, s.Org.ID, r.ID, pageSize)
	return runsPage(s, v), err
}

func onCall(s *screen, tx *sqldb.Tx) (access.Object, error) {
	c, err := s.callTo(tx)
	return access.Object{Org: c.Org}, err
}

func (s *screen) callTo(tx *sqldb.Tx) (automation.Call, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return automation.Call{}, err
	}
	return s.pages.Automation.Call(tx, s.Who.Org, v)
}

// showCallsAgain is the page of the rule that a call is of.
func showCallsAgain(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	c, err := s.callTo(tx)
	if err != nil {
		return nil, err
	}
	r, err := s.pages.Automation.Rule(tx, s.Who.Org, c.Rule)
	if err != nil {
		return nil, err
	}
	return s.runsOf(tx, r)
}

func resendCall(s *screen) (answer, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return answer{}, err
	}
	a := answer{Done: "resent"}
	err = s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) error {
		c, err := s.pages.Automation.Resend(tx, s.Who.Org, v)
		a.To = rulePath(c.Rule) + "/runs"
		return err
	})
	return a, err
}

// callState is the state of a call in a word and a colour.
func callState(c automation.Call) health {
	switch {
	case c.State == automation.Sent:
		return health{"manage.call_sent", "green", "check"}
	case c.State == automation.Failed:
		return health{"manage.call_failed", "red", "circle-x"}
	case c.Attempts > 0:
		return health{"manage.outbox_again", "amber", "refresh-cw"}
	}
	return health{"manage.outbox_queued", "", "clock"}
}

// callReason is why a call did not arrive, in words where there are any.
func (s *screen) callReason(c automation.Call) string {
	if s.Has(c.Reason) {
		return s.T(c.Reason)
	}
	return c.Reason
}
