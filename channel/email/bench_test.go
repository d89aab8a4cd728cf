package email_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"balie/channel"
	"balie/channel/channeltest"
	"balie/channel/email"
	"balie/channel/email/listener"
)

// BenchmarkAcceptedMail is the cost of the channel alone: SMTP, reading and handing over, with a desk in memory.
func BenchmarkAcceptedMail(b *testing.B) {
	a := email.New(email.Config{Listener: listener.Options{SMTP: "127.0.0.1:0"}})
	if err := a.Listen(); err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, channeltest.NewDesk(channeltest.DeskAddress)) }()
	c, err := smtp.Dial(a.Address("smtp"))
	if err != nil {
		b.Fatal(err)
	}
	raw, err := customerMail(channeltest.Message{
		ID: "1", From: channel.Person{Name: "Sanne", Address: "sanne@klant.example"}, To: channeltest.DeskAddress,
		Subject: "Jaarrekening", Text: strings.Repeat("Klopt mijn jaarrekening van vorig jaar wel?\r\n", 40),
		Files: []channel.File{{Name: "nota.pdf", Type: "application/pdf", Data: bytes.Repeat([]byte("%PDF made up"), 2000)}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if err := c.SendMail("sanne@klant.example", []string{channeltest.DeskAddress}, bytes.NewReader(raw)); err != nil {
			b.Fatal(err)
		}
	}
	c.Close()
	stop()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
