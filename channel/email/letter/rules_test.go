package letter_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"balie/channel/email/letter"
	"balie/ground/fault"
)

func mail(head, body string) []byte {
	return []byte(strings.ReplaceAll("From: Jan <jan@jan.example>\nTo: desk@energie-oost.example\nMessage-ID: <m1@jan.example>\n"+head+"\n"+body, "\n", "\r\n"))
}

func read(t *testing.T, raw []byte, o letter.Options) letter.Letter {
	t.Helper()
	l, err := letter.Read(raw, o)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return l
}

func TestTwoFromHeadersAreRefused(t *testing.T) {
	for _, head := range []string{"From: baas@energie-oost.example\n", "FROM : baas@energie-oost.example\n", "Subject: x\nfrom:\n"} {
		_, err := letter.Read(mail(head, "Hallo"), letter.Options{})
		if f := fault.Of(err); f == nil || f.Key != "email.two_from" || f.Kind != fault.Invalid {
			t.Errorf("%q: got %v", head, err)
		}
	}
}

func TestOverALimitIsRefusedWithTheLimitNamed(t *testing.T) {
	many := "Content-Type: multipart/mixed; boundary=g\n"
	nested := func(n int) string {
		s := ""
		for i := range n {
			s += fmt.Sprintf("--g%d\nContent-Type: multipart/mixed; boundary=g%d\n\n", i, i+1)
		}
		return s + fmt.Sprintf("--g%d\n\nhallo\n", n)
	}
	for _, c := range []struct {
		key   string
		raw   []byte
		limit int
	}{
		{"email.too_large", mail("", strings.Repeat("a", 2000)), 2000},
		{"email.header_too_large", mail("X-Long: "+strings.Repeat("a", 2000)+"\n", "hallo"), 900},
		{"email.header_too_large", mail(many, "\n--g\nX-Long: "+strings.Repeat("a", 2000)+"\n\nhallo\n--g--\n"), 900},
		{"email.too_many_parts", mail(many, strings.Repeat("--g\n\nx\n", 10)), 10},
		{"email.too_deep", mail("Content-Type: multipart/mixed; boundary=g0\n", nested(5)), 5},
		{"email.too_many_files", mail(many, strings.Repeat("--g\nContent-Disposition: attachment; filename=a.txt\n\nx\n", 4)), 3},
	} {
		l := letter.Limits{Bytes: 1 << 20, HeaderBytes: 1 << 20, Parts: 100, Depth: 50, Files: 50}
		switch c.key {
		case "email.too_large":
			l.Bytes = c.limit
		case "email.header_too_large":
			l.HeaderBytes = c.limit
		case "email.too_many_parts":
			l.Parts = c.limit
		case "email.too_deep":
			l.Depth = c.limit
		case "email.too_many_files":
			l.Files = c.limit
		}
		_, err := letter.Read(c.raw, letter.Options{Limits: l})
		f := fault.Of(err)
		if f == nil || f.Key != c.key || f.Kind != fault.TooLarge || f.Args["limit"] != c.limit {
			t.Errorf("%s: got %v", c.key, err)
		}
		if _, err := letter.Read(c.raw, letter.Options{}); err != nil {
			t.Errorf("%s: the ordinary limits refuse it too: %v", c.key, err)
		}
	}
}

func TestTheKeyStaysTheSameOverEveryWayOfDelivery(t *testing.T) {
	smtp := mail("Subject: Vraag\nDate: Tue, 3 Nov 2026 10:15:22 +0100\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n", "De prijs is € 12.\n")
	imap := append([]byte("Return-Path: <jan@jan.example>\r\nDelivered-To: desk@energie-oost.example\r\nReceived: from a by b; Tue, 3 Nov 2026 10:15:24 +0100\r\nX-Spam-Status: No\r\n"), smtp...)
	encoded := mail("Subject: Vraag\nDate: Tue, 3 Nov 2026 10:15:22 +0100\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "De prijs is =E2=82=AC 12.\n\n")
	unix := bytes.ReplaceAll(smtp, []byte("\r\n"), []byte("\n"))
	want := read(t, smtp, letter.Options{}).Key
	for name, raw := range map[string][]byte{"imap": imap, "encoded anew": encoded, "LF": unix} {
		if got := read(t, raw, letter.Options{ReturnPath: "jan@jan.example"}).Key; got != want {
			t.Errorf("%s: another key", name)
		}
	}
	for name, raw := range map[string][]byte{
		"text":    bytes.Replace(smtp, []byte("12"), []byte("13"), 1),
		"id":      bytes.Replace(smtp, []byte("m1@"), []byte("m2@"), 1),
		"date":    bytes.Replace(smtp, []byte(":22"), []byte(":23"), 1),
		"subject": bytes.Replace(smtp, []byte("Vraag"), []byte("Klacht"), 1),
		"from":    bytes.Replace(smtp, []byte("jan@jan.example>\r\nTo"), []byte("ina@jan.example>\r\nTo"), 1),
	} {
		if got := read(t, raw, letter.Options{}).Key; got == want || len(got) != 64 {
			t.Errorf("another %s has the same key", name)
		}
	}
}

func TestTheKeyDependsOnTheAttachment(t *testing.T) {
	with := func(data string) string {
		raw := mail("Content-Type: multipart/mixed; boundary=g\n", "--g\n\nhallo\n--g\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"+data+"\n--g--\n")
		return read(t, raw, letter.Options{}).Key
	}
	if with("JVBERi0xLjQK") == with("JVBERi0xLjUK") {
		t.Error("two different attachments give one key")
	}
}

func TestAutomaticMailIsKnown(t *testing.T) {
	for _, head := range []string{
		"Auto-Submitted: auto-generated\n", "Auto-Submitted: auto-replied (vacation)\n", "Precedence: bulk\n", "Precedence: List\n", "Precedence: junk\n",
		"List-Id: <x.example>\n", "List-Unsubscribe: <mailto:a@b.example>\n", "Return-Path: <>\n", "X-Auto-Response-Suppress: DR, AutoReply\n",
		"X-Autoreply: yes\n", "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n", "Subject: Automatisch antwoord: ziek\n",
	} {
		if !read(t, mail(head, "Hallo"), letter.Options{}).Auto {
			t.Errorf("%q passes for a person", head)
		}
	}
	for _, head := range []string{"", "Auto-Submitted: no\n", "Precedence: normal\n", "Return-Path: <jan@jan.example>\n", "Subject: Auto: verzekering\n", "X-Auto-Response-Suppress: None\n"} {
		if read(t, mail(head, "Hallo"), letter.Options{}).Auto {
			t.Errorf("%q passes for a machine", head)
		}
	}
	if !read(t, mail("", "Hallo"), letter.Options{NullReturnPath: true}).Auto {
		t.Error("a null return path passes for a person")
	}
	for _, from := range []string{"MAILER-DAEMON@a.example", "no-reply@a.example", "owner-list@a.example", "list-request@a.example"} {
		if !read(t, []byte("From: "+from+"\r\n\r\nHallo"), letter.Options{}).Auto {
			t.Errorf("%s passes for a person", from)
		}
	}
}

func TestParentsAreNearestFirst(t *testing.T) {
	l := read(t, mail("In-Reply-To: <c@x.example>\nReferences: <a@x.example> <b@x.example>\n <c@x.example>\n", "x"), letter.Options{})
	if want := []string{"c@x.example", "b@x.example", "a@x.example"}; !slices.Equal(l.Thread.Parents, want) {
		t.Errorf("got %v", l.Thread.Parents)
	}
}

func TestCaseNumbersAreFoundAndDatesAreNot(t *testing.T) {
	for subject, want := range map[string][]string{
		"Re: [2026-00417] Vraag": {"2026-00417"}, "zaak 2026-7, graag": {"2026-7"}, "2025-12 en 2026-13": {"2025-12", "2026-13"},
		"factuur 2026-11-03": nil, "order A2026-12": nil, "tel 06-2026-1234567890123": nil, "": nil, "1234-5": nil, "Zaak 2026-00417-": {"2026-00417"},
	} {
		if got := read(t, mail("Subject: "+subject+"\n", "x"), letter.Options{}).Thread.Numbers; !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", subject, got, want)
		}
	}
}

func TestSenderIsFoundWhereverItStands(t *testing.T) {
	for raw, want := range map[string]string{
		"From: Jan <JAN@Jan.Example>\n":                "JAN@jan.example",
		"From: jan@jan.example (Jan)\n":                "jan@jan.example",
		"From: Jan [mailto:jan@jan.example]\n":         "jan@jan.example",
		"From: <>\nReply-To: jan@jan.example\n":        "jan@jan.example",
		"From: Jan\nSender: <jan@jan.example>\n":       "jan@jan.example",
		"Subject: x\nReturn-Path: <jan@jan.example>\n": "jan@jan.example",
		"Subject: x\n": "env@jan.example",
		"From: \"a@evil.example\" <jan@jan.example>\n":                            "jan@jan.example",
		"From: =?utf-8?Q?baas=40bank=2Eexample_=3Cx=40y=3E?= <jan@jan.example>\n": "jan@jan.example",
		"From: Jan jan@jan.example\n":                                             "jan@jan.example",
		"From: \"Jan, de Vries <jan@jan.example>\n":                               "jan@jan.example",
	} {
		l := read(t, []byte(raw+"\nHallo"), letter.Options{ReturnPath: "env@jan.example"})
		if l.From.Address != want {
			t.Errorf("%q: got %q", raw, l.From.Address)
		}
	}
}

func TestProofAsksForATrustedServerAndTheSameDomain(t *testing.T) {
	o := letter.Options{Trusted: []string{"mx.desk.example"}}
	for head, want := range map[string]string{
		"Authentication-Results: mx.desk.example; dmarc=pass header.from=jan.example\n":                                                                              "dmarc",
		"Authentication-Results: mx.desk.example 1; spf=pass; dmarc=pass (p=none) header.from=jan.example\n":                                                         "dmarc",
		"Authentication-Results: mx.desk.example; dmarc=fail header.from=jan.example\n":                                                                              "",
		"Authentication-Results: mx.desk.example; dmarc=pass header.from=evil.example\n":                                                                             "",
		"Authentication-Results: mx.evil.example; dmarc=pass header.from=jan.example\n":                                                                              "",
		"Authentication-Results: mx.desk.example; dmarc=fail header.from=jan.example\nAuthentication-Results: mx.desk.example; dmarc=pass header.from=jan.example\n": "",
		"Authentication-Results: mx.desk.example; dkim=pass header.d=jan.example\n":                                                                                  "",
		"": "",
	} {
		if got := read(t, mail(head, "x"), o).Proof; got != want {
			t.Errorf("%q: got %q", head, got)
		}
	}
	two := []byte("From: jan@jan.example, ina@ina.example\r\nAuthentication-Results: mx.desk.example; dmarc=pass header.from=jan.example\r\n\r\nx")
	if read(t, two, o).Proof != "" {
		t.Error("two authors are proved by one domain")
	}
	if read(t, mail("Authentication-Results: mx.desk.example; dmarc=pass header.from=jan.example\n", "x"), letter.Options{}).Proof != "" {
		t.Error("proved without a trusted server")
	}
}

func TestFileNamesAreSafe(t *testing.T) {
	for name, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\Users\jan\nota.pdf`: "nota.pdf", "factuur\u202Efdp.exe": "factuurfdp.exe", "a\x00b\r\n.pdf": "ab.pdf",
		"": "file-3.pdf", "..": "file-3.pdf", ".htaccess": "htaccess", `a<b>"c|d?.pdf`: "a_b__c_d_.pdf", "brief.pdf ": "brief.pdf",
	} {
		if got := letter.SafeName(name, "application/pdf", 3); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if n := len(letter.SafeName(strings.Repeat("é", 500)+".pdf", "", 1)); n > 160 {
		t.Errorf("a name of %d bytes", n)
	}
}

func TestTokenIsTakenFromTheReplyAddress(t *testing.T) {
	for in, want := range map[string][2]string{
		"desk+abc_DEF-1@x.example": {"desk@x.example", "abc_DEF-1"}, "desk@x.example": {"desk@x.example", ""}, "desk+@x.example": {"desk+@x.example", ""},
		"+a@x.example": {"+a@x.example", ""}, "desk+a+b@x.example": {"desk@x.example", "a+b"}, "desk+a": {"desk+a", ""},
	} {
		base, token := letter.SplitToken(in)
		if base != want[0] || token != want[1] {
			t.Errorf("%q: got %q %q", in, base, token)
		}
	}
}

func TestAVeryLongTextAlsoHangsOnAsAFile(t *testing.T) {
	text := strings.Repeat("Dit is een regel van een heel lang bericht.\n", 20000)
	l := read(t, mail("", text), letter.Options{})
	if len(l.Text) > 512<<10 || len(l.Files) != 1 || !strings.HasPrefix(string(l.Files[0].Data), "Dit is") || len(l.Files[0].Data) < len(text)-10 {
		t.Errorf("text of %d bytes, %d files", len(l.Text), len(l.Files))
	}
}
