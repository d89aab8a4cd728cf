package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/browser"
	"balie/test/desk"
	"balie/test/engine"
)

// states are cases in every state, each with the address of the customer's page.
type states struct {
	*desk.Desk
	hand *clock.Hand
	id   map[string]string
	page map[string]string
}

// everyState opens a desk of which a week has passed.
func everyState(t *testing.T) *states {
	t.Helper()
	s := &states{hand: clock.At((clock.System{}).Now().Add(-8 * 24 * time.Hour)), id: map[string]string{}, page: map[string]string{}}
	s.Desk = desk.Open(t, engine.SQLite(t), desk.Setup{Clock: s.hand})
	for _, name := range []string{"silent", "asked", "corrected", "open", "proposed", "closed"} {
		s.begin(t, name)
	}
	s.do("silent", "/solution", "text", "Dit zou moeten helpen.")
	promise := func(text string, due time.Duration) {
		s.do("open", "/promises", "text", text, "due", s.hand.Now().Add(due).Format(time.RFC3339))
	}
	promise("Wij bellen je met de uitslag", time.Hour)
	s.hand.Advance(3*24*time.Hour + time.Minute)
	s.MailTo("silent@post.example", 3) // after the receipt and the solution: the question whether it helped
	s.hand.Advance(4*24*time.Hour + time.Minute)
	s.Eventually("closed by silence", func() bool { return s.at("silent").Text("status") == "closed" })

	s.do("asked", "/read-back", "question", "Klopt de nota van november?")
	s.do("corrected", "/read-back", "question", "Klopt de nota van oktober?")
	s.Post(s.page["corrected"]+"/question", "answer", "no", "text", "Nee, die van november.")
	s.do("open", "/read-back", "question", "Waarom knippert de lamp op de meter?")
	s.Post(s.page["open"]+"/question", "answer", "yes")
	s.do("open", "/messages", "text", "Wij kijken het **vandaag** na:\n\n- de meter\n- de leiding")
	s.do("open", "/notes", "text", "Monteur weet ervan.")
	s.do("open", "/tags", "add", "storing")
	promise("Wij sturen een monteur", 20*time.Hour)
	promise("Wij meten de stroom", 21*time.Hour)
	s.Ask(desk.Maaike, 200, "POST", "/cases/"+s.id["open"]+"/promises/"+s.at("open").List("promises")[2].Text("id")+"/kept", nil)
	for _, name := range []string{"proposed", "closed"} {
		s.do(name, "/solution", "text", "De nota is gecorrigeerd.")
	}
	s.Post(s.page["closed"]+"/solution", "answer", "yes", "satisfaction", "2", "grade", "5", "recommend", "6", "text", "Het duurde lang")
	return s
}

// begin is a mail and the case it became.
func (s *states) begin(t *testing.T, name string) {
	t.Helper()
	from := strings.ToUpper(name[:1]) + name[1:] + " Jansen <" + name + "@post.example>"
	if err := s.Mail(from, "Vraag over "+name, "Kijken jullie hiernaar, zwaluw"+name+"?"); err != nil {
		t.Fatal(err)
	}
	s.id[name] = s.Case("zwaluw" + name).Text("id")
	s.page[name] = s.Link(s.MailTo(name+"@post.example", 1))
	s.do(name, "/owner", "agent", "me")
}

func (s *states) at(name string) desk.JSON {
	return s.Ask(desk.Maaike, 200, "GET", "/cases/"+s.id[name], nil)
}

func (s *states) do(name, step, field, value string, more ...string) {
	body := map[string]any{field: value}
	if step == "/tags" {
		body[field] = []string{value}
	}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i]] = more[i+1]
	}
	s.Ask(desk.Maaike, 200, "POST", "/cases/"+s.id[name]+step, body)
}

func TestEveryPageOfTheCustomerIsAccessible(t *testing.T) {
	t.Parallel()
	s := everyState(t)
	p := browser.Open(t, browser.Customer)
	base := s.URL + "/o/energie-oost/"
	p.Visit(base)
	p.Sees("Hoe kunnen we je helpen?")
	look(p, "contact")
	p.Visit(base + "form")
	p.Sees("Stel je vraag")
	look(p, "form")
	p.Fill("Je e-mailadres", "lotte@")
	p.Click("button", "Verstuur je vraag")
	p.Sees("Je vraag is nog niet verstuurd")
	look(p, "form with errors")
	p.Fill("Je naam", "Lotte Bakker")
	p.Fill("Je e-mailadres", "lotte@post.example")
	p.Fill("Waar gaat het over?", "Foto")
	p.Fill("Je vraag", "Zie de foto.")
	p.Choose("#f-file", photo(t))
	p.Click("button", "Verstuur je vraag")
	p.Sees("Je vraag is binnen")
	look(p, "thanks")
	p.Visit(s.URL + "/c/bestaat-niet")
	p.Sees("Deze pagina vinden we niet")
	look(p, "not found")
	for _, one := range []struct{ name, words string }{
		{"asked", "Ja, dat is mijn vraag"},
		{"corrected", "Nee, die van november."},
		{"open", "Wij sturen een monteur"},
		{"proposed", "Ja, opgelost"},
		{"closed", "Dank je voor je oordeel"},
		{"silent", "We hoorden niets meer"},
	} {
		p.Visit(s.page[one.name])
		p.Sees(one.words)
		look(p, "case "+one.name)
	}
	p.Visit(s.page["asked"])
	p.Click("DisclosureTriangle", "Nee, ik bedoel iets anders")
	p.Click("button", "Verstuur mijn verbetering")
	p.SeesIn("#vraag [role=alert]", "Schrijf wat je vraag wel is")
	look(p, "case with an error")
}

func TestFilesAreChosenInOurOwnWordsByKeyboardWithAndWithoutScripts(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, scripts := range []bool{false, true} {
		s := browser.Customer
		s.NoScript = !scripts
		p := browser.Open(t, s)
		p.Visit(d.URL + "/o/energie-oost/form")
		p.SeesIn(".file-row", "Kies bestanden")
		p.TabTo("Bestanden")
		p.Until("the ring on the button", `getComputedStyle(document.querySelector(".file-row .button")).outlineStyle === "solid"`)
		if scripts {
			p.SeesIn(".file-names", "Nog geen bestand gekozen")
		}
		p.AttachBy("Space", photo(t))
		p.Until("the file", `document.querySelector("#f-file").files.length === 1`)
		if scripts {
			p.SeesIn(".file-names", "meter.txt")
		}
		p.Shot(fmt.Sprintf("file scripts %v", scripts))
		p.Fill("Je naam", "Lotte Bakker")
		p.Fill("Je e-mailadres", "lotte@post.example")
		p.Fill("Waar gaat het over?", "Foto")
		p.Fill("Je vraag", fmt.Sprintf("Zie de foto, kluut%v.", scripts))
		p.Click("button", "Verstuur je vraag")
		p.Sees("Je vraag is binnen")
		files := d.Case(fmt.Sprintf("kluut%v", scripts)).List("timeline")[0].List("files")
		if len(files) != 1 || files[0].Text("name") != "meter.txt" {
			t.Errorf("with scripts %v the case has the files %v", scripts, files)
		}
	}
}

func photo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "meter.txt")
	if err := os.WriteFile(path, []byte("geen foto"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// screens of the workspace: where, the keys to press there, and the words by which it is seen to be there.
var screens = []struct{ name, path, keys, in, words string }{
	{"inbox", "/desk", "", ".rows", "Open Jansen"},
	{"nothing to do", "/desk?view=snoozed", "", ".inbox", "Er is niets uitgesteld"},
	{"case", "/desk/cases/open", "", ".conversation", "Wij kijken het"},
	{"case closed", "/desk/cases/closed", "", ".conversation", "Het duurde lang"},
	{"note", "/desk/cases/open", "n", ".compose-says", "De klant ziet dit niet"},
	{"read back", "/desk/cases/open", "q", ".compose-says", "bevestigt of verbetert"},
	{"promise", "/desk/cases/open", "a", ".promise-form", "Wanneer?"},
	{"solution", "/desk/cases/open", "s", ".compose-says", "als de klant ja zegt"},
	{"hand over", "/desk/cases/open", "o", "dialog", "Wat moet de ander weten?"},
	{"merge", "/desk/cases/open", "m", "dialog", "Zoek een zaak"},
	{"snooze", "/desk/cases/open", "z", "dialog", "Tot wanneer?"},
	{"tags", "/desk/cases/open", "t", "dialog", "#storing"},
	{"new case", "/desk", "c", "dialog", "Wat vraagt de klant?"},
	{"shortcuts", "/desk", "?", "dialog", "Versturen"},
	{"board", "/desk/board", "", ".numbers", "Wachten nu"},
	{"new link", "/desk/cases/open", "LINK", "dialog", "werkt dan niet meer"},
	{"mentions", "/desk/mentions", "", ".mention-list", "Weet jij dit"},
	{"sent mail", "/desk/outbox", "", "table", "open@post.example"},
}

func TestEveryScreenOfTheWorkspaceIsAccessible(t *testing.T) {
	t.Parallel()
	s := everyState(t)
	for _, name := range []string{"asked", "open", "closed"} { // she sees the board and the sent mail
		s.Ask(desk.Amina, 200, "POST", "/cases/"+s.id[name]+"/owner", map[string]string{"agent": "me"})
	}
	s.Ask(desk.Maaike, 201, "POST", "/cases/"+s.id["asked"]+"/notes", map[string]any{"text": "Weet jij dit, Amina?", "mentions": []string{agent(t, s.Desk, "Amina Haddad")}})
	p := signIn(t, s.Desk, desk.Amina, browser.Desktop)
	for _, c := range screens {
		path := c.path
		if name, ok := strings.CutPrefix(path, "/desk/cases/"); ok {
			path = "/desk/cases/" + s.id[name]
		}
		p.Visit(s.URL + path)
		if c.keys != "" {
			p.Until("the first screen", `!!document.querySelector(location.pathname === "/desk" ? ".row" : ".compose-tabs")`)
			if c.keys == "LINK" { // in the menu of the case
				p.Click("button", "Meer acties")
				p.Click("button", "Nieuwe link voor de klant")
			} else {
				do(p, c.keys)
			}
		}
		p.SeesIn(c.in, c.words)
		look(p, c.name)
	}
	p.Press("Ctrl+k")
	p.Sees("Licht, donker of systeem")
	look(p, "palette")
}

// manage are the pages of the administrator.
var manage = []string{
	"", "organisation", "texts", "texts/{text}", "departments", "addresses", "mailboxes", "mailboxes/new", "keys", "sites", "hours", "targets", "agents", "agents/{agent}",
	"me", "tokens", "replies", "replies/new", "outbox", "outbox/{letter}", "waiting", "audit", "bestaat-niet",
}

func TestEveryPageOfTheAdministratorIsAccessible(t *testing.T) {
	t.Parallel()
	d := open(t)
	err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		by := org.By{Org: d.Org, Actor: ledger.Desk}
		if _, err := d.App.Flow.Org.SaveDepartment(tx, by, org.Department{Name: "Storingen"}); err != nil {
			return err
		}
		_, err := d.App.Flow.Org.SaveReply(tx, by, org.Reply{Name: "Dank", Shortcut: "dank", Text: "Dank je, {{customer.name}}.", Locale: "nl"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Mail(sanne, "Vraag", "Klopt dit?"); err != nil {
		t.Fatal(err)
	}
	letter := d.MailTo(sanne, 1).Text("id")
	p := signIn(t, d, desk.Amina, browser.Desktop)
	p.Visit(d.URL + "/manage/texts")
	text := browser.Ask[string](p, `document.querySelector("main a[href*='/manage/texts/']").pathname.split("/").pop()`)
	p.Visit(d.URL + "/manage/agents")
	agent := browser.Ask[string](p, `document.querySelector("main a[href*='/manage/agents/']").pathname.split("/").pop()`)
	fill := strings.NewReplacer("{text}", text, "{agent}", agent, "{letter}", letter)
	for _, path := range manage {
		p.Visit(d.URL + "/manage/" + fill.Replace(path))
		p.Until("a heading", `!!document.querySelector("h1")`)
		look(p, "manage "+path)
	}
}
