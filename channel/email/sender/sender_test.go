package sender_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"balie/channel"
	"balie/channel/email/auth"
	"balie/channel/email/sender"
	"balie/ground/clock"
	"balie/ground/fault"
)

var noon = time.Date(2026, 11, 12, 12, 0, 0, 0, time.UTC)

func outgoing() channel.Outgoing {
	return channel.Outgoing{
		ID: 7, Org: 1,
		From:       channel.Person{Name: "Energie Oost", Address: "klantenservice@energie-oost.example"},
		To:         channel.Person{Name: "Sanne de Wit", Address: "sanne@klant.example"},
		Subject:    "Uw vraag over de jaarrekening [2026-1207]",
		Text:       "Goedemiddag Sanne,\n\nWe bellen u morgen vóór 12 uur.\n",
		HTML:       "<p>Goedemiddag Sanne,</p><p>We bellen u morgen vóór 12 uur.</p>",
		MessageID:  "balie.7.k3@energie-oost.example",
		Parents:    []string{"1@klant.example", "2@klant.example"},
		ReplyTo:    "klantenservice+c1x.t0k@energie-oost.example",
		ReturnPath: "klantenservice+b7x@energie-oost.example",
		Locale:     "nl",
	}
}

func TestTheRelayGetsTheMessageAndTheEnvelope(t *testing.T) {
	r := newRelay(t)
	s := sender.New(sender.Options{Relay: r.address, Clock: clock.At(noon)})
	o := outgoing()
	o.CC = []channel.Person{{Address: "buurman@klant.example"}}
	if err := s.Send(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	got := r.all()
	if len(got) != 1 || got[0].from != o.ReturnPath || strings.Join(got[0].to, " ") != "sanne@klant.example buurman@klant.example" {
		t.Fatalf("the relay got %+v", got)
	}
	for _, want := range []string{
		"In-Reply-To: <2@klant.example>\r\n", "References: <1@klant.example> <2@klant.example>\r\n", "Content-Language: nl\r\n",
		"Message-ID: <balie.7.k3@energie-oost.example>\r\n", "Reply-To: \"Energie Oost\" <klantenservice+c1x.t0k@energie-oost.example>\r\n",
	} {
		if !strings.Contains(got[0].raw, want) {
			t.Errorf("no %q in\n%s", want, got[0].raw)
		}
	}
	if strings.Contains(got[0].raw, "Auto-Submitted") {
		t.Error("a message of a person is marked as automatic")
	}
}

func TestAnAutomaticAnswerHasAnEmptyReturnPath(t *testing.T) {
	r := newRelay(t)
	s := sender.New(sender.Options{Relay: r.address})
	o := outgoing()
	o.Auto = true
	if err := s.Send(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if got := r.all()[0]; got.from != "" || !strings.Contains(got.raw, "Auto-Submitted: auto-replied\r\n") {
		t.Errorf("from %q\n%s", got.from, got.raw)
	}
}

func TestTheAnswerOfTheRelayDecidesWhetherToTryAgain(t *testing.T) {
	full := &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox is full today"}
	never := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such person"}
	for _, c := range []struct {
		name string
		set  func(*relay)
		kind fault.Kind
		key  string
		said string
	}{
		{"4xx to MAIL", func(r *relay) { r.mail = full }, fault.Unavailable, "email.deferred", "full today"},
		{"4xx to RCPT", func(r *relay) { r.rcpt["sanne@klant.example"] = full }, fault.Unavailable, "email.deferred", "full today"},
		{"4xx to DATA", func(r *relay) { r.data = full }, fault.Unavailable, "email.deferred", "full today"},
		{"5xx to MAIL", func(r *relay) { r.mail = never }, fault.Invalid, "email.refused", "550 no such person"},
		{"5xx to RCPT", func(r *relay) { r.rcpt["sanne@klant.example"] = never }, fault.Invalid, "email.refused", "no such person"},
		{"5xx to DATA", func(r *relay) { r.data = never }, fault.Invalid, "email.refused", "no such person"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRelay(t)
			c.set(r)
			err := sender.New(sender.Options{Relay: r.address}).Send(t.Context(), outgoing())
			f := fault.Of(err)
			if err == nil || f.Kind != c.kind || f.Key != c.key {
				t.Fatalf("the error is %v", err)
			}
			if said, _ := f.Args["said"].(string); !strings.Contains(said, c.said) {
				t.Errorf("the server's words are lost: %v", f.Args)
			}
		})
	}
}

func TestARelayThatIsAwayMeansTryLater(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	err = sender.New(sender.Options{Relay: l.Addr().String()}).Send(t.Context(), outgoing())
	if !fault.Is(err, fault.Unavailable) {
		t.Fatalf("the error is %v", err)
	}
}

func TestARefusedCopyDoesNotKeepTheAnswerFromTheCustomer(t *testing.T) {
	r := newRelay(t)
	r.rcpt["weg@klant.example"] = &smtp.SMTPError{Code: 550, Message: "gone"}
	o := outgoing()
	o.CC = []channel.Person{{Address: "weg@klant.example"}, {Address: "buurman@klant.example"}}
	if err := sender.New(sender.Options{Relay: r.address}).Send(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if got := r.all(); len(got) != 1 || len(got[0].to) != 2 {
		t.Fatalf("the relay got %+v", got)
	}
}

func TestOneConnectionServesManyMessages(t *testing.T) {
	r := newRelay(t)
	hand := clock.At(noon)
	s := sender.New(sender.Options{Relay: r.address, Clock: hand})
	for range 3 {
		if err := s.Send(t.Context(), outgoing()); err != nil {
			t.Fatal(err)
		}
	}
	r.set(func() {
		if r.connections != 1 {
			t.Errorf("%d connections for three messages", r.connections)
		}
	})
	hand.Advance(time.Minute)
	if err := s.Send(t.Context(), outgoing()); err != nil {
		t.Fatal(err)
	}
	r.set(func() {
		if r.connections != 2 {
			t.Errorf("%d connections: one that was idle for a minute was used again", r.connections)
		}
	})
}

func TestAKeptConnectionThatTheRelayClosedCostsNothing(t *testing.T) {
	r := newRelay(t)
	s := sender.New(sender.Options{Relay: r.address})
	if err := s.Send(t.Context(), outgoing()); err != nil {
		t.Fatal(err)
	}
	r.server.Close()
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	r.serve(t, l)
	if err := s.Send(t.Context(), outgoing()); err != nil {
		t.Fatal(err)
	}
	if n := len(r.all()); n != 2 {
		t.Errorf("the relay got %d messages", n)
	}
}

func TestSigningInByEachMechanism(t *testing.T) {
	secret := func(context.Context, string) (string, error) { return "geheim", nil }
	check := func(user, word string) error {
		if user != "desk" || word != "geheim" {
			return errors.New("wrong")
		}
		return nil
	}
	for m, server := range map[auth.Mechanism]func() sasl.Server{
		auth.Plain: func() sasl.Server {
			return sasl.NewPlainServer(func(_, user, word string) error { return check(user, word) })
		},
		auth.Login:   func() sasl.Server { return newLoginServer(check) },
		auth.XOAuth2: func() sasl.Server { return &xoauth2Server{check: check} },
	} {
		t.Run(string(m), func(t *testing.T) {
			r := newRelay(t)
			r.mechanisms[strings.ToUpper(string(m))] = server
			o := sender.Options{Relay: r.address, Mechanism: m, User: "desk", Secret: secret}
			if err := sender.New(o).Send(t.Context(), outgoing()); err != nil {
				t.Fatal(err)
			}
			if r.signedIn != 1 {
				t.Errorf("signed in %d times", r.signedIn)
			}
			o.User = "other"
			err := sender.New(o).Send(t.Context(), outgoing())
			if !fault.Is(err, fault.Unavailable) || fault.Of(err).Key != "email.relay_refused" {
				t.Errorf("a refused sign-in gives %v", err)
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Errorf("the secret is in the error: %v", err)
			}
		})
	}
}

func TestEachKindOfKeySignsSoThatOthersCanCheck(t *testing.T) {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for record, key := range map[string]sender.Key{
		"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(ed.Public().(ed25519.PublicKey)): {Selector: "n1", Signer: ed},
		"v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der):                                 {Selector: "n2", Signer: rsaKey},
	} {
		r := newRelay(t)
		s := sender.New(sender.Options{Relay: r.address, Key: func(domain string) (sender.Key, bool) {
			return key, domain == "energie-oost.example"
		}})
		o := outgoing()
		o.Files = []channel.File{{Name: "nota.pdf", Type: "application/pdf", Data: []byte("%PDF-1.4 made up")}}
		if err := s.Send(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		lookup := &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
			if name != key.Selector+"._domainkey.energie-oost.example" {
				t.Errorf("looked for %s", name)
			}
			return []string{record}, nil
		}}
		raw := r.all()[0].raw
		for what, text := range map[string]string{
			"as it was sent": raw, "with another subject": strings.Replace(raw, "Subject: ", "Subject: x", 1),
			"with a second From": "From: ander@elders.example\r\n" + raw,
		} {
			found, err := dkim.VerifyWithOptions(strings.NewReader(text), lookup)
			if err != nil || len(found) != 1 {
				t.Fatalf("%d signatures, %v", len(found), err)
			}
			if good := found[0].Err == nil; good != (what == "as it was sent") {
				t.Errorf("%s: %v", what, found[0].Err)
			}
		}
	}
}
