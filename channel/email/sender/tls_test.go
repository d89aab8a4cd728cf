package sender_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"balie/channel/email/auth"
	"balie/channel/email/sender"
	"balie/ground/clock"
	"balie/ground/fault"
)

const relayName = "relay.energie-oost.example"

// tlsRelay is a relay that wants encryption: from the first byte, or by STARTTLS.
func tlsRelay(t *testing.T, kind sender.Security) (*relay, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System{}.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{relayName}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	read, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(read)
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{rcpt: map[string]error{}, address: l.Addr().String()}
	r.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &relaySession{relay: r}, nil
	}))
	r.server.ErrorLog = log.New(io.Discard, "", 0) // it complains of the client that does not trust it, as it should
	if kind == sender.TLS {
		l = tls.NewListener(l, config)
	} else {
		r.server.TLSConfig = config
	}
	go func() { _ = r.server.Serve(l) }()
	t.Cleanup(func() { l.Close(); r.server.Close() })
	return r, &tls.Config{RootCAs: pool, ServerName: relayName}
}

func TestMailGoesOverAnEncryptedLine(t *testing.T) {
	for _, kind := range []sender.Security{sender.StartTLS, sender.TLS} {
		t.Run(string(kind), func(t *testing.T) {
			r, trust := tlsRelay(t, kind)
			if err := sender.New(sender.Options{Relay: r.address, Security: kind, TLS: trust}).Send(t.Context(), outgoing()); err != nil {
				t.Fatal(err)
			}
			if len(r.all()) != 1 {
				t.Error("the relay got nothing")
			}
			err := sender.New(sender.Options{Relay: r.address, Security: kind}).Send(t.Context(), outgoing())
			if !fault.Is(err, fault.Unavailable) || len(r.all()) != 1 {
				t.Errorf("a relay with a certificate that nobody vouches for: %v", err)
			}
		})
	}
}

func TestMailWaitsWhenTheRelayHasNoEncryption(t *testing.T) {
	r := newRelay(t)
	err := sender.New(sender.Options{Relay: r.address, Security: sender.StartTLS}).Send(t.Context(), outgoing())
	if !fault.Is(err, fault.Unavailable) || len(r.all()) != 0 {
		t.Errorf("%v, the relay got %d", err, len(r.all()))
	}
}

func TestAPasswordDoesNotCrossANetworkInTheClear(t *testing.T) {
	r := newRelay(t)
	s := sender.New(sender.Options{
		Relay: "relay.elders.example:25", Mechanism: auth.Plain, User: "desk",
		Secret: func(context.Context, string) (string, error) {
			t.Error("the secret was asked for")
			return "geheim", nil
		},
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, r.address)
		},
	})
	err := s.Send(t.Context(), outgoing())
	if !fault.Is(err, fault.Unavailable) || fault.Of(err).Key != "email.secret_needs_encryption" {
		t.Errorf("%v", err)
	}
}
