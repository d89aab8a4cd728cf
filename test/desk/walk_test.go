package desk_test

import (
	"strings"
	"testing"
	"time"

	"balie/test/desk"
	"balie/test/engine"
)

const sanne = "sanne.devries@post.example"

func each(t *testing.T, test func(t *testing.T, d *desk.Desk)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, at engine.Target) { test(t, desk.Open(t, at, desk.Setup{})) })
}

func TestAMailBecomesACaseThatOnlyTheCustomerCloses(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		if err := d.Mail("Sanne de Vries <"+sanne+">", "Rekening klopt niet na verhuizing",
			"Goedemiddag, ik ben verhuisd en nu klopt mijn rekening niet. Er staat kwartelverbruik op."); err != nil {
			t.Fatal(err)
		}
		c := d.Case("kwartelverbruik")
		if c.Text("status") != "new" || c.Text("channel") != "email" || c.Text("customer.email") != sanne || c.Text("customer.name") != "Sanne de Vries" {
			t.Fatalf("the case: %v", c)
		}
		path := "/cases/" + c.Text("id")

		receipt := d.MailTo(sanne, 1)
		if !strings.Contains(receipt.Text("text"), c.Text("number")) || strings.Contains(receipt.Text("text"), "kwartelverbruik") {
			t.Errorf("the receipt has the number and not the text of the mail: %s", receipt.Text("text"))
		}
		page := d.Link(receipt)
		if status, html := d.Page(page); status != 200 || !strings.Contains(html, c.Text("number")) {
			t.Errorf("the customer's page answers %d", status)
		}

		d.Ask(desk.Maaike, 200, "POST", path+"/read-back", map[string]string{"question": "Het verbruik na 28 oktober hoort niet op mijn nota."})
		if ask := d.MailTo(sanne, 2); !strings.Contains(ask.Text("text"), "hoort niet op mijn nota") {
			t.Errorf("the question is not read back: %s", ask.Text("text"))
		}
		if status, _ := d.Post(page, "answer", "yes"); status != 200 {
			t.Errorf("confirming answers %d", status)
		}
		c = d.Ask(desk.Maaike, 200, "GET", path, nil)
		if c.Text("status") != "open" || c.Text("question.confirmed") != "true" || c.Text("owner.name") != "Maaike Vos" {
			t.Fatalf("after the confirmation: %v", c)
		}

		promiseAndKeep(t, d, path)
		proposeTwice(t, d, path, page)
	})
}

// promiseAndKeep makes a promise, of which the customer is told, and keeps it.
func promiseAndKeep(t *testing.T, d *desk.Desk, path string) {
	t.Helper()
	due := d.App.Clock.Now().Add(3 * time.Hour).Format(time.RFC3339)
	c := d.Ask(desk.Maaike, 200, "POST", path+"/promises", map[string]string{"text": "Terugbellen met de uitslag", "due": due})
	if told := d.MailTo(sanne, 3); !strings.Contains(told.Text("text"), "Terugbellen met de uitslag") {
		t.Errorf("the customer is not told of the promise: %s", told.Text("text"))
	}
	promise := c.List("promises")[0]
	c = d.Ask(desk.Maaike, 200, "POST", path+"/promises/"+promise.Text("id")+"/kept", nil)
	if got := c.List("promises")[0].Text("status"); got != "kept" {
		t.Errorf("the promise is %s", got)
	}
}

// proposeTwice proposes a solution to which the customer says not yet, and one that is right.
func proposeTwice(t *testing.T, d *desk.Desk, path, page string) {
	t.Helper()
	d.Ask(desk.Maaike, 200, "POST", path+"/solution", map[string]string{"text": "De nota is gecorrigeerd."})
	if status, _ := d.Post(page, "answer", "no", "text", "Het bedrag klopt nog niet"); status != 200 {
		t.Errorf("not yet answers %d", status)
	}
	c := d.Ask(desk.Maaike, 200, "GET", path, nil)
	if c.Text("status") != "open" || c.Text("owner.name") != "Maaike Vos" {
		t.Fatalf("not yet opens it again with the same agent: %v", c)
	}
	d.Ask(desk.Maaike, 200, "POST", path+"/solution", map[string]string{"text": "Nu klopt het bedrag."})
	if status, _ := d.Post(page, "answer", "yes", "satisfaction", "5", "grade", "9", "recommend", "10", "text", "Fijn geholpen"); status != 200 {
		t.Errorf("solved answers %d", status)
	}
	c = d.Ask(desk.Maaike, 200, "GET", path, nil)
	if c.Text("status") != "closed" || c.Text("closed_by") != "customer" {
		t.Fatalf("the customer's word closes the case: %v", c)
	}
	last := c.List("feedback")[len(c.List("feedback"))-1]
	if last.Text("satisfaction") != "5" || last.Text("grade") != "9" || last.Text("recommend") != "10" || last.Text("text") != "Fijn geholpen" {
		t.Errorf("the feedback: %v", last)
	}
}

func TestNoStepOfAnAgentClosesACase(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		if err := d.Mail(sanne, "Meter", "De lamp op mijn meter knippert ooievaarrood."); err != nil {
			t.Fatal(err)
		}
		path := "/cases/" + d.Case("ooievaarrood").Text("id")
		d.Ask(desk.Maaike, 200, "POST", path+"/solution", map[string]string{"text": "Dat is normaal."})
		d.Ask(desk.Maaike, 200, "POST", path+"/messages", map[string]string{"text": "Ik sluit je vraag."})
		d.Ask(desk.Amina, 200, "POST", path+"/owner", map[string]string{"agent": ""})
		if got := d.Ask(desk.Maaike, 200, "GET", path, nil).Text("status"); got == "closed" {
			t.Error("an agent closed the case")
		}
	})
}

func TestAFormBecomesACaseAndTheLinkGoesOnlyByMail(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		status, html := d.Post(d.URL+"/o/energie-oost/form", "name", "Lotte Bakker", "email", "lotte@post.example",
			"subject", "Foto van de meter", "text", "Wat betekent de code reigerblauw?")
		if status != 200 {
			t.Fatalf("the form answers %d: %s", status, html)
		}
		c := d.Case("reigerblauw")
		if c.Text("channel") != "form" || c.Text("customer.name") != "Lotte Bakker" {
			t.Errorf("the case: %v", c)
		}
		if !strings.Contains(html, c.Text("number")) {
			t.Error("the thank-you page does not say the number")
		}
		if strings.Contains(html, "/c/") {
			t.Error("the page gives the link to somebody who only claimed the address")
		}
		receipt := d.MailTo("lotte@post.example", 1)
		if strings.Contains(receipt.Text("text"), "reigerblauw") {
			t.Error("the receipt repeats what somebody wrote in a form")
		}
		d.Link(receipt)
	})
}

func TestAnUnprovedAddressGetsOneAutomaticMailADay(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		for _, word := range []string{"eerste", "tweede", "derde"} {
			d.Post(d.URL+"/o/energie-oost/form", "name", "Iemand", "email", "slachtoffer@post.example", "subject", "x", "text", "Vraag "+word+" zwaluwstaart")
		}
		d.Eventually("three cases", func() bool {
			return len(d.Ask(desk.Maaike, 200, "GET", "/cases?q=zwaluwstaart", nil).List("cases")) == 3
		})
		d.MailTo("slachtoffer@post.example", 1)
		// A mail to another address, written after them, has been handled: so have theirs.
		if err := d.Mail("ander@post.example", "Hallo", "Nog een vraag"); err != nil {
			t.Fatal(err)
		}
		d.MailTo("ander@post.example", 1)
		if n := len(d.Ask(desk.Amina, 200, "GET", "/outbox?to=slachtoffer@post.example", nil).List("messages")); n != 1 {
			t.Errorf("%d mails went to an address that nobody proved", n)
		}
	})
}

func TestAReplyFindsItsCaseByTokenAndByHeader(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		if err := d.Mail(sanne, "Vraag", "Waarom is de nota koekoekhoog?", "Message-ID: <eerste@post.example>"); err != nil {
			t.Fatal(err)
		}
		c := d.Case("koekoekhoog")
		path := "/cases/" + c.Text("id")
		if err := d.Mail(sanne, "Re: Vraag", "En nog iets: wielewaal.", "Message-ID: <tweede@post.example>", "In-Reply-To: <eerste@post.example>"); err != nil {
			t.Fatal(err)
		}
		if d.Case("wielewaal").Text("id") != c.Text("id") {
			t.Error("a reply to its own mail is another case")
		}
		// By somebody else who knows the header: shown as another sender, and nothing is sent there.
		if err := d.Mail("vreemde@elders.example", "Re: Vraag", "Stuur mij alles: roodborst.", "Message-ID: <derde@elders.example>", "In-Reply-To: <eerste@post.example>"); err != nil {
			t.Fatal(err)
		}
		c = d.Ask(desk.Maaike, 200, "GET", path, nil)
		if n := strings.Count(strings.Join(kinds(c), " "), "message"); n != 3 {
			t.Errorf("the case has %d messages, want 3: %v", n, kinds(c))
		}
		page := d.Link(d.MailTo(sanne, 1))
		if _, html := d.Page(page); strings.Contains(html, "roodborst") {
			t.Error("the customer's page shows what somebody else wrote")
		}
		if n := len(d.Ask(desk.Amina, 200, "GET", "/outbox?to=vreemde@elders.example", nil).List("messages")); n != 0 {
			t.Errorf("%d mails went to the other sender", n)
		}
	})
}

func kinds(c desk.JSON) (all []string) {
	for _, e := range c.List("timeline") {
		all = append(all, e.Text("kind"))
	}
	return all
}

func TestTheSameMailFiveTimesAndShuffledIsOneInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		now := d.App.Clock.Now()
		first := desk.Compose(sanne, desk.Address, "Vraag", "Eerst dit: nachtegaal.", "Message-ID: <een@post.example>", "Date: "+now.Add(-2*time.Hour).Format(time.RFC1123Z))
		second := desk.Compose(sanne, desk.Address, "Re: Vraag", "Daarna dit: nachtegaal.", "Message-ID: <twee@post.example>",
			"In-Reply-To: <een@post.example>", "Date: "+now.Add(-time.Hour).Format(time.RFC1123Z))
		for _, m := range [][]byte{second, first, second, first, first, second, second, first, first, second} {
			if err := d.Raw(sanne, desk.Address, m); err != nil {
				t.Fatal(err)
			}
		}
		c := d.Case("nachtegaal")
		var said []string
		for _, e := range c.List("timeline") {
			if e.Text("kind") == "message" {
				said = append(said, e.Text("text"))
			}
		}
		if len(said) != 2 || !strings.HasPrefix(said[0], "Eerst") || !strings.HasPrefix(said[1], "Daarna") {
			t.Errorf("the case reads %q", said)
		}
	})
}

func TestBadMailIsRefusedWithAReason(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		for name, c := range map[string]struct {
			to   string
			mail []byte
			want string
		}{
			"unknown address": {"niemand@energie-oost.example", desk.Compose(sanne, "niemand@energie-oost.example", "x", "y"), "niemand@energie-oost.example"},
			"two From":        {desk.Address, desk.Compose(sanne, desk.Address, "x", "y", "From: ander@post.example"), "From"},
		} {
			err := d.Raw(sanne, c.to, c.mail)
			if err == nil || !strings.HasPrefix(err.Error(), "55") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := d.Raw(sanne, desk.Address, []byte("\x00\x01 dit is geen mail meer pimpelmees")); err != nil {
			t.Errorf("an unreadable message is not kept: %v", err)
		}
		d.Case("pimpelmees")
	})
}
