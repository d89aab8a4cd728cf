package letter_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/jhillyerd/enmime/v2"

	"balie/channel/email/letter"
)

// Our own walk over the structure is there because its cost grows with the size only. On mail that keeps to the rules
// it must find what a general reader finds.
func TestStructureAgreesWithAGeneralReader(t *testing.T) {
	all := mails(t)
	for _, name := range []string{"plain_nl", "gmail_nl", "gmail_en", "outlook_en_plain", "nested", "signed", "mixed_apple", "xss", "newsletter", "no_boundary"} {
		var ours, theirs []string
		root, err := letter.Parse(all[name], letter.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		root.Walk(func(p *letter.Part) {
			if len(p.Children) == 0 {
				ours = append(ours, described(p.Type, p.Data()))
			}
		})
		parser := enmime.NewParser(enmime.SkipMalformedParts(true), enmime.MultipartWOBoundaryAsSinglePart(true), enmime.DisableCharacterDetection(true), enmime.DisableTextConversion(true))
		parts, err := parser.ReadParts(bytes.NewReader(all[name]))
		if err != nil {
			t.Fatal(err)
		}
		parts.DepthMatchAll(func(p *enmime.Part) bool {
			if p.FirstChild == nil {
				theirs = append(theirs, described(p.ContentType, p.Content))
			}
			return false
		})
		if a, b := strings.Join(ours, "\n"), strings.Join(theirs, "\n"); a != b {
			t.Errorf("%s: ours\n%s\ntheirs\n%s", name, a, b)
		}
	}
}

func described(kind string, data []byte) string {
	return fmt.Sprintf("%s %q", kind, bytes.TrimSpace(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))))
}

func TestARefusedMailStillShowsWhatItIs(t *testing.T) {
	l, err := letter.Read(mail("From: baas@energie-oost.example\nSubject: Betaal nu\n", "Hallo"), letter.Options{})
	if err == nil || l.Problem != "email.two_from" || l.Subject != "Betaal nu" || l.From.Address != "" || !strings.Contains(l.Text, "Hallo") || len(l.Key) != 64 || !l.Auto {
		t.Errorf("got %+v, %v", l.Arrival, err)
	}
}

func TestAForgottenEndOfAnInnerPartCostsNothing(t *testing.T) {
	raw := mail("Content-Type: multipart/mixed; boundary=a\n", "--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nbinnen\n--a\nContent-Type: application/pdf\n\n%PDF\n--a--\n")
	l := read(t, raw, letter.Options{})
	if l.Text != "binnen" || len(l.Files) != 1 || string(l.Files[0].Data) != "%PDF" {
		t.Errorf("text %q, files %v", l.Text, l.Files)
	}
}

func TestABoundaryThatBeginsAnotherIsNotMistaken(t *testing.T) {
	raw := mail("Content-Type: multipart/mixed; boundary=a\n", "--a\nContent-Type: multipart/alternative; boundary=ab\n\n--ab\n\neen\n--ab--\n--a\n\ntwee\n--a--\n")
	if l := read(t, raw, letter.Options{}); l.Text != "een\n\ntwee" {
		t.Errorf("text %q", l.Text)
	}
}
