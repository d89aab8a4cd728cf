package sender_test

import (
	"bytes"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/jhillyerd/enmime/v2"

	"balie/channel"
	"balie/channel/email/sender"
	"balie/ground/clock"
	"balie/ground/fault"
)

var update = flag.Bool("update", false, "write the golden files")

func TestTheSameMessageGivesTheSameBytes(t *testing.T) {
	whole := outgoing()
	whole.Files = []channel.File{
		{Name: "logo.png", Type: "image/png", Data: []byte("\x89PNG made up"), ContentID: "logo@balie"},
		{Name: "jaarrekening 2026 – café.pdf", Type: "application/pdf", Data: bytes.Repeat([]byte("nota "), 30)},
	}
	whole.Subject = "Uw vraag over de energierekening van vorig jaar: we hebben het voor u uitgezocht – café [2026-1207]"
	plain := outgoing()
	plain.HTML, plain.Auto, plain.Parents = "", true, nil
	for name, o := range map[string]channel.Outgoing{"whole": whole, "plain": plain, "answer": outgoing()} {
		t.Run(name, func(t *testing.T) {
			m, err := sender.Compose(o, clock.At(noon))
			if err != nil {
				t.Fatal(err)
			}
			path := "testdata/" + name + ".eml"
			if *update {
				if err := os.WriteFile(path, m.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(want, m.Data) {
				t.Errorf("%s differs; run with -update and look at the difference\n%s", path, m.Data)
			}
		})
	}
}

func TestAnotherReaderFindsEverythingBack(t *testing.T) {
	o := outgoing()
	all := make([]byte, 256*64)
	for i := range all {
		all[i] = byte(i)
	}
	o.Files = []channel.File{
		{Name: "logo.png", Type: "image/png", Data: all[:999], ContentID: "logo@balie"},
		{Name: "café ☕.bin", Type: "application/octet-stream", Data: all},
		{Name: "brief.eml", Type: "message/rfc822", Data: []byte("Subject: x\r\n\r\ny")},
		{Name: "leeg.txt", Type: "text/plain"},
	}
	m, err := sender.Compose(o, clock.At(noon))
	if err != nil {
		t.Fatal(err)
	}
	e, err := enmime.ReadEnvelope(bytes.NewReader(m.Data))
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Errors) > 0 {
		t.Errorf("the reader complains: %v", e.Errors)
	}
	if strings.ReplaceAll(e.Text, "\r\n", "\n") != o.Text {
		t.Errorf("text %q", e.Text)
	}
	if strings.TrimSpace(e.HTML) != o.HTML {
		t.Errorf("html %q", e.HTML)
	}
	if e.GetHeader("Subject") != o.Subject {
		t.Errorf("subject %q", e.GetHeader("Subject"))
	}
	if len(e.Inlines)+len(e.OtherParts) != 1 || len(e.Attachments) != 3 {
		t.Fatalf("%d inside, %d below", len(e.Inlines)+len(e.OtherParts), len(e.Attachments))
	}
	for i, a := range e.Attachments {
		if a.FileName != o.Files[i+1].Name || !bytes.Equal(a.Content, o.Files[i+1].Data) {
			t.Errorf("file %q came out as %q with %d bytes", o.Files[i+1].Name, a.FileName, len(a.Content))
		}
	}
}

// hostile texts that would become header lines or a second body where they are not cleaned.
var hostile = []string{
	"x\r\nBcc: buit@elders.example", "x\nBcc: buit@elders.example", "x\rBcc: buit@elders.example", "x\r\n\r\nbody", "x\x00y",
	"x\u2028Bcc: buit@elders.example", "x\u0085Bcc: buit@elders.example", "\r\n", strings.Repeat("w", 5000), "=?utf-8?q?x=0D=0ABcc:_b@e.example?=",
	"\"; boundary=x", "\xff\xfe\r\nBcc: buit@elders.example",
}

func TestNothingThatSomebodyTypedBecomesAHeader(t *testing.T) {
	for _, h := range hostile {
		o := outgoing()
		o.From.Name, o.To.Name, o.Subject, o.Locale = h, h, h, h
		o.Parents = []string{h, "1@klant.example"}
		o.CC = []channel.Person{{Name: h, Address: "buurman@klant.example"}}
		o.Files = []channel.File{{Name: h, Type: h, ContentID: h, Data: []byte("x")}}
		m, err := sender.Compose(o, clock.At(noon))
		if err != nil {
			t.Fatalf("%q: %v", h, err)
		}
		onlyOurHeaders(t, m.Data)
	}
}

func onlyOurHeaders(t *testing.T, raw []byte) {
	t.Helper()
	read, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	known := "From To Cc Reply-To Subject Date Message-Id In-Reply-To References Mime-Version Content-Type Content-Language"
	for name, values := range read.Header {
		if !strings.Contains(" "+known+" ", " "+name+" ") || len(values) != 1 {
			t.Errorf("a header %s, %d times\n%s", name, len(values), raw)
		}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if err != nil || strings.ContainsFunc(subject, unicode.IsControl) {
		t.Errorf("subject %q, %v", subject, err)
	}
	for _, line := range strings.Split(string(raw), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("a bad line of %d bytes: %.200q", len(line), line)
		}
	}
	_, p, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(read.Body, p["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for name := range part.Header {
			if !strings.HasPrefix(name, "Content-") {
				t.Errorf("a part has a header %s", name)
			}
		}
	}
}

func TestAnAddressThatIsNoneIsRefusedBeforeSending(t *testing.T) {
	for _, bad := range []string{
		"", "x", "@klant.example", "x@", "x@klant.example\r\nRCPT TO:<y@elders.example>", "x y@klant.example", "<x@klant.example>",
		"x@klant.example,y@klant.example", "x@klant.example>", "\"x\"@klant.example", "x@@klant.example", "x@klant..example",
		"x\x00@klant.example", "x@klant.example;y@klant.example", strings.Repeat("x", 250) + "@klant.example",
	} {
		for _, put := range []func(*channel.Outgoing){
			func(o *channel.Outgoing) { o.To.Address = bad },
			func(o *channel.Outgoing) { o.From.Address = bad },
			func(o *channel.Outgoing) { o.CC = []channel.Person{{Address: bad}} },
			func(o *channel.Outgoing) { o.ReplyTo = bad + " " },
			func(o *channel.Outgoing) { o.ReturnPath = bad + " " },
		} {
			o := outgoing()
			put(&o)
			if _, err := sender.Compose(o, clock.At(noon)); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q was taken: %v", bad, err)
			}
		}
	}
}

func TestADomainInOtherLettersIsWrittenForEveryServer(t *testing.T) {
	got, err := sender.Address("info@fietsenmakerij-café.example")
	if err != nil || !strings.HasPrefix(got, "info@xn--fietsenmakerij-caf-") {
		t.Errorf("%q, %v", got, err)
	}
}

func FuzzOutgoing(f *testing.F) {
	for _, h := range hostile {
		f.Add(h, h, h, "text")
	}
	f.Fuzz(func(t *testing.T, name, subject, file, body string) {
		o := outgoing()
		o.From.Name, o.To.Name, o.Subject, o.Text = name, name, subject, body
		o.Files = []channel.File{{Name: file, Type: name, ContentID: subject, Data: []byte(body)}}
		m, err := sender.Compose(o, clock.At(noon))
		if err != nil {
			t.Fatal(err)
		}
		onlyOurHeaders(t, m.Data)
	})
}
