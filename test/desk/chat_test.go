package desk_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/channel/webchat"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/test/desk"
	"balie/test/engine"
)

func TestAChatFromTheFirstWordToSolved(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		v := d.Visitor()
		first := v.NextID()
		frame := map[string]any{"text": "Waarom is mijn nota zo hoog, vraagt roerdomp?", "client_id": first, "name": "Sanne", "email": sanne}
		one := v.Took(v.Must(201, "POST", "chat", frame))
		two := v.Must(201, "POST", "chat", frame)
		if one.Text("conversation") == "" || one.Text("conversation") != two.Text("conversation") || one.Text("token") != two.Text("token") ||
			two.Text("state") != "waiting" || one.Text("position") != "1" || one.Text("wait_seconds") != "" {
			t.Fatalf("the same beginning twice: %v and %v", one, two)
		}
		stream := v.Events(0)
		stream.Message("Waarom is mijn nota zo hoog, vraagt roerdomp?")
		stream.State("waiting")

		d.Available(desk.Maaike)
		c := d.AcceptNext(desk.Maaike)
		path := "/cases/" + c.Text("id")
		if c.Text("number") != v.Case || c.Text("channel") != "webchat" {
			t.Fatalf("the case: %v", c)
		}
		joined, live := false, false
		stream.Until("who helps", func(e desk.Event) bool {
			joined = joined || e.Kind == "joined" && e.Data.Text("name") == "Maaike"
			live = live || e.Kind == "queue" && e.Data.Text("state") == "live" && e.Data.Text("name") == "Maaike"
			return joined && live
		})

		d.Ask(desk.Maaike, 200, "POST", path+"/notes", map[string]string{"text": "Alleen voor collega's: geheim"})
		d.Ask(desk.Maaike, 200, "POST", path+"/messages", map[string]string{"text": "Ik kijk **even** mee."})
		stream.Message("Ik kijk even mee.")
		seq := v.Say("Fijn, dank je")
		if e := stream.Message("Fijn, dank je"); e.ID != seq || e.Data.Text("from") != "me" || e.Data.Text("client_id") == "" {
			t.Errorf("my own message: %+v, placed at %d", e, seq)
		}
		stream.Close()

		d.Ask(desk.Maaike, 200, "POST", path+"/read-back", map[string]string{"question": "Waarom is de nota hoger dan vorig jaar?"})
		again := v.Events(stream.Last)
		for _, e := range again.Until("the question", func(e desk.Event) bool { return e.Kind == "card" }) {
			if e.Kind == "message" {
				t.Errorf("told a second time: %v", e)
			}
		}
		v.Must(201, "POST", v.At("answers"), map[string]string{"card": "read_back", "answer": "yes"})
		again.Card("confirmed")
		solveByChat(t, d, v, again, path)
		whole := v.Events(0)
		for _, e := range whole.Until("the end", func(e desk.Event) bool { return e.Kind == "queue" }) {
			if strings.Contains(e.Data.Text("text"), "geheim") {
				t.Error("a note between colleagues reached the visitor")
			}
		}
	})
}

// solveByChat lets the agent propose a solution, which the visitor calls solved and judges.
func solveByChat(t *testing.T, d *desk.Desk, v *desk.Visitor, stream *desk.Events, path string) {
	t.Helper()
	v.Must(409, "POST", v.At("answers"), map[string]any{"card": "solution", "answer": "yes"})
	d.Ask(desk.Maaike, 200, "POST", path+"/solution", map[string]string{"text": "Het verbruik was hoger; zie de grafiek."})
	if e := stream.Card("solution"); e.Data.Text("open") != "true" {
		t.Errorf("the solution waits for an answer: %v", e)
	}
	v.Must(201, "POST", v.At("answers"), map[string]any{"card": "solution", "answer": "yes"})
	stream.Card("solved")
	if e := stream.Card("feedback"); e.Data.Text("open") != "true" {
		t.Errorf("what somebody thought of it is asked: %v", e)
	}
	v.Must(201, "POST", v.At("answers"), map[string]any{"card": "feedback", "satisfaction": 5, "grade": 9, "text": "Snel"})
	if e := stream.Card("feedback"); e.Data.Text("open") != "false" || e.Data.Text("grade") != "9" {
		t.Errorf("the judgement: %v", e)
	}
	c := d.Ask(desk.Maaike, 200, "GET", path, nil)
	if c.Text("status") != "closed" || c.Text("closed_by") != "customer" {
		t.Errorf("after the chat: %v", c)
	}
}

func TestAVisitorWhoLeavesGetsTheRestByMail(t *testing.T) {
	later(t, func(t *testing.T, d *desk.Desk, hand *clock.Hand) {
		v := d.Visitor()
		v.Start("Kan ik mijn termijn verlagen, vraagt kluut?", "name", "Sanne de Vries", "email", sanne)
		stream := v.Events(0)
		stream.State("waiting")
		d.Available(desk.Maaike)
		c := d.AcceptNext(desk.Maaike)
		path := "/cases/" + c.Text("id")
		stream.State("live")
		stream.Close()
		pass := func(what string, ok func() bool) {
			t.Helper()
			d.Eventually(what, func() bool { hand.Advance(time.Second); return ok() })
		}
		state := func() string { return d.Ask(desk.Maaike, 200, "GET", path, nil).Text("contact.state") }
		d.Ask(desk.Maaike, 200, "POST", path+"/messages", map[string]string{"text": "Ja, dat kan vanaf december."})
		if n := len(d.Ask(desk.Amina, 200, "GET", "/outbox?to="+sanne, nil).List("messages")); n != 0 {
			t.Errorf("%d mails while the visitor may come back", n)
		}
		pass("the visitor left", func() bool { return state() == "left" })
		if m := d.MailTo(sanne, 1); !strings.Contains(m.Text("text"), "dat kan vanaf december") {
			t.Errorf("the mail with what was not seen: %s", m.Text("text"))
		}
		d.Ask(desk.Maaike, 200, "POST", path+"/messages", map[string]string{"text": "Zal ik het regelen?"})
		if m := d.MailTo(sanne, 2); !strings.Contains(m.Text("text"), "Zal ik het regelen") {
			t.Errorf("an answer after that goes by mail: %s", m.Text("text"))
		}
		back := v.Events(stream.Last)
		back.Message("Zal ik het regelen?")
		back.State("live")
		v.Say("Graag")
		d.Eventually("the agent has it", func() bool {
			lines := d.Ask(desk.Maaike, 200, "GET", path, nil).List("timeline")
			return lines[len(lines)-1].Text("text") == "Graag"
		})
	})
}

func TestWhoWasThereBeforeAStopAndDoesNotComeBackHasLeft(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		data := t.TempDir()
		setup := desk.Setup{Config: func(c *config.Config) { c.Data = data }}
		d := desk.Open(t, at, setup)
		v := d.Visitor()
		v.Start("Zijn jullie er nog, vraagt scholekster?")
		stream := v.Events(0)
		stream.State("waiting")
		d.Close()
		stream.Ends()
		hand := clock.At(clock.System{}.Now())
		setup.Clock = hand
		d = desk.Again(t, at, d, setup)
		path := "/cases/" + d.Case("scholekster").Text("id")
		if s := d.Ask(desk.Maaike, 200, "GET", path, nil).Text("contact.state"); s != "waiting" {
			t.Errorf("right after the start the visitor is %s", s)
		}
		d.Eventually("left", func() bool {
			hand.Advance(time.Second)
			return d.Ask(desk.Maaike, 200, "GET", path, nil).Text("contact.state") == "left"
		})
	})
}

func TestOutsideTheHoursAVisitorChoosesAnotherMoment(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		hand := clock.At(time.Date(2026, 11, 2, 19, 5, 0, 0, time.UTC)) // a Monday evening
		d := desk.Open(t, at, desk.Setup{Clock: hand})
		v := d.Visitor()
		info := v.Must(200, "GET", "chat?lang=nl", nil)
		slots := info.List("callback")
		if info.Text("open") != "false" || info.Text("opens_at") != "2026-11-03T08:00:00Z" || len(slots) == 0 || len(info.List("ways")) != 2 {
			t.Fatalf("what is said in the evening: %v", info)
		}
		if got := slots[0].Text("at") + " " + slots[0].Text("text"); got != "2026-11-03T08:00:00Z morgen tussen 09.00 en 09.30 uur" {
			t.Errorf("the first time to call: %s", got)
		}
		later := map[string]any{"kind": "callback", "phone": "06 12345678", "at": "2026-11-02T22:00:00Z"}
		v.Must(400, "POST", "chat", map[string]any{"text": "Bel me", "client_id": v.NextID(), "later": later})
		later["at"] = slots[0].Text("at")
		if a := v.Start("Bel me over de nota, wulp", "later", later); a.Text("state") != "later" {
			t.Errorf("to be called back: %v", a)
		}
		c := d.Case("wulp")
		if p := c.List("promises"); len(p) != 1 || p[0].Text("due") != "2026-11-03T08:30:00Z" || p[0].Text("call_at") != slots[0].Text("at") {
			t.Errorf("the call back is a promise: %v", p)
		}
		callIsOffered(t, d, slots[0].Text("at"))
		full := v.Must(409, "POST", "chat", map[string]any{"text": "Mij ook", "client_id": v.NextID(), "later": later})
		if m := full.Text("error.message"); !strings.Contains(m, "morgen tussen 09.30 en 10.00 uur") {
			t.Errorf("whoever chose a time that was given away reads: %s", m)
		}
		if file := v.Must(200, "GET", v.At("calendar"), nil).Text("bytes"); !strings.Contains(file, "\r\nDTSTART:20261103T080000Z\r\nDTEND:20261103T083000Z\r\n") {
			t.Errorf("for the calendar: %s", file)
		}
		v.Events(0).State("left") // looking at it is not waiting
		if n := d.Ask(desk.Amina, 200, "GET", "/queue", nil).List("waiting"); len(n) != 0 {
			t.Errorf("somebody waits who asked for another moment: %v", n)
		}
		callAndMove(t, d, slots[1].Text("at"))
		mail := d.Visitor()
		if a := mail.Start("Mail me maar, grutto", "later", map[string]string{"kind": "mail", "email": sanne}); a.Text("state") != "later" {
			t.Errorf("an answer by mail: %v", a)
		}
		d.MailTo(sanne, 1)
	})
}

// callIsOffered looks whether colleagues see when the customer is called, before somebody has the case.
func callIsOffered(t *testing.T, d *desk.Desk, at string) {
	t.Helper()
	line, _ := d.Ask(desk.Amina, 200, "GET", "/queue", nil)["in_writing"].(map[string]any)
	if w := desk.JSON(line).List("first"); len(w) != 1 || w[0].Text("call_at") != at {
		t.Errorf("in the line is %v", w)
	}
	d.Available(desk.Amina)
	d.Eventually("the call is offered", func() bool {
		o := d.Ask(desk.Amina, 200, "GET", "/offers", nil).List("offers")
		return len(o) == 1 && o[0].Text("call_at") == at
	})
	d.Ask(desk.Amina, 200, "PUT", "/me/presence", map[string]any{"state": "away"})
}

// callAndMove lets somebody with an address be called back, and an agent move the call: the mail, the page and the calendar
// say when.
func callAndMove(t *testing.T, d *desk.Desk, at string) {
	t.Helper()
	v := d.Visitor()
	v.Start("Bel me ook, kluut", "email", "bel@post.example", "later", map[string]any{"kind": "callback", "phone": "06 87654321", "at": at})
	mail := d.MailTo("bel@post.example", 1)
	if text := mail.Text("text"); !strings.Contains(text, "We bellen je terug: morgen tussen 09.30 en 10.00 uur") || strings.Contains(text, "87654321") {
		t.Errorf("the receipt says %s", text)
	}
	c := d.Case("kluut")
	path := "/cases/" + c.Text("id") + "/promises/" + c.List("promises")[0].Text("id")
	_, page := d.Page(d.Link(mail))
	link := regexp.MustCompile(`/c/[^"]+/calendar/[^"]+`).FindString(page)
	if link == "" || !strings.Contains(page, "morgen tussen 09.30 en 10.00 uur") {
		t.Fatalf("the page does not give the appointment: %s", page)
	}
	for _, want := range []string{"SEQUENCE:0\r\n", "DTSTART:20261103T083000Z\r\n", "STATUS:CONFIRMED\r\n"} {
		if _, file := d.Page(d.URL + link); !strings.Contains(file, want) {
			t.Errorf("no %q in %s", want, file)
		}
	}
	d.Ask(desk.Maaike, 200, "POST", path+"/move", map[string]string{"due": "2026-11-03T12:30:00Z", "reason": "Ziek"})
	if _, file := d.Page(d.URL + link); !strings.Contains(file, "SEQUENCE:1\r\n") || !strings.Contains(file, "DTSTART:20261103T120000Z\r\n") {
		t.Errorf("moved: %s", file)
	}
	if status, _ := d.Page(d.URL + link + "1"); status != 404 {
		t.Errorf("a call that is not there: %d", status)
	}
}

func TestWhatIsForgedForeignOrTooMuchIsRefusedAndOthersNoticeNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		v, other := d.Visitor(), d.Visitor()
		v.Start("Een gewone vraag, tureluur")
		other.Start("Een andere vraag, kemphaan")
		stream := other.Events(0)
		stream.State("waiting")
		forged := *v
		forged.Token = other.Token
		nobody := *v
		nobody.Token = ""
		elsewhere := desk.NewVisitor(t, d.URL+"/o/warmte-west/")
		elsewhere.Conversation, elsewhere.Token = v.Conversation, v.Token
		for who, x := range map[string]*desk.Visitor{"of another": &forged, "without a token": &nobody, "at another desk": elsewhere} {
			for _, path := range []string{"events", "files/1"} {
				if status, _, _, err := x.Do("GET", x.At(path), nil); err != nil || status != 404 {
					t.Errorf("%s, %s: %d %v", who, path, status, err)
				}
			}
			x.Must(404, "POST", x.At("messages"), map[string]any{"text": "x", "client_id": v.NextID()})
		}
		v.Must(404, "GET", "chat?site=onbekend", nil)
		v.Must(404, "POST", "chat", map[string]any{"text": "x", "client_id": v.NextID(), "site": "onbekend"})
		v.Must(413, "POST", v.At("messages"), []byte(`{"text":"`+strings.Repeat("x", 70_000)+`"}`))
		v.Must(413, "POST", v.At("messages"), map[string]any{"text": strings.Repeat("x", 4001), "client_id": v.NextID()})
		v.Must(400, "POST", v.At("messages"), []byte(`{"text":`))
		flood(t, v)
		seq := other.Say("Merk ik daar iets van?")
		if e := stream.Message("Merk ik daar iets van?"); e.ID != seq {
			t.Errorf("placed at %d, told at %d", seq, e.ID)
		}
	})
}

// flood sends more than one conversation may.
func flood(t *testing.T, v *desk.Visitor) {
	t.Helper()
	for range 60 {
		status, h, answer, err := v.Do("POST", v.At("messages"), map[string]any{"text": "nog een", "client_id": v.NextID()})
		if err != nil {
			t.Fatal(err)
		}
		if status == 429 {
			if h.Get("Retry-After") == "" || answer.Text("error.message") == "" || h.Get("Access-Control-Allow-Origin") == "" {
				t.Errorf("slowed down without a word: %v %v", h, answer)
			}
			return
		}
	}
	t.Error("nobody slows down a flood")
}

func TestFilesGoBothWaysAndOnlyThoseThatMay(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		v := d.Visitor()
		v.Start("Zie de foto, zegt lepelaar")
		stream := v.Events(0)
		png := []byte("\x89PNG\r\n\x1a\n en de rest")
		status, kept := v.Attach("meter.png", png)
		if status != 201 || kept.Text("type") != "image/png" || kept.Text("name") != "meter.png" {
			t.Fatalf("a picture: %d %v", status, kept)
		}
		if status, answer := v.Attach("virus.exe", []byte("MZ\x90\x00")); status != 400 {
			t.Errorf("a program: %d %v", status, answer)
		}
		if status, answer := v.Attach("groot.txt", []byte(strings.Repeat("x", 11<<20))); status != 413 {
			t.Errorf("a large file: %d %v", status, answer)
		}
		other := d.Visitor()
		other.Start("Mag ik die foto ook, vraagt kwak")
		other.Must(400, "POST", other.At("messages"), map[string]any{"text": "", "client_id": other.NextID(), "files": []string{kept.Text("id")}})
		v.Must(201, "POST", v.At("messages"), map[string]any{"text": "", "client_id": v.NextID(), "files": []string{kept.Text("id")}})
		e := stream.Until("the picture", func(e desk.Event) bool { return len(e.Data.List("files")) == 1 })
		if f := e[len(e)-1].Data.List("files")[0]; f.Text("id") != kept.Text("id") {
			t.Errorf("the picture in the stream: %v", f)
		}
		_, h, got, err := v.Do("GET", v.At("files/"+kept.Text("id")), nil)
		if err != nil || got.Text("bytes") != string(png) || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the picture back: %v %v %q", err, h, got.Text("bytes"))
		}
		other.Must(404, "GET", other.At("files/"+kept.Text("id")), nil)
	})
}

func TestABrowserOfAnotherWebsiteMayAsk(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		v := d.Visitor()
		status, h, _, err := v.Do("OPTIONS", "chat/1/messages", nil)
		if err != nil || status != 204 || h.Get("Access-Control-Allow-Origin") != "https://www.energie-oost.example" ||
			!strings.Contains(h.Get("Access-Control-Allow-Headers"), "Authorization") || h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("the question whether it may: %d %v %v", status, h, err)
		}
		status, h, script, err := v.Do("GET", "widget.js", nil)
		if err != nil || status != 200 || h.Get("ETag") == "" || !strings.Contains(script.Text("bytes"), "balie-chat") || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("the script: %d %v %v", status, h, err)
		}
		site := d.Site("https://www.ander.example")
		v.Must(403, "POST", "chat", map[string]any{"text": "x", "client_id": v.NextID(), "site": site.Key})
		mine := d.Site("https://www.energie-oost.example")
		token := webchat.Sign(webchat.Identity{Subject: "klant-7", Name: "Sanne de Vries", Email: sanne, Expires: d.App.Clock.Now().Add(time.Hour).Unix()}, mine.Secret)
		v.Must(400, "POST", "chat", map[string]any{"text": "x", "client_id": v.NextID(), "site": mine.Key, "identity": token + "x"})
		v.Start("Ik ben het echt, zegt visdief", "site", mine.Key, "identity", token)
		if c := d.Case("visdief"); c.Text("contact.verified") != "true" || c.Text("customer.email") != sanne || c.Text("customer.name") != "Sanne de Vries" {
			t.Errorf("who the website signed for: %v", c)
		}
		v.Must(202, "POST", v.At("transcript"), map[string]string{})
		if m := d.MailTo(sanne, 1); !strings.Contains(m.Text("text"), "Ik ben het echt, zegt visdief") {
			t.Errorf("the whole conversation: %s", m.Text("text"))
		}
		stranger := d.Visitor()
		stranger.Start("Koop nu, zegt meeuw")
		for range 3 {
			stranger.Must(202, "POST", stranger.At("transcript"), map[string]string{"email": sanne})
		}
		if m := d.MailTo(sanne, 2); strings.Contains(m.Text("text"), "Koop nu") {
			t.Errorf("a stranger's words are mailed to somebody else: %s", m.Text("text"))
		}
		if n := len(d.Ask(desk.Amina, 200, "GET", "/outbox?to="+sanne, nil).List("messages")); n != 2 {
			t.Errorf("%d mails", n)
		}
	})
}
