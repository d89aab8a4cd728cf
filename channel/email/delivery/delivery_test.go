package delivery_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"balie/channel"
	"balie/channel/channeltest"
	"balie/channel/email/delivery"
	"balie/channel/email/letter"
	"balie/ground/fault"
)

const desk = "klantenservice@energie-oost.example"

const mail = "From: Sanne <sanne@klant.example>\r\nTo: " + desk + "\r\nSubject: Vraag\r\nMessage-ID: <1@klant.example>\r\n" +
	"Date: Thu, 12 Nov 2026 10:00:00 +0100\r\n\r\nKlopt mijn rekening?\r\n"

func local(d *channeltest.Desk) *delivery.Local {
	return delivery.New(delivery.Options{Desk: d, Ours: func(id string) bool { return strings.HasPrefix(id, "balie.") }})
}

func TestABounceByTheStandardIsReported(t *testing.T) {
	bounce := "From: MAILER-DAEMON@mx.example\r\nTo: " + strings.Replace(desk, "@", "+b7x@", 1) + "\r\nSubject: Undelivered\r\n" +
		"Message-ID: <9@mx.example>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt did not arrive.\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n" +
		"Final-Recipient: rfc822; sanne@klant.example\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 mailbox full\r\n\r\n" +
		"--b\r\nContent-Type: message/rfc822-headers\r\n\r\nMessage-ID: <balie.7.k3@energie-oost.example>\r\n\r\n--b--\r\n"
	d := channeltest.NewDesk(desk)
	l := local(d)
	to, err := l.Find(t.Context(), strings.Replace(desk, "@", "+b7x@", 1))
	if err != nil {
		t.Fatal(err)
	}
	e := delivery.Envelope{Via: "smtp", Null: true, Recipients: []delivery.Recipient{to}}
	d.Fail(fault.New(fault.Unavailable, "sqldb.away"))
	if got := l.Deliver(t.Context(), e, []byte(bounce)); !fault.Is(got[0], fault.Unavailable) {
		t.Errorf("with the desk away: %v", got)
	}
	d.Fail(nil)
	if got := l.Deliver(t.Context(), e, []byte(bounce)); got[0] != nil {
		t.Fatal(got[0])
	}
	all := d.Reports()
	if len(all) != 1 || len(d.Arrivals()) != 0 {
		t.Fatalf("%d reports, %d arrivals", len(all), len(d.Arrivals()))
	}
	r := all[0]
	if r.MessageID != "balie.7.k3@energie-oost.example" || r.State != channel.Bounced || r.Code != "5.2.2" || !strings.Contains(r.Reason, "full") {
		t.Errorf("%+v", r)
	}
}

func TestTheTokenIsFoundInTheMessageWhenTheEnvelopeHasNone(t *testing.T) {
	d := channeltest.NewDesk(desk)
	l := local(d)
	to, _ := l.Find(t.Context(), desk)
	raw := strings.Replace(mail, "To: "+desk, "To: iemand@elders.example\r\nDelivered-To: Klantenservice+c1X@energie-oost.example", 1)
	if err := errors.Join(l.Deliver(t.Context(), delivery.Envelope{Via: "imap:1", Recipients: []delivery.Recipient{to}}, []byte(raw))...); err != nil {
		t.Fatal(err)
	}
	if got := d.Arrivals()[0].Thread.Token; got != "c1X" {
		t.Errorf("token %q", got)
	}
}

func TestADeskAddressWithAPlusOfItsOwn(t *testing.T) {
	d := channeltest.NewDesk(desk)
	d.Add("info+zon@energie-oost.example", 1)
	r, err := local(d).Find(t.Context(), "info+zon@energie-oost.example")
	if err != nil || r.Desk.Address != "info+zon@energie-oost.example" || r.Token != "" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := local(d).Find(t.Context(), "info+wind@energie-oost.example"); !fault.Is(err, fault.Unknown) {
		t.Errorf("%v", err)
	}
}

func TestWhatCannotBeRefusedAnyMoreIsKeptRaw(t *testing.T) {
	d := channeltest.NewDesk(desk)
	l := local(d)
	to, _ := l.Find(t.Context(), desk)
	raw := []byte("From: ander@klant.example\r\n" + mail)
	e := delivery.Envelope{Via: "imap:1", Recipients: []delivery.Recipient{to}}
	if got := l.Deliver(t.Context(), e, raw); !fault.Is(got[0], fault.Invalid) {
		t.Errorf("two senders: %v", got)
	}
	e.Keep = true
	if got := l.Deliver(t.Context(), e, raw); got[0] != nil {
		t.Fatal(got[0])
	}
	a := d.Arrivals()[0]
	if a.Problem != "email.two_from" || !a.Auto || string(a.Raw) != string(raw) || a.From.Address != "" {
		t.Errorf("%+v", a)
	}
}

func TestTheKeyIsTheSameOverEveryRouteAndDiffersForEveryAddress(t *testing.T) {
	d := channeltest.NewDesk(desk, "info@energie-oost.example")
	l := local(d)
	one, _ := l.Find(t.Context(), desk)
	two, _ := l.Find(t.Context(), "info@energie-oost.example")
	for _, raw := range []string{
		mail, "Received: from a.example by b.example; Thu, 12 Nov 2026 10:00:01 +0100\r\nX-Spam: no\r\n" + mail,
		strings.ReplaceAll(mail, "\r\n", "\n"), mail + "\r\n",
	} {
		for _, e := range []delivery.Envelope{
			{Via: "smtp", Recipients: []delivery.Recipient{one, two}}, {Via: "imap:3", Recipients: []delivery.Recipient{one}},
		} {
			if err := errors.Join(l.Deliver(context.Background(), e, []byte(raw))...); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(d.Arrivals()); n != 2 {
		t.Errorf("%d copies of one message for two addresses", n)
	}
	changed := strings.Replace(mail, "rekening", "aansluiting", 1)
	if err := errors.Join(l.Deliver(t.Context(), delivery.Envelope{Recipients: []delivery.Recipient{one}}, []byte(changed))...); err != nil {
		t.Fatal(err)
	}
	if n := len(d.Arrivals()); n != 3 {
		t.Errorf("another text under the same Message-ID was dropped")
	}
}

func TestTheReaderHearsWhatTheEnvelopeSays(t *testing.T) {
	d := channeltest.NewDesk(desk)
	var heard letter.Options
	l := delivery.New(delivery.Options{Desk: d, Read: func(raw []byte, o letter.Options) (letter.Letter, error) {
		heard = o
		return letter.Read(raw, o)
	}})
	to, _ := l.Find(t.Context(), desk)
	l.Deliver(t.Context(), delivery.Envelope{
		ReturnPath: "sanne@klant.example", Trusted: []string{"mx.energie-oost.example"}, Recipients: []delivery.Recipient{to},
	}, []byte(mail))
	if heard.ReturnPath != "sanne@klant.example" || len(heard.Trusted) != 1 || heard.NullReturnPath {
		t.Errorf("%+v", heard)
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{
		desk, "klantenservice+AbC@energie-oost.example", "+x@y.example", "a+b+c@Y.EXAMPLE.", "@", "a@", "@b", "a b@c.example",
		"\"a b\"@c.example", "a@b@c.example", "a\r\nb@c.example", "a@b\r\n.example", "<a@b.example>", strings.Repeat("a", 300) + "@b.example",
		"a@[127.0.0.1]", "é@é.example", "a@.", "a+@b.example", "a@b.example\x00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		base, token, err := delivery.Split(s)
		if err != nil {
			if base != "" || token != "" || !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %q %q %v", s, base, token, err)
			}
			return
		}
		if strings.ContainsAny(base+token, "\r\n\x00<> ,;\"") || strings.Count(base, "@") != 1 || strings.Contains(base, "+") && strings.Contains(base[:strings.Index(base, "@")], "+") {
			t.Fatalf("%q gave %q and %q", s, base, token)
		}
		again, none, err := delivery.Split(base)
		if err != nil || again != base || none != "" {
			t.Fatalf("%q gave %q, which gives %q %q %v", s, base, again, none, err)
		}
	})
}
