package letter_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"balie/channel/email/letter"
	"balie/ground/fault"
)

// FuzzRead checks what must hold for any bytes: a result that can be stored and shown, or one of the refusals.
func FuzzRead(f *testing.F) {
	for _, raw := range mails(f) {
		f.Add(raw)
	}
	f.Add([]byte("From: a@b.example\nContent-Type: multipart/mixed; boundary=\"\"\n\n--\n--\n"))
	f.Add([]byte("Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=a\n\n--a--\n--a\n\nx"))
	f.Add([]byte("Subject: =?utf-8?B?w6k=?= =?utf-8?Q?=C3?= =?x?y?z\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := letter.Read(raw, letter.Options{Trusted: []string{"mx.example"}})
		if err != nil {
			if k := fault.Of(err).Kind; k != fault.TooLarge && k != fault.Invalid {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			return
		}
		if len(l.Key) != 64 {
			t.Fatal("no key")
		}
		told := []string{l.Text, l.Quoted, l.Subject, l.From.Name, l.From.Address, l.HTML, l.Thread.ID}
		told = append(append(told, l.Thread.Parents...), l.Thread.Numbers...)
		for _, p := range append(l.Recipients, l.CC...) {
			told = append(told, p.Name, p.Address)
		}
		for _, file := range l.Files {
			told = append(told, file.Name, file.Type, file.ContentID)
		}
		for _, s := range told {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Fatalf("cannot be stored: %q", s)
			}
		}
		for _, file := range l.Files {
			if file.Name == "" || strings.ContainsAny(file.Name, "/\\\x00\r\n\"") || !utf8.ValidString(file.Name) || len(file.Name) > 200 {
				t.Fatalf("file name %q", file.Name)
			}
		}
		if strings.ContainsAny(l.From.Address+l.Subject, "\r\n") {
			t.Fatal("a line end in a header value")
		}
		again, err := letter.Read(raw, letter.Options{})
		if err != nil || again.Key != l.Key {
			t.Fatal("the same bytes give another key")
		}
	})
}
