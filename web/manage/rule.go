package manage

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/conversation"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

var ruleRoutes = []Route{
	{Method: get, Pattern: "/manage/rules", Action: access.ChangeRules, show: showRules},
	{Method: get, Pattern: "/manage/rules/new", Action: access.ChangeRules, show: showNewRule},
	{Method: post, Pattern: "/manage/rules", Action: access.ChangeRules, show: showNewRule, do: saveRule},
	{Method: get, Pattern: "/manage/rules/{id}", Action: access.ChangeRules, object: onRule, show: showRule},
	{Method: post, Pattern: "/manage/rules/{id}", Action: access.ChangeRules, object: onRule, show: showRule, do: saveRule},
	{Method: post, Pattern: "/manage/rules/{id}/on", Action: access.ChangeRules, object: onRule, show: showRule, do: switchRuleOn},
	{Method: post, Pattern: "/manage/rules/{id}/off", Action: access.ChangeRules, object: onRule, show: showRule, do: switchRuleOff},
	{Method: post, Pattern: "/manage/rules/{id}/secret", Action: access.ChangeRules, object: onRule, show: showRule, do: showRuleSecret},
	{Method: post, Pattern: "/manage/rules/{id}/renewal", Action: access.ChangeRules, object: onRule, show: showRule, do: renewRuleSecret},
	{Method: get, Pattern: "/manage/rules/{id}/runs", Action: access.ChangeRules, object: onRule, show: showRuns},
	{Method: post, Pattern: "/manage/calls/{id}/resend", Action: access.ChangeRules, object: onCall, show: showCallsAgain, do: resendCall},
	{Method: post, Pattern: "/manage/rules/{id}/removal", Action: access.ChangeRules, object: onRule, show: showRule, do: removeRule},
}

func onRule(s *screen, tx *sqldb.Tx) (access.Object, error) {
	r, err := s.rule(tx)
	return access.Object{Org: r.Org}, err
}

// rule is the one in the path.
func (s *screen) rule(tx *sqldb.Tx) (automation.Rule, error) {
	v, err := id[ident.Rule](s)
	if err != nil {
		return automation.Rule{}, err
	}
	return s.pages.Automation.Rule(tx, s.Who.Org, v)
}

func rulePath(id ident.Rule) string { return "/manage/rules/" + ident.Text(id) }

// ruleRow is one rule of the list.
type ruleRow struct {
	automation.Rule
	Runs int64
}

// runsSince is the period over which the list counts.
const runsSince = 7 * 24 * time.Hour

func showRules(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.rules")
	all, err := s.pages.Automation.Rules(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	rows := make([]ruleRow, len(all))
	for i, r := range all {
		rows[i].Rule = r
		if rows[i].Runs, err = s.pages.Automation.Count(tx, s.Org.ID, r.ID, s.Now.Add(-runsSince)); err != nil {
			return nil, err
		}
	}
	return rulesPage(s, rows), nil
}

// ruleView is the form of one rule.
type ruleView struct {
	automation.Rule
	Form     form
	Choices  map[automation.Field][]option
	Replies  []option
	Agents   []option
	Trial    *flow.Trial
	Triggers []option
}

func showNewRule(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.rule_add")
	return s.rulePage(tx, ruleView{Form: s.form("/manage/rules"), Rule: automation.Rule{Trigger: automation.Opened, Match: automation.All}})
}

func showRule(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	r, err := s.rule(tx)
	if err != nil {
		return nil, err
	}
	s.Title = r.Name
	return s.rulePage(tx, ruleView{Form: s.form(rulePath(r.ID)), Rule: r})
}

func (s *screen) rulePage(tx *sqldb.Tx, v ruleView) (templ.Component, error) {
	for _, t := range automation.Triggers() {
		v.Triggers = append(v.Triggers, option{string(t), s.T("manage.trigger_" + string(t))})
	}
	var err error
	if v.Choices, err = s.ruleChoices(tx); err != nil {
		return nil, err
	}
	if v.Replies, err = s.replyChoices(tx); err != nil {
		return nil, err
	}
	if v.Agents, err = s.agentChoices(tx); err != nil {
		return nil, err
	}
	v.Trial = s.trial
	return rulePage(s, v), nil
}

// ruleChoices are the lists that a condition chooses from.
func (s *screen) ruleChoices(tx *sqldb.Tx) (map[automation.Field][]option, error) {
	all := map[automation.Field][]option{}
	for _, c := range automation.Channels() {
		all[automation.Channel] = append(all[automation.Channel], option{string(c), s.T("manage.channel_" + string(c))})
	}
	for _, status := range []string{"new", "open", "proposed", "closed"} {
		all[automation.Status] = append(all[automation.Status], option{status, s.T("manage.status_" + status)})
	}
	departments, err := s.pages.Org.Departments(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range departments {
		all[automation.Department] = append(all[automation.Department], option{ident.Text(d.ID), d.Name})
	}
	addresses, err := s.pages.Org.Addresses(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range addresses {
		all[automation.Address] = append(all[automation.Address], option{a.Address, a.Address})
	}
	sites, err := s.pages.Org.Sites(tx, s.Org.ID)
	for _, x := range sites {
		all[automation.Site] = append(all[automation.Site], option{ident.Text(x.ID), x.Name})
	}
	return all, err
}

func (s *screen) replyChoices(tx *sqldb.Tx) ([]option, error) {
	all := []option{{"", s.T("manage.rule_no_reply")}}
	replies, err := s.pages.Org.Replies(tx, s.Org.ID)
	for _, r := range replies {
		all = append(all, option{ident.Text(r.ID), r.Name + " (" + s.languageName(r.Locale) + ")"})
	}
	return all, err
}

func (s *screen) agentChoices(tx *sqldb.Tx) ([]option, error) {
	all := []option{{"", s.T("manage.rule_nobody")}}
	people, err := s.pages.Access.Accounts(tx, s.Org.ID)
	for _, a := range people {
		if a.State != access.Blocked {
			all = append(all, option{ident.Text(a.ID), a.Name})
		}
	}
	return all, err
}

// Holds are the ways in which a condition can hold, with what suits its field.
func (s *screen) Holds(f automation.Field) []option {
	kind := "choice"
	switch f {
	case automation.Subject, automation.Words:
		kind = "words"
	case automation.Tag, automation.Hours, automation.Waiting, automation.Due:
		kind = string(f)
	}
	return []option{{"", s.T("manage.rule_any")}, {"is", s.T("manage.rule_is_" + kind)}, {"not", s.T("manage.rule_not_" + kind)}}
}

// condition is what a rule asks of a field.
func (v ruleView) condition(f automation.Field) (how, value string) {
	for _, c := range v.If {
		if c.Field != f {
			continue
		}
		if c.Not {
			return "not", c.Value
		}
		return "is", c.Value
	}
	return "", ""
}

// hours is the time of a promise as the form has it.
func (v ruleView) hours() string {
	if v.Then.Promise.Minutes == 0 {
		return ""
	}
	return strconv.Itoa(v.Then.Promise.Minutes / 60)
}

// typed reads a rule from the form.
func (s *screen) typed() (automation.Rule, error) {
	r := automation.Rule{Name: s.post("name"), Trigger: automation.Trigger(s.post("trigger")), Match: automation.Match(s.post("match"))}
	for _, f := range automation.Fields() {
		how, value := s.post("if_"+string(f)), s.post("value_"+string(f))
		if how != "" {
			r.If = append(r.If, automation.Condition{Field: f, Not: how == "not", Value: value})
		} else if typedField(f) && value != "" {
			return r, at("if_"+string(f), fault.New(fault.Invalid, "automation.how_missing"))
		}
	}
	then := &r.Then
	then.AddTags, then.DropTags = automation.Tags(s.post("add_tags")), automation.Tags(s.post("drop_tags"))
	then.Note, then.Webhook = s.post("note"), s.post("webhook")
	var err error
	if then.Department, err = chosen[ident.Department](s, "department"); err != nil {
		return r, at("department", err)
	}
	if then.Mention, err = chosen[ident.Agent](s, "mention"); err != nil {
		return r, at("mention", err)
	}
	if then.Reply, err = chosen[ident.Row](s, "reply"); err != nil {
		return r, at("reply", err)
	}
	then.Promise.Text = s.post("promise_text")
	if hours := s.post("promise_hours"); hours != "" {
		n, err := strconv.Atoi(hours)
		if err != nil || n < 1 || n > 1440 {
			return r, at("promise_hours", fault.New(fault.Invalid, "automation.promise_time_unusable"))
		}
		then.Promise.Minutes = n * 60
	}
	return r, nil
}

// refusedRule puts a refusal at the field that it is about.
func refusedRule(err error) error {
	var c automation.Refused
	if errors.As(err, &c) {
		return at("value_"+string(c.Field), err)
	}
	return err
}

func saveRule(s *screen) (answer, error) {
	r, err := s.typed()
	if err != nil {
		return answer{}, err
	}
	done := "added"
	if s.r.PathValue("id") != "" {
		done = "saved"
		if r.ID, err = id[ident.Rule](s); err != nil {
			return answer{}, err
		}
	}
	if s.post("step") == "try" {
		return s.tryRule(r)
	}
	a := answer{Done: done}
	err = s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) error {
		kept, err := s.pages.Automation.Save(tx, s.by(), r)
		a.To = rulePath(kept.ID)
		return refusedRule(err)
	})
	return a, err
}

// tryRule shows the form again with what the rule would have done, and saves nothing.
func (s *screen) tryRule(r automation.Rule) (answer, error) {
	var a answer
	err := s.pages.Edge.DB.Read(s.r.Context(), func(tx *sqldb.Tx) error {
		found, err := s.pages.Outside.Try(tx, s.Who.Org, r)
		if err != nil {
			return refusedRule(err)
		}
		s.trial, s.At, s.Typed = &found, s.r.URL.Path, s.r.PostForm
		show := showNewRule
		if r.ID != 0 {
			show = showRule
		}
		a.Page, err = show(s, tx)
		return err
	})
	return a, err
}

// onRuleDo changes the rule in the path.
func onRuleDo(s *screen, done string, fn func(tx *sqldb.Tx, id ident.Rule) error) (answer, error) {
	v, err := id[ident.Rule](s)
	if err != nil {
		return answer{}, err
	}
	return s.save(rulePath(v), done, func(tx *sqldb.Tx) error { return fn(tx, v) })
}

func switchRuleOn(s *screen) (answer, error) {
	return onRuleDo(s, "rule_on", func(tx *sqldb.Tx, v ident.Rule) error { return s.pages.Automation.SwitchOn(tx, s.by(), v) })
}

func switchRuleOff(s *screen) (answer, error) {
	return onRuleDo(s, "rule_off", func(tx *sqldb.Tx, v ident.Rule) error { return s.pages.Automation.SwitchOff(tx, s.by(), v) })
}

func renewRuleSecret(s *screen) (answer, error) {
	return onRuleDo(s, "site_renewed", func(tx *sqldb.Tx, v ident.Rule) error { return s.pages.Automation.RenewSecret(tx, s.by(), v) })
}

func removeRule(s *screen) (answer, error) {
	a, err := onRuleDo(s, "removed", func(tx *sqldb.Tx, v ident.Rule) error { return s.pages.Automation.Remove(tx, s.by(), v) })
	a.To = "/manage/rules"
	return a, err
}

func showRuleSecret(s *screen) (answer, error) {
	var a answer
	err := s.pages.Edge.DB.Read(s.r.Context(), func(tx *sqldb.Tx) error {
		r, err := s.rule(tx)
		s.Title = s.T("manage.rule_secret_title")
		a.Page = ruleSecretPage(s, r)
		return err
	})
	return a, err
}

// deeds are what a rule did or would do, in words.
func (s *screen) deeds(all []conversation.Deed) string {
	var said []string
	for _, d := range all {
		key := "manage.deed_" + d.Do
		if !s.Has(key) {
			said = append(said, d.Do)
			continue
		}
		said = append(said, s.T(key, "with", d.With))
	}
	return cmp.Or(strings.Join(said, "; "), s.T("manage.deed_nothing"))
}

// ruleState is whether a rule is on, in a word and a colour.
func ruleState(r automation.Rule) health {
	if r.On.IsZero() {
		return health{"manage.rule_off", "", "x"}
	}
	return health{"manage.rule_on", "green", "check"}
}

// typedField says for which conditions something is typed instead of chosen.
func typedField(f automation.Field) bool {
	return slices.Contains([]automation.Field{automation.Subject, automation.Words, automation.Tag, automation.Waiting, automation.Due}, f)
}
