package manage_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

func (d *desk) account(s *side, id ident.Agent) access.Account {
	return got(d, func(tx *sqldb.Tx) (access.Account, error) { return d.access.Account(tx, s.org.ID, id) })
}

func TestAnInvitationIsMailedAndItsLinkShownOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		form := []string{"name", "Bas Smit", "email", "Bas@energie-oost.example", "role", "lead", "department", ident.Text(d.east.dept.ID), "locale", "nl"}
		p := b.post("/manage/agents", form...)
		if len(d.outside.invited) != 1 {
			t.Fatalf("%d letters\n%s", len(d.outside.invited), words(p.body))
		}
		l := d.outside.invited[0]
		if p.status != http.StatusOK || !strings.Contains(p.body, "https://balie.example/welcome/"+l.Token) || l.Account.Role != access.Lead ||
			l.Account.Department != d.east.dept.ID {
			t.Error(p.status, words(p.body))
		}
		for _, path := range []string{"/manage/agents", "/manage/agents/" + ident.Text(l.Account.ID), "/manage/audit"} {
			if strings.Contains(b.get(path).body, l.Token) {
				t.Errorf("%s shows the link again", path)
			}
		}
		p = b.refused("access.account_exists", "/manage/agents", form...)
		if !strings.Contains(p.body, `value="Bas Smit"`) || !strings.Contains(p.body, `id="agents-email-wrong"`) {
			t.Error("not kept as typed")
		}
		b.refused("org.choice_unknown", "/manage/agents", "name", "A", "email", "a@b.example", "role", "agent", "locale", "nl", "department", ident.Text(d.west.dept.ID))
		b.refused("access.role_unknown", "/manage/agents", "name", "A", "email", "a@b.example", "role", "owner", "locale", "nl")
	})
}

func TestWithoutAnAddressToSendFromTheLinkIsHandedOver(t *testing.T) {
	d := newDesk(t, sqlite(t))
	d.write(func(tx *sqldb.Tx) error { return d.org.RemoveAddress(tx, d.east.by, d.east.address.ID) })
	p := d.admin().post("/manage/agents", "name", "Bas", "email", "bas@energie-oost.example", "role", "agent", "locale", "nl")
	if len(d.outside.invited) != 0 || !strings.Contains(p.body, "Geef deze link zelf door") || !strings.Contains(p.body, "/welcome/") {
		t.Error(words(p.body))
	}
	d.admin().refused("manage.no_sender", "/manage/test-mail")
}

func TestARoleIsChangedAndTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b, joris, maaike := d.admin(), d.east.people[access.Agent], d.east.people[access.Admin]
		save := func(a access.Account, role string) []string {
			return []string{"name", a.Name, "email", a.Email, "role", role, "department", ""}
		}
		b.done("/manage/agents/"+ident.Text(joris.ID), save(joris, "lead")...)
		if a := d.account(d.east, joris.ID); a.Role != access.Lead || a.Department != 0 {
			t.Errorf("%+v", a)
		}
		b.refused("access.last_admin", "/manage/agents/"+ident.Text(maaike.ID), save(maaike, "agent")...)
		b.refused("manage.not_yourself", "/manage/agents/"+ident.Text(maaike.ID)+"/block")
		them := d.browser(joris)
		b.done("/manage/agents/" + ident.Text(joris.ID) + "/block")
		if p := them.get("/manage/me"); p.status != http.StatusSeeOther {
			t.Error("somebody who is blocked still sees pages")
		}
		b.done("/manage/agents/" + ident.Text(joris.ID) + "/unblock")
		if a := d.account(d.east, joris.ID); a.State != access.Invited { // without a password an invitation is needed
			t.Error(a.State)
		}
		if p := b.post("/manage/agents/" + ident.Text(joris.ID) + "/invitation"); !strings.Contains(p.body, "/welcome/") {
			t.Error(words(p.body))
		}
		b.done("/manage/agents/" + ident.Text(joris.ID) + "/second-step")
	})
}

var sessionField = regexp.MustCompile(`name="session" value="(\d+)"`)

func TestSessionsAreSeenAndEnded(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		joris := d.east.people[access.Agent]
		first, second := d.browser(joris), d.browser(joris)
		p := second.get("/manage/me")
		row := sessionField.FindStringSubmatch(p.body)
		if row == nil || !strings.Contains(p.body, "Firefox op Linux") || !strings.Contains(p.body, "192.0.2.7") {
			t.Fatal(words(p.body))
		}
		foreign := d.browser(d.west.people[access.Agent])
		foreign.refused("manage.session_gone", "/manage/me/session", "session", row[1])
		if first.get("/manage/me").status != http.StatusOK {
			t.Fatal("a stranger ended a session")
		}
		second.done("/manage/me/session", "session", row[1])
		if first.get("/manage/me").status != http.StatusSeeOther || second.get("/manage/me").status != http.StatusOK {
			t.Error("the wrong session ended")
		}
		d.admin().done("/manage/agents/" + ident.Text(joris.ID) + "/sessions")
		if second.get("/manage/me").status != http.StatusSeeOther {
			t.Error("the session goes on")
		}
	})
}

func TestEverybodyHasAProfileOfTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		joris := d.east.people[access.Agent]
		b := d.browser(joris)
		p := b.done("/manage/me", "name", "Joris B.", "locale", "en", "signature", "Groet,\r\nJoris")
		if a := d.account(d.east, joris.ID); a.Name != "Joris B." || a.Signature != "Groet,\nJoris" || a.Role != access.Agent {
			t.Errorf("%+v", a)
		}
		if !strings.Contains(p.body, `lang="en"`) || !strings.Contains(p.body, "Saved.") || strings.Contains(p.body, "/manage/agents") {
			t.Error(words(p.body))
		}
		b.refused("manage.passwords_differ", "/manage/me/password", "old", "x", "password", "blue horse lamp street", "again", "blue")
		b.refused("access.wrong_old_password", "/manage/me/password", "old", "x", "password", "blue horse lamp street", "again", "blue horse lamp street")
		p = b.post("/manage/me/recovery")
		_, told, _ := strings.Cut(p.body, `<div class="secret">`)
		codes := regexp.MustCompile(`\b[a-z2-7]{5}-[a-z2-7]{5}\b`).FindAllString(told, -1)
		if len(codes) != 10 || strings.Contains(b.get("/manage/me").body, codes[0]) {
			t.Errorf("%d codes", len(codes))
		}
		b.refused("access.last_passkey", "/manage/me/passkey-removal", "passkey", "12")
	})
}

func TestATokenIsToldOnceAndWorksUntilItIsRevoked(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		b.refused("access.token_over_agent", "/manage/tokens", "name", "x", "role", "admin", "agent", ident.Text(d.east.people[access.Agent].ID))
		b.refused("org.choice_unknown", "/manage/tokens", "name", "x", "role", "agent", "agent", ident.Text(d.west.people[access.Agent].ID))
		p := b.post("/manage/tokens", "name", "planning", "role", "agent", "agent", "")
		bearer := regexp.MustCompile(`balie_[A-Za-z0-9_-]+`).FindString(p.body)
		if bearer == "" || strings.Contains(b.get("/manage/tokens").body, bearer) {
			t.Fatal(words(p.body))
		}
		who := func() (access.Principal, error) {
			var p access.Principal
			err := d.db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
				p, err = d.access.ByToken(tx, bearer)
				return err
			})
			return p, err
		}
		w, err := who()
		if err != nil || w.Role != access.Agent || w.Org != d.east.org.ID {
			t.Fatal(w, err)
		}
		if p := b.done("/manage/tokens/" + ident.Text(w.Row) + "/removal"); !strings.Contains(p.body, "ingetrokken") {
			t.Error(words(p.body))
		}
		if _, err := who(); !fault.Is(err, fault.SignIn) {
			t.Error(err)
		}
	})
}

func TestSavedRepliesArePreviewedAndKept(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Lead])
		form := []string{"name", "Storing", "shortcut", "storing", "locale", "nl", "department", "", "text", "Dag {{customer.name}}, **we** bellen {{klant.naam}} <script>"}
		p := b.post("/manage/replies", append(form, "step", "preview")...)
		if p.status != http.StatusOK || !strings.Contains(p.body, "Dag Sanne de Wit, <strong>we</strong> bellen {{klant.naam}}") || strings.Contains(p.body, "<script>") {
			t.Error(p.status, words(p.body))
		}
		count := func() int {
			return len(got(d, func(tx *sqldb.Tx) ([]org.Reply, error) { return d.org.Replies(tx, d.east.org.ID) }))
		}
		if count() != 1 {
			t.Error("a preview saved something")
		}
		b.done("/manage/replies", form...)
		p = b.refused("org.reply_shortcut_taken", "/manage/replies", form...)
		if !strings.Contains(p.body, "{{klant.naam}}") {
			t.Error("not kept as typed")
		}
		path := "/manage/replies/" + ident.Text(d.east.reply.ID)
		b.refused("org.reply_text_missing", path, "name", "Leeg", "locale", "nl")
		b.done(path, "name", "Rekening", "locale", "en", "text", "Hello", "department", ident.Text(d.east.dept.ID))
		if b.done(path + "/removal"); count() != 1 {
			t.Error(count())
		}
	})
}

func TestTheOutboxTellsWhatFailedAndSendsItAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		read := func() conversation.Letter {
			return got(d, func(tx *sqldb.Tx) (conversation.Letter, error) {
				return d.said.Letter(tx, d.east.org.ID, d.east.letter)
			})
		}
		path := "/manage/outbox/" + ident.Text(d.east.letter)
		b.refused("conversation.not_failed", path+"/resend")
		d.write(func(tx *sqldb.Tx) error {
			return d.said.NotCarried(tx, read(), fault.New(fault.Invalid, "email.refused", "reply", "550 5.1.1 user unknown"))
		})
		if p := b.get("/manage/outbox?state=failed"); !strings.Contains(p.body, "550 5.1.1 user unknown") {
			t.Error(words(p.body))
		}
		if p := b.get("/manage/outbox?state=sent"); strings.Contains(p.body, "Bericht van") {
			t.Error(words(p.body))
		}
		if p := b.get("/manage/"); !strings.Contains(words(p.body), "Niet aangekomen1") {
			t.Error(words(p.body))
		}
		if p := b.done(path + "/resend"); !strings.Contains(p.body, "weer in de rij") || read().State != "queued" || read().Attempts != 0 {
			t.Error(words(p.body))
		}
	})
}

func TestAMailThatIsSentAgainAfterDaysIsTriedMoreThanOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		read := func() conversation.Letter {
			return got(d, func(tx *sqldb.Tx) (conversation.Letter, error) {
				return d.said.Letter(tx, d.east.org.ID, d.east.letter)
			})
		}
		away := fault.New(fault.Unavailable, "email.away", "reply", "421 try later")
		d.hand.Advance(100 * time.Hour)
		again := 0
		d.write(func(tx *sqldb.Tx) error {
			return d.said.NotCarried(tx, read(), fault.New(fault.Invalid, "email.refused"))
		})
		d.admin().done("/manage/outbox/" + ident.Text(d.east.letter) + "/resend")
		for read().State == "queued" && again < 100 {
			again++
			d.write(func(tx *sqldb.Tx) error {
				_, err := d.said.Lease(tx, 100)
				return err
			})
			d.write(func(tx *sqldb.Tx) error { return d.said.NotCarried(tx, read(), away) })
			d.hand.Advance(5 * time.Hour)
		}
		if l := read(); l.State != "failed" || again != 8 || l.Reason != "421 try later" {
			t.Errorf("%s after %d attempts", l.State, again)
		}
	})
}

func TestTheOutboxIsPagedByKey(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.write(func(tx *sqldb.Tx) error {
			for n := range 60 {
				if err := d.said.Post(tx, conversation.Letter{
					ID: d.said.NextLetter(tx), Org: d.east.org.ID, Channel: "email", Subject: fmt.Sprintf("Brief nummer %02d.", n), MessageID: fmt.Sprint(n, "@sample.example"),
				}); err != nil {
					return err
				}
			}
			return nil
		})
		b := d.admin()
		first := b.get("/manage/outbox?state=queued")
		next := regexp.MustCompile(`/manage/outbox\?cursor=\d+&amp;state=queued`).FindString(first.body)
		if next == "" || strings.Count(first.body, "Brief nummer") != 50 || !strings.Contains(first.body, "nummer 59.") {
			t.Fatal(next, words(first.body))
		}
		second := b.get(strings.ReplaceAll(next, "&amp;", "&"))
		if strings.Count(second.body, "Brief nummer") != 10 || strings.Contains(second.body, "cursor=") {
			t.Error(words(second.body))
		}
	})
}

func TestAMailIsShownInAFrameThatCanDoNothing(t *testing.T) {
	d := newDesk(t, sqlite(t))
	var id ident.Outgoing
	d.write(func(tx *sqldb.Tx) error {
		id = d.said.NextLetter(tx)
		return d.said.Post(tx, conversation.Letter{
			ID: id, Org: d.east.org.ID, Channel: "email", Subject: "Uitnodiging", Text: "Kies een wachtwoord: https://balie.example/welcome/GEHEIM-1_x",
			HTML: `<script>x</script><a href="https://balie.example/welcome/GEHEIM-1_x">Kies</a>`, MessageID: "x@sample.example",
		})
	})
	b := d.admin()
	page, frame := b.get("/manage/outbox/"+ident.Text(id)), b.get("/manage/outbox/"+ident.Text(id)+"/html")
	if csp := frame.header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "; sandbox") || !strings.Contains(csp, "default-src 'none'") {
		t.Error(csp)
	}
	if !strings.Contains(page.body, `<iframe sandbox=""`) || strings.Contains(page.body+frame.body, "GEHEIM") || !strings.Contains(page.body, "/welcome/***") {
		t.Error("a link that is for its reader alone is shown", words(page.body))
	}
}

func TestTheOperatorMakesAnOrganisationWithItsFirstAdministrator(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		form := []string{"name", "Waterwerk", "slug", "waterwerk", "locale", "en", "zone", "Europe/Amsterdam", "admin", "Ada Kok", "email", "ada@waterwerk.example"}
		p := b.post("/manage/organisations", form...)
		token := regexp.MustCompile(`/welcome/([A-Za-z0-9_-]+)`).FindStringSubmatch(p.body)
		if p.status != http.StatusOK || token == nil {
			t.Fatal(p.status, words(p.body))
		}
		var in access.Ticket
		hashed, err := d.access.HashPassword(t.Context(), secret.New("paars fiets dijk lamp"))
		must(t, err)
		d.write(func(tx *sqldb.Tx) (err error) {
			in, err = d.access.Join(tx, token[1], "", hashed)
			return err
		})
		o := got(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.org.BySlug(tx, "waterwerk") })
		if in.Account.Org != o.ID || in.Account.Role != access.Admin || in.Account.Operator || o.Locale != "en" {
			t.Errorf("%+v", in.Account)
		}
		p = b.refused("org.slug_taken", "/manage/organisations", form...)
		if !strings.Contains(p.body, `value="Ada Kok"`) {
			t.Error("not kept as typed")
		}
		form[3], form[9] = "waterwerk-2", ""
		b.refused("access.name_unusable", "/manage/organisations", form...)
		if p := d.browser(d.west.people[access.Admin]).get("/manage/organisations"); p.status != http.StatusNotFound {
			t.Error("somebody who is no operator sees the organisations")
		}
		if names := b.get("/manage/organisations"); strings.Contains(names.body, "waterwerk-2") {
			t.Error("an organisation without an administrator was made")
		}
	})
}

func TestTheLogTellsWhoDidWhatInSentencesAndPages(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		b.done("/manage/organisation", settings("accent", "#12566b")...)
		b.done("/manage/agents/"+ident.Text(d.east.people[access.Agent].ID), "name", "Joris Bakker", "email", "joris@energie-oost.example", "role", "lead")
		p := words(b.get("/manage/audit").body)
		for _, want := range []string{
			"Maaike VosGewijzigd: organisatie (kleur).", "De rol van Joris Bakker ging van Medewerker naar Teamleider.",
			"Maaike Vos meldde zich aan met een demolink, vanaf 192.0.2.7.", "Toegevoegd: adres klantenservice@energie-oost.example.",
			"Nora Nieuw is uitgenodigd als Medewerker.",
		} {
			if !strings.Contains(strings.ReplaceAll(p, "Vos Gew", "VosGew"), want) {
				t.Errorf("without %q:\n%s", want, p)
			}
		}
		for range 60 {
			b.done("/manage/departments/"+ident.Text(d.east.dept.ID), "name", "Storing")
		}
		first := b.get("/manage/audit")
		next := regexp.MustCompile(`/manage/audit\?cursor=\d+`).FindString(first.body)
		second := b.get(next)
		if next == "" || strings.Contains(first.body, "Organisatie Energie Oost") || !strings.Contains(second.body, "Organisatie Energie Oost is gemaakt") {
			t.Error(next, words(second.body))
		}
	})
}

func TestATestMailGoesToWhoeverAsks(t *testing.T) {
	d := newDesk(t, sqlite(t))
	p := d.admin().done("/manage/test-mail")
	if len(d.outside.posted) != 1 || d.outside.posted[0].Address != "maaike@energie-oost.example" || d.outside.posted[0].Org != d.east.org.ID ||
		!strings.Contains(p.body, "onderweg naar je eigen adres") {
		t.Errorf("%+v", d.outside.posted)
	}
}
