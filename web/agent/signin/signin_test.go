package signin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/test/engine"
)

const wrongPassword = "Het e-mailadres en het wachtwoord horen niet bij elkaar"

func TestAnInvitedAgentComesInAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		token := s.invitation("carla@energie-oost.example")
		b := s.browser()
		for range 2 { // looking does not use the link
			s.says(b.get("/welcome/"+token), 200, "carla@energie-oost.example")
		}
		key, last := b.join(token)
		s.says(last, 200, "Bewaar je herstelcodes")
		if !b.signedIn() || b.cookie("balie-step") != "" {
			t.Error("not signed in, or the ticket is still there")
		}
		s.says(b.get("/welcome/"+token), 404, "Deze link werkt niet meer")

		b = s.browser()
		p := b.post("/sign-in", "email", "carla@energie-oost.example", "password", password, "next", "/desk/cases/5")
		s.says(p, 200, "De tweede stap")
		if p.Path != "/sign-in/code?next=%2Fdesk%2Fcases%2F5" || b.signedIn() {
			t.Errorf("at %s, signed in %v", p.Path, b.signedIn())
		}
		s.says(b.post("/sign-in/code", "code", "000000", "next", "/desk/cases/5"), 422, "Deze code klopt niet")
		s.says(b.post("/sign-in/code", "code", s.code(key), "next", "/desk/cases/5"), 200, "case five")
		if !b.signedIn() {
			t.Error("not signed in")
		}
	})
}

func TestAWrongPasswordAndAnUnknownAddressShowTheSamePage(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		s.browser().join(s.invitation("carla@energie-oost.example"))
		b := s.browser()
		wrong := b.post("/sign-in", "email", "carla@energie-oost.example", "password", "verkeerd")
		unknown := b.post("/sign-in", "email", "niemand@energie-oost.example", "password", "verkeerd")
		s.says(wrong, 422, wrongPassword)
		same := strings.ReplaceAll(wrong.Text, "carla@", "niemand@")
		if unknown.Status != wrong.Status || unknown.Text != same {
			t.Error("the pages differ")
		}
		if strings.Contains(wrong.Text, "verkeerd\"") {
			t.Error("the password stands on the page")
		}
		if b.cookie("balie-step") != "" {
			t.Error("a ticket was given")
		}
	})
}

func TestACodeIsNotTakenTwice(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b := s.browser()
		key, _ := b.join(s.invitation("carla@energie-oost.example"))
		code := s.code(key)
		for n, want := range []string{"at the desk", "Deze code is al gebruikt"} {
			b := s.browser()
			b.post("/sign-in", "email", "carla@energie-oost.example", "password", password)
			s.says(b.post("/sign-in/code", "code", code), []int{200, 422}[n], want)
		}
	})
}

func TestTooManyAttemptsSayHowLongToWait(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b := s.browser()
		var p page
		for range 6 {
			p = b.post("/sign-in", "email", "carla@energie-oost.example", "password", "verkeerd")
		}
		s.says(p, 429, "Wacht 1 min")
		if p.Head.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	})
}

func TestTheSessionIsAlwaysNewAndTheOldOneEnds(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b := s.browser()
		key, _ := b.join(s.invitation("carla@energie-oost.example"))
		first := b.cookie("balie")
		home, err := url.Parse(s.url)
		if err != nil {
			t.Fatal(err)
		}
		// Somebody planted a session and a ticket of their own choice before the owner signs in.
		b.c.Jar.SetCookies(home, []*http.Cookie{{Name: "balie-step", Value: "planted", Path: "/"}})
		b.post("/sign-in", "email", "carla@energie-oost.example", "password", password)
		if b.cookie("balie-step") == "planted" {
			t.Error("the planted ticket was kept")
		}
		b.post("/sign-in/code", "code", s.code(key))
		second := b.cookie("balie")
		if second == first || second == "" || !b.signedIn() {
			t.Errorf("session %q after %q", second, first)
		}
		b.c.Jar.SetCookies(home, []*http.Cookie{{Name: "balie", Value: first, Path: "/"}})
		if b.signedIn() {
			t.Error("the session from before still works")
		}
		b.c.Jar.SetCookies(home, []*http.Cookie{{Name: "balie", Value: "planted", Path: "/"}})
		s.hand.Advance(time.Minute)
		b.post("/sign-in", "email", "carla@energie-oost.example", "password", password)
		b.post("/sign-in/code", "code", s.code(key))
		if c := b.cookie("balie"); c == "planted" || !b.signedIn() {
			t.Errorf("session %q", c)
		}
	})
}

func TestSigningInLeadsOnlyToThisSite(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b := s.browser()
		key, _ := b.join(s.invitation("carla@energie-oost.example"))
		for _, next := range []string{
			"https://evil.example/", "//evil.example", `/\evil.example`, `\/evil.example`, "/%09/evil.example/../..", "javascript:alert(1)",
			"/\t/evil.example", "http:evil.example", "/desk/..//evil.example", "/sign-in?next=/x", "evil", "",
		} {
			b.post("/sign-in", "email", "carla@energie-oost.example", "password", password)
			p := b.post("/sign-in/code", "code", s.code(key), "next", next)
			if p.Path != "/desk" || !strings.Contains(p.Text, "at the desk") {
				t.Errorf("next=%q led to %s", next, p.Path)
			}
			if asked := b.get("/sign-in?next=" + url.QueryEscape(next)); strings.Contains(asked.Text, "evil") {
				t.Errorf("%q stands on the page", next)
			}
			s.hand.Advance(time.Minute)
		}
	})
}

func TestAnotherSiteCannotSignSomebodyInOrOut(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b := s.browser()
		b.join(s.invitation("carla@energie-oost.example"))
		for _, path := range []string{"/sign-out", "/sign-in", "/sign-in/me/sessions", "/sign-in/me/recovery", "/sign-in/passkey/options", "/welcome/x"} {
			r := b.form(path, "email", "carla@energie-oost.example", "password", password)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			if p := b.do(r); p.Status != http.StatusForbidden {
				t.Errorf("%s from another site: %d", path, p.Status)
			}
		}
		if !b.signedIn() {
			t.Error("signed out by another site")
		}
		s.says(b.post("/sign-out"), 200, "Je bent afgemeld")
		if b.signedIn() || b.cookie("balie") != "" {
			t.Error("still signed in")
		}
	})
}

func TestThePagesBetweenTheStepsNeedATicket(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b := s.browser()
		for _, path := range []string{"/sign-in/code", "/sign-in/set-up"} {
			if p := b.get(path); !strings.HasPrefix(p.Path, "/sign-in?late=1") {
				t.Errorf("%s led to %s", path, p.Path)
			}
		}
		if p := b.get("/sign-in/me"); p.Path != "/sign-in?next=%2Fsign-in%2Fme" {
			t.Errorf("my page led to %s", p.Path)
		}
		s.browser().join(s.invitation("carla@energie-oost.example"))
		b.post("/sign-in", "email", "carla@energie-oost.example", "password", password)
		if p := b.get("/sign-in/set-up"); !strings.HasPrefix(p.Path, "/sign-in?late=1") {
			t.Errorf("with a password alone a new code program can be set up: %s", p.Path)
		}
		b.post("/sign-in", "email", "carla@energie-oost.example", "password", password)
		s.hand.Advance(16 * time.Minute)
		s.says(b.post("/sign-in/code", "code", "123456"), 200, "Dit duurde te lang")
	})
}

func TestTheFirstStartMakesAnOrganisationAndItsAdministrator(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		var link access.Link
		s.write(func(tx *sqldb.Tx) (err error) {
			link, _, err = s.access.FirstLink(tx)
			return err
		})
		b := s.browser()
		fields := func(slug, word string) []string {
			return []string{"organisation", "Gemeente Kleidorp", "slug", slug, "name", "Eva", "email", "eva@kleidorp.example", "password", word}
		}
		s.says(b.get("/welcome/"+link.Token), 200, "Richt de balie in")
		p := b.post("/welcome/"+link.Token, fields("energie-oost", password)...)
		s.says(p, 409, "De korte naam energie-oost is al in gebruik")
		if !strings.Contains(p.Text, `value="Gemeente Kleidorp"`) || !strings.Contains(p.Text, `href="#slug"`) || strings.Contains(p.Text, password) {
			t.Error("what was typed is lost, or the password stands there")
		}
		s.says(b.post("/welcome/"+link.Token, fields("kleidorp", "gemeente kleidorp")...), 422, "makkelijk te raden")
		p = b.post("/welcome/"+link.Token, fields("kleidorp", password)...)
		if p.Path != "/sign-in/set-up" {
			t.Fatalf("%s: %s", p.Path, p.Text)
		}
		s.says(s.browser().get("/welcome/"+link.Token), 404, "Deze link werkt niet meer")
		var all []string
		s.write(func(tx *sqldb.Tx) (err error) {
			all, err = sqldb.All(tx, func(r sqldb.Row, v *string) error { return r.Scan(v) }, `select slug from organisation order by slug`)
			return err
		})
		if strings.Join(all, " ") != "energie-oost kleidorp" {
			t.Errorf("organisations: %v", all)
		}
	})
}

func TestADemoLinkSignsInWithOneClick(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		var link access.Link
		s.write(func(tx *sqldb.Tx) error {
			a, err := s.access.AddAccount(tx, s.by, access.Account{Email: "anna@energie-oost.example", Name: "Anna", Role: access.Lead, Locale: "nl"})
			if err != nil {
				return err
			}
			link, err = s.access.DemoLink(tx, s.by, a.ID)
			return err
		})
		b := s.browser()
		s.says(b.get("/welcome/"+link.Token), 200, "Kijk rond als Anna")
		if b.signedIn() {
			t.Error("looking signed in")
		}
		s.says(b.post("/welcome/"+link.Token), 200, "at the desk")
		if !b.signedIn() {
			t.Error("not signed in")
		}
		s.says(s.browser().post("/welcome/"+link.Token), 404, "Deze link werkt niet meer")
	})
}

func TestAForgottenPasswordAnswersTheSameForEveryone(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		owner := s.browser()
		key, _ := owner.join(s.invitation("carla@energie-oost.example"))
		b := s.browser()
		known := b.post("/sign-in/forgot", "email", "Carla@energie-oost.example")
		unknown := b.post("/sign-in/forgot", "email", "niemand@energie-oost.example")
		s.says(known, 200, "Als dit adres bij een account hoort")
		if known.Text != unknown.Text || len(s.letters) != 1 {
			t.Fatalf("the pages differ, or %d letters", len(s.letters))
		}
		l := s.letters[0]
		_, after, _ := strings.Cut(l.Text, "https://balie.example/welcome/")
		token, _, _ := strings.Cut(after, "\n")
		if l.Address != "carla@energie-oost.example" || !strings.Contains(l.Text, "vandaag om 14.01 uur") || token == "" {
			t.Fatalf("%+v", l)
		}
		s.says(b.get("/welcome/"+token), 200, "Kies een nieuw wachtwoord")
		s.says(b.post("/welcome/"+token, "password", "groen bank wolk touw"), 200, "Je nieuwe wachtwoord is bewaard")
		if owner.signedIn() || b.signedIn() {
			t.Error("a session lives on, or was given without the second step")
		}
		s.says(b.post("/sign-in", "email", "carla@energie-oost.example", "password", "groen bank wolk touw"), 200, "De tweede stap")
		s.says(b.post("/sign-in/code", "code", s.code(key)), 200, "at the desk")
	})
}

func TestPeopleSeeWhereTheyAreSignedInAndEndIt(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		here, there := s.browser(), s.browser()
		key, _ := there.join(s.invitation("carla@energie-oost.example"))
		here.post("/sign-in", "email", "carla@energie-oost.example", "password", password)
		here.post("/sign-in/code", "code", s.code(key))
		p := here.get("/sign-in/me")
		s.says(p, 200, "Dit is de browser die je nu gebruikt")
		if strings.Count(p.Text, `name="session"`) != 1 || !strings.Contains(p.Text, "Vanaf 127.0.0.1") {
			t.Error(p.Text)
		}
		s.says(here.post("/sign-in/me/session", "session", "1"), 404, "Dit bestaat niet")
		s.says(here.post("/sign-in/me/sessions"), 200, "Alle andere browsers zijn afgemeld")
		if there.signedIn() || !here.signedIn() {
			t.Error("the wrong one was signed out")
		}
		s.says(here.post("/sign-in/me/password", "old", "verkeerd", "password", "groen bank wolk touw"), 422, "Het oude wachtwoord klopt niet")
		s.says(here.post("/sign-in/me/password", "old", password, "password", "groen bank wolk touw"), 200, "Je wachtwoord is gewijzigd")
		s.says(here.post("/sign-in/me/recovery"), 200, "Bewaar je herstelcodes")
	})
}

func TestEveryPageHasItsHeadersAndSpeaksTheLanguageOfTheBrowser(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b := s.browser()
		token := s.invitation("carla@energie-oost.example")
		for _, path := range []string{"/sign-in", "/sign-in/forgot", "/welcome/" + token, "/welcome/none"} {
			p := b.get(path)
			csp := p.Head.Get("Content-Security-Policy")
			if !strings.Contains(csp, "script-src 'self'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") ||
				p.Head.Get("Cache-Control") != "no-store" || p.Head.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %v", path, p.Head)
			}
			if !strings.Contains(p.Text, `<html lang="nl">`) || strings.Contains(p.Text, "<style") || strings.Contains(p.Text, " style=") || strings.Contains(p.Text, " onclick") {
				t.Errorf("%s: %s", path, p.Text)
			}
		}
		if got := b.get("/welcome/" + token).Head.Get("Referrer-Policy"); got != "no-referrer" {
			t.Errorf("the address of the link is told to others: %q", got)
		}
		r := b.form("/sign-in", "email", "carla@energie-oost.example", "password", "wrong")
		r.Header.Set("Accept-Language", "en-GB, nl;q=0.5")
		s.says(b.do(r), 422, s.words.For(text.English).T("access.wrong_password"))
	})
}

func TestCookiesOnASecureSiteCannotComeFromElsewhere(t *testing.T) {
	s := open(t, engine.SQLite(t), true)
	mux := http.NewServeMux()
	s.pages.Routes(mux)
	token := s.invitation("carla@energie-oost.example")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://balie.example/welcome/"+token,
		strings.NewReader(url.Values{"name": {"Carla"}, "password": {password}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || cookies[0].Name != "__Host-balie-step" || !cookies[0].Secure || !cookies[0].HttpOnly ||
		cookies[0].Path != "/" || cookies[0].Domain != "" || cookies[0].SameSite != http.SameSiteLaxMode {
		t.Errorf("%+v", cookies)
	}
}

func TestAPasskeyIsAskedForAndNonsenseIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b := s.browser()
		s.says(b.get("/sign-in"), 200, `data-passkey="/sign-in/passkey/options"`)
		p := b.post("/sign-in/passkey/options")
		s.says(p, 200, `"userVerification":"required"`)
		if !strings.Contains(p.Text, `"rpId":"balie.example"`) || b.cookie("balie-key") == "" {
			t.Error(p.Text)
		}
		s.says(b.post("/sign-in/passkey", "answer", `{"id":"x"}`), 422, "Deze passkey konden we niet gebruiken")
		if p := b.post("/sign-in/me/passkey/options"); p.Status != http.StatusUnauthorized {
			t.Errorf("somebody who is not signed in may add a passkey: %d", p.Status)
		}
		if js := b.get("/sign-in/passkey.js"); !strings.HasPrefix(js.Head.Get("Content-Type"), "text/javascript") {
			t.Error(js.Head)
		}
	})
}
