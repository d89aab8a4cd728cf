package listener_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"balie/channel/email/listener"
	"balie/ground/clock"
)

// certificate makes a certificate for this test and a pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System{}.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.energie-oost.example"},
		DNSNames: []string{"mail.energie-oost.example"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
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
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestMailArrivesOverSTARTTLS(t *testing.T) {
	config, pool := certificate(t)
	p := start(t, listener.Options{TLS: config})
	c, err := smtp.DialStartTLS(p.server.Address("smtp"), &tls.Config{RootCAs: pool, ServerName: "mail.energie-oost.example"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	refused(t, c.Mail(sender, &smtp.MailOptions{Size: 100 << 20}), 552, smtp.EnhancedCode{5, 3, 4}, "35 MiB")
	if err := send(c, sender, []string{desk}, message("20@klant.example")); err != nil {
		t.Fatal(err)
	}
	if n := len(p.desk.Arrivals()); n != 1 {
		t.Errorf("%d arrivals", n)
	}
	within(t, 5*time.Second, "stopping with an idle connection over TLS", func() { _ = p.stop() })
}

// TestAnOutsideProgramHearsTheReasons uses a mail program that shares no code with ours.
func TestAnOutsideProgramHearsTheReasons(t *testing.T) {
	program, err := exec.LookPath("swaks")
	if err != nil {
		t.Skip("swaks is not installed (Debian: apt-get install swaks); the test with an outside program did not run")
	}
	p := start(t, listener.Options{MaxMessage: 1 << 20})
	for _, c := range []struct {
		name, to string
		more     []string
		want     string
		taken    bool
	}{
		{"SMTP", desk, nil, "250 2.0.0", true},
		{"LMTP", desk, []string{"--protocol", "LMTP", "--server", p.server.Address("lmtp")}, "250 2.0.0", true},
		{"unknown", "iemand@energie-oost.example", nil, "550 5.1.1 <iemand@energie-oost.example>: nobody here has this address", false},
		{"relay", "x@elders.example", nil, "550 5.1.1", false},
		{"two senders", desk, []string{"--add-header", "From: ander@klant.example"}, "550 5.6.0 The message names more than one sender", false},
		{"large", desk, []string{"--body", strings.Repeat("tekst ", 20_000), "--attach-body", "@-"}, "552 5.3.4 The message is larger than this desk takes. Limit: 1 MiB", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(p.desk.Arrivals())
			args := []string{
				"--server", p.server.Address("smtp"), "--from", sender, "--to", c.to, "--helo", "klant.example",
				"--header", "Message-Id: <" + strings.ReplaceAll(c.name, " ", "-") + "@klant.example>",
			}
			command := exec.CommandContext(t.Context(), program, append(args, c.more...)...)
			command.Stdin = bytes.NewReader(bytes.Repeat([]byte("regel tekst\n"), 200_000))
			said, err := command.CombinedOutput()
			if taken := err == nil; taken != c.taken || !strings.Contains(string(said), c.want) {
				t.Errorf("taken %v, no %q in\n%.3000s", taken, c.want, said)
			}
			if got := len(p.desk.Arrivals()) - before; (got == 1) != c.taken {
				t.Errorf("%d arrivals", got)
			}
		})
	}
}
