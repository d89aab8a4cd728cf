package manage_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/web/edge"
	"balie/web/manage"
)

// path fills the pattern of a route with what an organisation has.
func (s *side) path(t *testing.T, pattern string) (path string, object bool) {
	t.Helper()
	ids := map[string]string{
		"departments": ident.Text(s.dept.ID), "addresses": ident.Text(s.address.ID), "mailboxes": ident.Text(s.mailbox.ID),
		"keys": ident.Text(s.key.ID), "agents": ident.Text(s.newbie.ID), "tokens": ident.Text(s.token.ID),
		"replies": ident.Text(s.reply.ID), "sites": ident.Text(s.site.ID), "outbox": ident.Text(s.letter), "skills": ident.Text(s.skill.ID),
		"rules": ident.Text(s.rule.ID), "calls": ident.Text(s.call),
	}
	path = strings.NewReplacer("{$}", "", "{key}", "mail.receipt_thanks", "{date}", "2026-12-25").Replace(pattern)
	if strings.Contains(path, "{id}") {
		part := strings.Split(path, "/")[2]
		if ids[part] == "" {
			t.Fatalf("no object for %s", pattern)
		}
		return strings.Replace(path, "{id}", ids[part], 1), true
	}
	if strings.Contains(path, "{") {
		t.Fatalf("no value for %s", pattern)
	}
	return path, false
}

func (b *browser) ask(rt manage.Route, path string) page {
	if rt.Method == http.MethodPost {
		return b.post(path)
	}
	return b.get(path)
}

// facts is how much an organisation's ledger holds.
func (d *desk) facts(s *side) int64 {
	return got(d, func(tx *sqldb.Tx) (int64, error) {
		return sqldb.Value(tx, `select count(*) from ledger where org = $1`, s.org.ID)
	})
}

// expected is what May says, asked apart from the pages.
func expected(a access.Account, rt manage.Route) int {
	p := access.Principal{Org: a.Org, Agent: a.ID, Role: a.Role, Operator: a.Operator}
	err := access.May(p, rt.Action, access.Object{Org: a.Org, Owner: a.ID})
	if err == nil {
		return http.StatusOK
	}
	return edge.Status(fault.Of(err).Kind)
}

func TestEveryRouteAnswersEveryRoleAsThePolicySays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i, role := range access.Roles() {
			own := d.fill(fmt.Sprintf("energie-noord-%d", i), "Energie Noord")
			d.walk(own, own.people[role])
		}
		d.walk(d.east, d.east.people[access.Admin]) // who is an operator too
		if missing := d.texts.Missing(); len(missing) > 0 {
			t.Errorf("no text for %v", missing)
		}
	})
}

// walk asks every route as somebody, on what their own organisation has.
func (d *desk) walk(own *side, a access.Account) {
	d.t.Helper()
	b := d.browser(a)
	for _, rt := range manage.Routes() {
		path, _ := own.path(d.t, rt.Pattern)
		before := d.facts(own)
		p := b.ask(rt, path)
		want := expected(a, rt)
		switch {
		case want != http.StatusOK && (p.status != want || d.facts(own) != before):
			d.t.Errorf("%s %s as %s: %d, want %d and nothing done", rt.Method, path, a.Role, p.status, want)
		case want == http.StatusOK && rt.Method == http.MethodGet && p.status != http.StatusOK:
			d.t.Errorf("GET %s as %s: %d\n%s", path, a.Role, p.status, words(p.body))
		case want == http.StatusOK && !answered(p.status):
			d.t.Errorf("%s %s as %s: %d\n%s", rt.Method, path, a.Role, p.status, words(p.body))
		}
		if !strings.HasPrefix(path, "/manage/organisations") && strings.Contains(strings.ToLower(p.body), "west") {
			d.t.Errorf("%s %s as %s shows something of another organisation", rt.Method, path, a.Role)
		}
	}
}

// answered is a page, a redirect to one, or a form with what is missing in it.
func answered(status int) bool {
	switch status {
	case http.StatusOK, http.StatusSeeOther, http.StatusUnprocessableEntity, http.StatusConflict:
		return true
	}
	return false
}

func TestNothingOfAnotherOrganisationIsReached(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		objects := 0
		for _, role := range access.Roles() {
			b := d.browser(d.east.people[role])
			for _, rt := range manage.Routes() {
				path, object := d.west.path(t, rt.Pattern)
				if !object {
					continue
				}
				objects++
				before := d.facts(d.west)
				p := b.ask(rt, path)
				if p.status != http.StatusNotFound || strings.Contains(strings.ToLower(p.body), "west") || d.facts(d.west) != before {
					t.Errorf("%s %s as %s of another organisation: %d\n%s", rt.Method, path, role, p.status, words(p.body))
				}
			}
		}
		if objects < 60 {
			t.Errorf("only %d routes with an object were walked", objects)
		}
	})
}

func TestWhoIsNotSignedInGoesToTheDoorAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(access.Account{})
		for _, rt := range manage.Routes() {
			path, _ := d.east.path(t, rt.Pattern)
			p := b.ask(rt, path)
			if p.status != http.StatusSeeOther || !strings.HasPrefix(p.to(), "/sign-in?next=%2Fmanage%2F") {
				t.Errorf("%s %s: %d %s", rt.Method, path, p.status, p.to())
			}
		}
		if p := b.get("/manage/outbox?state=failed"); p.to() != "/sign-in?next=%2Fmanage%2Foutbox%3Fstate%3Dfailed" {
			t.Error(p.to())
		}
	})
}

func TestATokenOpensNoPages(t *testing.T) {
	d := newDesk(t, sqlite(t))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.server.URL+"/manage/agents", nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+d.east.bearer)
	if p := d.browser(access.Account{}).send(r); p.status != http.StatusSeeOther {
		t.Errorf("a token got %d", p.status)
	}
}

func TestAnotherSiteChangesNothing(t *testing.T) {
	d := newDesk(t, sqlite(t))
	b := d.admin()
	for _, rt := range manage.Routes() {
		if rt.Method != http.MethodPost {
			continue
		}
		path, _ := d.east.path(t, rt.Pattern)
		before := d.facts(d.east)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.server.URL+path, strings.NewReader("name=x"))
		must(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := b.send(r); p.status != http.StatusForbidden || d.facts(d.east) != before {
			t.Errorf("POST %s from another site: %d", path, p.status)
		}
	}
}

func TestPagesSayWhatBelongsOnEveryAnswer(t *testing.T) {
	d := newDesk(t, sqlite(t))
	for _, path := range []string{"/manage/", "/manage/agents", "/manage/nothing", "/manage/outbox/" + ident.Text(d.west.letter)} {
		p := d.admin().get(path)
		for name, want := range map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		} {
			if !strings.Contains(p.header.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, p.header.Get(name))
			}
		}
		if strings.Contains(p.body, "<script") {
			t.Errorf("%s has a script", path)
		}
	}
}

func TestAnUnknownPageIsSaidInTheLanguageOfTheAccount(t *testing.T) {
	d := newDesk(t, sqlite(t))
	for path, want := range map[string]int{
		"/manage/nothing": 404, "/manage/agents/x": 404, "/manage/texts/org.not_found": 404, "/manage/outbox?state=lost": 404,
		"/manage/outbox?cursor=x": 404, "/manage/audit?cursor=-1": 404, "/manage/hours?channel=fax": 404, "/manage/texts?group=org": 404,
	} {
		if p := d.admin().get(path); p.status != want || !strings.Contains(p.body, "Niet gevonden") {
			t.Error(path, p.status, fmt.Sprint(words(p.body)))
		}
	}
}
