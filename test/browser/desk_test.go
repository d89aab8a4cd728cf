package browser_test

import (
	"os"
	"strings"
	"testing"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/browser"
	"balie/test/desk"
	"balie/test/engine"
)

func TestMain(m *testing.M) {
	code := m.Run()
	browser.Quit()
	os.Exit(code)
}

const sanne = "sanne.devries@post.example"

func open(t *testing.T) *desk.Desk {
	t.Helper()
	return desk.Open(t, engine.SQLite(t), desk.Setup{})
}

// link is the address that signs somebody in.
func link(t *testing.T, d *desk.Desk, who desk.Who) string {
	t.Helper()
	var l access.Link
	err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		accounts, err := d.App.Flow.Access.Accounts(tx, d.Org)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if strings.HasPrefix(a.Email, string(who)+"@") {
				l, err = d.App.Flow.Access.DemoLink(tx, org.By{Org: d.Org, Actor: ledger.Desk}, a.ID)
				return err
			}
		}
		t.Fatalf("nobody is called %s", who)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.URL + "/welcome/" + l.Token
}

// signIn opens the workspace of somebody in a tab of their own, by keyboard.
func signIn(t *testing.T, d *desk.Desk, who desk.Who, s browser.Screen) *browser.Tab {
	t.Helper()
	p := browser.Open(t, s)
	p.Visit(link(t, d, who))
	p.TabTo("Aanmelden")
	p.Press("Enter")
	p.Until("the workspace", `!!document.querySelector(".rail")`)
	return p
}

// do presses the key of a command; out of a field first, where letters are letters.
func do(p *browser.Tab, key string) {
	if browser.Ask[bool](p, `document.activeElement.matches("input, textarea, select")`) {
		p.Press("Esc")
	}
	p.Press(key)
}
