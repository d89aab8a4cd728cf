package api_test

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/org"
	"balie/domain/staff"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/test/engine"
	"balie/web/edge/edgetest"
)

type contact struct {
	ID, Channel, State string
	Agent              *idName
	Online, Verified   bool
	Page               struct{ URL, Title string }
	Answered           *time.Time `json:"answered_at"`
	Left               *time.Time `json:"left_at"`
	Seen               int64      `json:"visitor_seen"`
	Waiting            *time.Time `json:"waiting_since"`
	Late               *time.Time `json:"late_at"`
	Position           *int64
	WaitedSeconds      *int64 `json:"waited_seconds"`
	Reason             *struct{ Key, Text string }
}

type offer struct {
	ID, Contact, Channel, Text string
	Case                       struct{ ID, Number, Subject string }
	Customer                   struct {
		ID, Name, Email string
		Verified        bool
	}
	Reason struct{ Key, Text string }
	Known  []struct{ Label, Value string }
	Page   struct{ URL, Title string }
	Until  time.Time
}

type chat struct {
	Contact, State, Preview string
	Case                    struct{ ID, Number, Subject string }
	Online, Unread          bool
	UnreadCount             int        `json:"unread_count"`
	Waiting                 *time.Time `json:"waiting_since"`
	Late                    *time.Time `json:"late_at"`
}

type presence struct {
	State, Reason string
	Chats, Most   int
	Since         *time.Time
}

// listens counts a person as one with a screen open.
func (d *desk) listens(t *testing.T, o edgetest.Org, role access.Role) {
	t.Helper()
	if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		return d.Flow.Staff.Opened(tx, staff.Screen{Org: o.ID, Agent: o.People[role].ID}, "one")
	}); err != nil {
		t.Fatal(err)
	}
}

// chats lets a visitor of an organisation begin a chat.
func (d *desk) chats(t *testing.T, o edgetest.Org, words string) channel.Receipt {
	t.Helper()
	r, err := d.Flow.Arrive(t.Context(), channel.Arrival{
		Org: o.ID, Channel: channel.Webchat, Key: "chat " + words + fmt.Sprint(clock.System{}.Now().UnixNano()), Text: words,
		From: channel.Person{Name: "Els"}, Locale: "nl", Given: map[string]string{"postcode": "7511 AB"},
		Live: &channel.Live{Page: channel.Page{URL: "https://www.oost.example/nota", Title: "Uw nota"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// more lets the visitor of a chat say something else.
func (d *desk) more(t *testing.T, o edgetest.Org, r channel.Receipt, words string) {
	t.Helper()
	if _, err := d.Flow.Arrive(t.Context(), channel.Arrival{
		Org: o.ID, Channel: channel.Webchat, Key: words, Text: words, Live: &channel.Live{Contact: r.Contact},
		Thread: channel.Thread{Token: d.Flow.ContactToken(o.ID, r.Contact)},
	}); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) match(t *testing.T) {
	t.Helper()
	if _, err := d.Flow.MatchNow(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func offersOf(c edgetest.Client) []offer {
	var list struct{ Offers []offer }
	c.Get("/api/v1/offers").Is(200).Into(&list)
	return list.Offers
}

func chatsOf(c edgetest.Client) []chat {
	var list struct{ Chats []chat }
	c.Get("/api/v1/chats").Is(200).Into(&list)
	return list.Chats
}

func pushBody(method string) any {
	key, _ := ecdh.P256().GenerateKey(rand.Reader) // the machine's chance never fails
	body := map[string]any{"endpoint": "https://push.browser.example/one"}
	if method == "POST" {
		code := base64.RawURLEncoding
		body["keys"] = map[string]any{"p256dh": code.EncodeToString(key.PublicKey().Bytes()), "auth": code.EncodeToString(make([]byte, 16))}
	}
	return body
}

func TestAnOfferSaysWhatIsKnownAndWhy(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		joris := d.joris()
		d.listens(t, d.East, access.Agent)
		var p presence
		joris.Do("PUT", "/api/v1/me/presence", map[string]any{"state": "available", "chats": 3}).Is(200).Into(&p)
		if p.State != "available" || p.Chats != 3 || p.Most != 5 || p.Since == nil {
			t.Fatalf("the presence is %+v", p)
		}
		r := d.chats(t, d.East, "Waarom is mijn nota zo hoog?")
		d.match(t)
		all := offersOf(joris)
		if len(all) != 1 {
			t.Fatalf("offered: %+v", all)
		}
		o := all[0]
		wantReason := "Eerste in de rij sinds " + clock.System{}.Now().In(d.East.Location()).Format("15.")
		if o.Case.Number != r.Number || o.Text != "Waarom is mijn nota zo hoog?" || o.Reason.Key != "routing.first_in_line" ||
			!strings.HasPrefix(o.Reason.Text, wantReason) || o.Page.Title != "Uw nota" || len(o.Known) != 1 ||
			o.Known[0].Label != "Postcode" || o.Known[0].Value != "7511 AB" || o.Customer.Name != "Els" || o.Customer.Verified {
			t.Errorf("the offer says %+v, want the reason %q", o, wantReason)
		}
		var me struct {
			Counts   struct{ Offers, Chats int }
			Presence presence
		}
		joris.Get("/api/v1/me").Is(200).Into(&me)
		if me.Counts.Offers != 1 || me.Counts.Chats != 0 || me.Presence.State != "available" {
			t.Errorf("me is %+v", me)
		}
	})
}

func TestAChatThatIsAcceptedGoesOnToItsEnd(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		joris := d.joris()
		d.listens(t, d.East, access.Agent)
		joris.Do("PUT", "/api/v1/me/presence", map[string]any{"state": "available"}).Is(200)
		r := d.chats(t, d.East, "Waarom is mijn nota zo hoog?")
		d.match(t)
		o := offersOf(joris)[0]
		if n := len(offersOf(d.lotte())); n != 0 {
			t.Errorf("a colleague sees %d offers", n)
		}
		d.lotte().Post("/api/v1/offers/"+o.ID+"/accept", nil).Is(404)
		var k kase
		joris.Post("/api/v1/offers/"+o.ID+"/accept", nil).Is(200).Into(&k)
		c := k.Contact
		if c == nil || c.State != "live" || !c.Online || c.Agent == nil || c.Agent.Name != "Joris" || c.Answered == nil || c.Waiting == nil ||
			c.Late == nil || c.Late.Sub(*c.Waiting) != org.Defaults().ChatReply || k.Owner == nil || k.Channel != "webchat" {
			t.Fatalf("after accepting: %+v %+v", k, c)
		}
		if c.Position == nil || *c.Position != 1 || c.WaitedSeconds == nil || *c.WaitedSeconds < 0 || c.Reason == nil || c.Reason.Key != "routing.first_in_line" {
			t.Errorf("how the turn came: %+v", c)
		}
		if key := joris.Post("/api/v1/offers/"+o.ID+"/accept", nil).Is(409).Key(); key != "routing.offer_gone" {
			t.Errorf("a second time: %s", key)
		}
		d.more(t, d.East, r, "Hij is twee keer zo hoog.")
		d.more(t, d.East, r, "Bent u daar?")
		list := chatsOf(joris)
		if len(list) != 1 || !list[0].Unread || list[0].UnreadCount != 2 || list[0].Waiting == nil || list[0].Preview != "Bent u daar?" {
			t.Fatalf("my chats: %+v", list)
		}
		joris.Post(k.path()+"/messages", map[string]any{"text": "Ik kijk het na."}).Is(201).Into(&k)
		if k.Contact.Waiting != nil || k.Contact.Late != nil {
			t.Errorf("after an answer the customer waits no more: %+v", k.Contact)
		}
		var out struct{ Messages []any }
		d.anne().Get("/api/v1/outbox?case=" + k.ID).Is(200).Into(&out)
		if len(out.Messages) != 0 {
			t.Errorf("what is said in a chat is mailed too: %v", out.Messages)
		}
		joris.Post(k.path()+"/contact/details", map[string]any{"email": "els@klant.example"}).Is(200).Into(&k)
		if k.Customer.Email != "els@klant.example" {
			t.Errorf("the customer is %+v", k.Customer)
		}
		joris.Post(k.path()+"/contact/end", nil).Is(200).Into(&k)
		if k.Contact.State != "ended" || k.Contact.Online || k.Status == "closed" || len(chatsOf(joris)) != 0 {
			t.Errorf("after the end: %+v", k.Contact)
		}
	})
}

func TestWhatIsSentForAChatIsLookedAt(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		joris := d.joris()
		for body, key := range map[string]string{
			`{"state":"asleep"}`:                                          "staff.state_unknown",
			`{"state":"available","chats":6}`:                             "staff.chats_range",
			`{"state":"available","chats":-1}`:                            "staff.chats_range",
			`{"state":"busy","reason":"` + strings.Repeat("x", 81) + `"}`: "staff.reason_long",
		} {
			if got := joris.Do("PUT", "/api/v1/me/presence", body).Is(400).Key(); got != key {
				t.Errorf("%s: %s", body, got)
			}
		}
		d.As(d.East.Robot).Do("PUT", "/api/v1/me/presence", `{"state":"busy"}`).Is(404)
		d.As(d.East.Robot).Get("/api/v1/me").Is(200)
		d.listens(t, d.East, access.Agent)
		joris.Do("PUT", "/api/v1/me/presence", `{"state":"available"}`).Is(200)
		r := d.chats(t, d.East, "Dag")
		d.match(t)
		o := offersOf(joris)[0]
		for body, key := range map[string]string{`{"reason":"  "}`: "routing.reason_missing", `{"reason":"` + strings.Repeat("x", 201) + `"}`: "routing.reason_long"} {
			if got := joris.Post("/api/v1/offers/"+o.ID+"/decline", body).Is(400).Key(); got != key {
				t.Errorf("%s: %s", body, got)
			}
		}
		joris.Post("/api/v1/offers/"+o.ID+"/decline", `{"reason":"skill"}`).Is(204)
		joris.Post("/api/v1/offers/"+o.ID+"/decline", `{"reason":"skill"}`).Is(409)
		if len(offersOf(joris)) != 0 {
			t.Error("a declined offer is still there")
		}
		for _, address := range []string{"", "els", "els@", "Els <els@klant.example>"} {
			joris.Post("/api/v1/cases/"+ident.Text(r.Case)+"/contact/details", map[string]any{"email": address}).Is(400)
		}
		k := asks(joris, "Daan", "Een vraag per formulier")
		if k.Contact != nil {
			t.Errorf("a case without a chat has the contact %+v", k.Contact)
		}
		if key := joris.Post(k.path()+"/contact/details", map[string]any{"email": "x@klant.example"}).Is(409).Key(); key != "conversation.no_contact" {
			t.Errorf("without a chat: %s", key)
		}
		joris.Get("/api/v1/queue?limit=0").Is(400)
		joris.Get("/api/v1/queue?cursor=x").Is(400)
		joris.Get("/api/v1/queue?cursor=-1").Is(400)
		d.lotte().Do("PUT", "/api/v1/announcement", map[string]any{"text": strings.Repeat("x", 501)}).Is(413)
		for _, body := range []string{`{}`, `{"endpoint":"x","keys":{"p256dh":"","auth":""}}`, `{"endpoint":"https://push.example/1","keys":{"p256dh":"AAAA","auth":"AAAA"}}`} {
			joris.Post("/api/v1/push", body).Is(400)
		}
	})
}

func TestTheQueueShowsWhoWaitsAndWhoWorks(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		joris := d.joris()
		d.listens(t, d.East, access.Agent)
		d.listens(t, d.East, access.Lead)
		joris.Do("PUT", "/api/v1/me/presence", `{"state":"available","chats":1}`).Is(200)
		for i := range 3 {
			d.chats(t, d.East, fmt.Sprint("Vraag ", i))
		}
		d.chats(t, d.West, "Van west")
		d.match(t)
		d.lotte().Do("PUT", "/api/v1/announcement", map[string]any{"text": "Storing in Oost."}).Is(200)
		var q struct {
			Waiting []struct {
				Text     string
				Position int
				Case     struct{ Number string }
				To       *idName `json:"offered_to"`
			}
			Agents []struct {
				Name, State, Reason string
				Present             bool
				Chats, Live         int
			}
			Announcement, Next string
		}
		joris.Get("/api/v1/queue?limit=2").Is(200).Into(&q)
		if len(q.Waiting) != 2 || q.Waiting[0].Text != "Vraag 0" || q.Waiting[0].Position != 1 || q.Waiting[0].To == nil ||
			q.Waiting[0].To.Name != "Joris" || q.Waiting[1].To != nil || q.Next == "" || q.Announcement != "Storing in Oost." {
			t.Fatalf("the queue is %+v", q)
		}
		if len(q.Agents) != 2 || !q.Agents[0].Present || !q.Agents[1].Present {
			t.Fatalf("at work: %+v", q.Agents)
		}
		joris.Get("/api/v1/queue?limit=2&cursor=" + url.QueryEscape(q.Next)).Is(200).Into(&q)
		if len(q.Waiting) != 1 || q.Waiting[0].Text != "Vraag 2" || q.Waiting[0].Position != 3 || q.Next != "" {
			t.Fatalf("the second page is %+v", q)
		}
		var west struct{ Waiting []struct{ Text string } }
		d.stranger().Get("/api/v1/queue").Is(200).Into(&west)
		if len(west.Waiting) != 1 || west.Waiting[0].Text != "Van west" {
			t.Errorf("west sees %+v", west)
		}
		var agents struct {
			Agents []struct {
				Name     string
				Present  bool
				Presence presence
			}
		}
		joris.Get("/api/v1/agents").Is(200).Into(&agents)
		for _, a := range agents.Agents {
			if a.Present != (a.Name != "Anne") || (a.Presence.State == "available") != (a.Name == "Joris") {
				t.Errorf("%+v", a)
			}
		}
	})
}

func TestABrowserIsKeptForPushAndForgotten(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		var first, second struct{ Key string }
		d.joris().Get("/api/v1/push").Is(200).Into(&first)
		d.lotte().Get("/api/v1/push").Is(200).Into(&second)
		point, err := base64.RawURLEncoding.DecodeString(first.Key)
		if err != nil || len(point) != 65 || first != second {
			t.Fatalf("the keys are %v and %v", first, second)
		}
		count := func(role access.Role) (n int) {
			if err := d.DB.Read(t.Context(), func(tx *sqldb.Tx) error {
				all, err := d.Flow.Staff.Pushes(tx, d.East.ID, d.East.People[role].ID)
				n = len(all)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		d.joris().Post("/api/v1/push", pushBody("POST")).Is(204)
		d.joris().Post("/api/v1/push", pushBody("POST")).Is(204)
		if count(access.Agent) != 1 {
			t.Error("one browser counts twice")
		}
		d.lotte().Post("/api/v1/push", pushBody("POST")).Is(204) // somebody else signed in there
		if count(access.Agent) != 0 || count(access.Lead) != 1 {
			t.Error("the browser belongs to who sits at it now")
		}
		d.joris().Do("DELETE", "/api/v1/push", pushBody("DELETE")).Is(204)
		if count(access.Lead) != 1 {
			t.Error("somebody else's browser was forgotten")
		}
		d.lotte().Do("DELETE", "/api/v1/push", pushBody("DELETE")).Is(204)
		if count(access.Lead) != 0 {
			t.Error("the browser was not forgotten")
		}
	})
}

func TestTheVisitorHearsThatAnAgentSawIt(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		news := d.Hub.Subscribe(d.East.ID) // as the chat of the visitor does
		defer news.Close()
		r := d.chats(t, d.East, "Dag")
		d.joris().Post("/api/v1/cases/"+ident.Text(r.Case)+"/seen", nil).Is(204)
		for n := range news.C {
			if n.Entry.Kind == "seen" && n.Entry.Case == r.Case {
				return
			}
		}
		t.Error("the hub ended")
	})
}
