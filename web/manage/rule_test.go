package manage_test

import (
	"strings"
	"testing"

	"balie/domain/access"
	"balie/domain/automation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// spoed are the fields of a rule as a browser posts them.
func spoed(change ...string) []string {
	fields := []string{
		"name", "Spoed", "trigger", "customer_wrote", "match", "any", "if_words", "is", "value_words", "gas, brand*", "if_hours", "not",
		"if_channel", "", "value_channel", "email", "add_tags", "Spoed, gas", "promise_text", "Wij bellen je", "promise_hours", "4",
	}
	return append(fields, change...)
}

func (d *desk) rulesOf(s *side) []automation.Rule {
	d.t.Helper()
	return got(d, func(tx *sqldb.Tx) ([]automation.Rule, error) { return d.rules.Rules(tx, s.org.ID) })
}

func TestARuleIsWrittenInAFormAndIsOffAtFirst(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Admin])
		p := b.post("/manage/rules", spoed()...)
		all := d.rulesOf(d.east)
		r := all[len(all)-1]
		if p.status != 303 || len(all) != 2 || r.Name != "Spoed" || !r.On.IsZero() || r.Match != automation.Any || len(r.If) != 2 {
			t.Fatalf("%d: %+v", p.status, all)
		}
		if r.If[0] != (automation.Condition{Field: automation.Words, Value: "gas, brand*"}) || r.If[1] != (automation.Condition{Field: automation.Hours, Not: true}) {
			t.Errorf("conditions %+v", r.If)
		}
		if strings.Join(r.Then.AddTags, " ") != "spoed gas" || r.Then.Promise != (automation.Pledge{Text: "Wij bellen je", Minutes: 240}) {
			t.Errorf("does %+v", r.Then)
		}
		path := "/manage/rules/" + ident.Text(r.ID)
		shown := b.get(path).body
		for _, want := range []string{`value="gas, brand*"`, `value="spoed, gas"`, `value="4"`, `value="Wij bellen je"`} {
			if !strings.Contains(shown, want) {
				t.Errorf("the form does not show %s", want)
			}
		}
		b.post(path+"/on", "x", "x")
		if r := d.rulesOf(d.east)[1]; r.On.IsZero() {
			t.Error("it is not on")
		}
		b.post(path, spoed("name", "Gas")...)
		if r := d.rulesOf(d.east)[1]; r.On.IsZero() {
			t.Error("changing it switches it off")
		}
		b.post(path+"/off", "x", "x")
		if r := d.rulesOf(d.east)[1]; !r.On.IsZero() {
			t.Error("it is on")
		}
		b.post(path+"/removal", "x", "x")
		if len(d.rulesOf(d.east)) != 1 {
			t.Error("it is still there")
		}
		trail := words(b.get("/manage/audit").body)
		for _, want := range []string{"is geschreven", "is aangezet", "is uitgezet", "is verwijderd"} {
			if !strings.Contains(trail, want) {
				t.Errorf("the trail does not say %q", want)
			}
		}
	})
}

func TestTryingARuleSavesNothingAndKeepsWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Admin])
		p := b.post("/manage/rules", spoed("step", "try")...)
		if p.status != 200 || !strings.Contains(p.body, `value="gas, brand*"`) || !strings.Contains(words(p.body), "Dit had de regel gedaan") {
			t.Errorf("%d %s", p.status, words(p.body))
		}
		if len(d.outside.tried) != 1 || d.outside.tried[0].Name != "Spoed" || len(d.rulesOf(d.east)) != 1 {
			t.Errorf("tried %+v", d.outside.tried)
		}
	})
}

func TestWhatIsWrongWithARuleStandsAtItsField(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Admin])
		west := ident.Text(d.west.dept.ID)
		for name, c := range map[string]struct{ field, value, at string }{
			"no name":                             {"name", "", "rules-name-wrong"},
			"no time":                             {"promise_hours", "", "rules-promise_hours-wrong"},
			"no words":                            {"value_words", " ", "rules-value_words-wrong"},
			"words without how":                   {"if_words", "", "rules-if_words-wrong"},
			"a webhook of air":                    {"webhook", "gopher://x", "rules-webhook-wrong"},
			"a department of somebody else":       {"department", west, "rules-department-wrong"},
			"a department of somebody else to be": {"if_department", "is", "rules-value_department-wrong"},
		} {
			fields := spoed()
			set(&fields, c.field, c.value)
			if c.field == "if_department" {
				set(&fields, "value_department", west)
			}
			p := b.post("/manage/rules", fields...)
			if p.status != 422 || !strings.Contains(p.body, c.at) {
				t.Errorf("%s: %d, no %s", name, p.status, c.at)
			}
		}
		if len(d.rulesOf(d.east)) != 1 {
			t.Error("something was saved")
		}
	})
}

// set gives a field of a form another value.
func set(fields *[]string, name, value string) {
	for i := 0; i < len(*fields); i += 2 {
		if (*fields)[i] == name {
			(*fields)[i+1] = value
			return
		}
	}
	*fields = append(*fields, name, value)
}

func TestTheSecretOfARuleIsShownWhenAskedAndCanBeRenewed(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Admin])
		path := "/manage/rules/" + ident.Text(d.east.rule.ID)
		before := d.rulesOf(d.east)[0].Shown()
		if !strings.HasPrefix(before, "whsec_") || strings.Contains(b.get(path).body, before) || !strings.Contains(b.post(path+"/secret", "x", "x").body, before) {
			t.Error("the secret is shown without being asked for, or not at all")
		}
		b.post(path+"/renewal", "x", "x")
		after := d.rulesOf(d.east)[0].Shown()
		if after == before || !strings.Contains(b.post(path+"/secret", "x", "x").body, after) {
			t.Error("it is not renewed")
		}
		if d.rulesOf(d.west)[0].Shown() == after {
			t.Error("two rules have one secret")
		}
	})
}

func TestARuleShowsWhatItDidAndSendsACallAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Admin])
		path := "/manage/rules/" + ident.Text(d.east.rule.ID) + "/runs"
		said := words(b.get(path).body)
		if !strings.Contains(said, "label erbij: spoed") || !strings.Contains(said, "2026-1") {
			t.Errorf("the page says %s", said)
		}
		if p := b.post("/manage/calls/"+ident.Text(d.east.call)+"/resend", "x", "x"); p.status != 303 {
			t.Errorf("sending again answers %d", p.status)
		}
		d.write(func(tx *sqldb.Tx) error {
			return d.rules.Arrived(tx, automation.Call{ID: d.east.call, Org: d.east.org.ID})
		})
		if p := b.post("/manage/calls/"+ident.Text(d.east.call)+"/resend", "x", "x"); p.status != 409 || !strings.Contains(words(p.body), "al aangekomen") {
			t.Errorf("sending what arrived answers %d", p.status)
		}
	})
}

func TestOnlyWhoMayChangeRulesSendsACallAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		call := func() automation.Call {
			return got(d, func(tx *sqldb.Tx) (automation.Call, error) { return d.rules.Call(tx, d.east.org.ID, d.east.call) })
		}
		d.write(func(tx *sqldb.Tx) error {
			return d.rules.Refused(tx, call(), fault.New(fault.Unavailable, "hook.refused", "status", 503))
		})
		tried := call()
		path := "/manage/calls/" + ident.Text(tried.ID) + "/resend"
		for status, people := range map[int][]access.Account{
			403: {d.east.people[access.Agent], d.east.people[access.Lead]},
			404: {d.west.people[access.Agent], d.west.people[access.Lead], d.west.people[access.Admin]},
			303: {{}},
		} {
			for _, a := range people {
				if p := d.browser(a).post(path, "x", "x"); p.status != status || call() != tried {
					t.Errorf("%s of %d: %d, and the call is %+v", a.Role, a.Org, p.status, call())
				}
			}
		}
		p := d.browser(d.east.people[access.Admin]).post(path, "x", "x")
		if c := call(); p.status != 303 || !strings.HasPrefix(p.to(), "/manage/rules/"+ident.Text(tried.Rule)+"/runs") || c.Attempts != 0 || c.Next.After(d.hand.Now()) {
			t.Errorf("an administrator: %d %s, and the call is %+v", p.status, p.to(), c)
		}
	})
}
