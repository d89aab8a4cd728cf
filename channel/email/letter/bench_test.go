package letter_test

import (
	"bytes"
	"strings"
	"testing"

	"balie/channel/email/letter"
)

// threeKB is a mail as customers write them, about 3 kB with its header.
func threeKB() []byte {
	head := "Return-Path: <sanne@dewit.example>\r\n" + strings.Repeat("Received: from mx1.dewit.example (mx1.dewit.example [192.0.2.7])\r\n\tby mx.energie-oost.example with ESMTPS id 4XYZ; Tue, 3 Nov 2026 10:15:23 +0100\r\n", 3) +
		"DKIM-Signature: v=1; a=rsa-sha256; d=dewit.example; s=s1; h=from:to:subject;\r\n bh=AAAABBBBCCCCDDDDEEEEFFFF=; b=" + strings.Repeat("AbCd", 60) + "\r\n" +
		"From: Sanne de Wit <sanne@dewit.example>\r\nTo: klantenservice@energie-oost.example\r\nSubject: =?utf-8?Q?Vraag_over_=E2=82=AC_240?=\r\n" +
		"Date: Tue, 3 Nov 2026 10:15:22 +0100\r\nMessage-ID: <abc-123@mail.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
	return []byte(head + strings.Repeat("Goedemiddag, mijn jaarnota is =E2=82=AC 240 hoger dan vorig jaar en ik weet niet waar=\r\n dat door komt. Kunt u dat uitleggen?\r\n\r\n", 14) + "Op ma 2 nov 2026 om 16:40 schreef Energie Oost <klantenservice@energie-oost.example>:\r\n\r\n> Beste mevrouw,\r\n> wat kunnen wij doen?\r\n")
}

func BenchmarkRead(b *testing.B) {
	all := mails(b)
	newsletter := []byte("From: a@a.example\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>" +
		strings.Repeat(`<table width="600" style="border:0;margin:0 auto"><tr><td style="font-family:Arial;font-size:14px;color:#333333" valign="top"><p style="margin:0 0 10px"><a href="https://winkel.example/aanbod?id=1">Bekijk het aanbod</a> en <img src="https://winkel.example/p.png" width="10" height="10"></p></td></tr></table>`, 100) + "</body></html>")
	for _, c := range []struct {
		name string
		raw  []byte
	}{
		{"plain 3 kB", threeKB()},
		{"gmail reply", all["gmail_nl"]},
		{"outlook html", all["outlook_nl_html"]},
		{"newsletter 30 kB", newsletter},
		{"attachment 5 MB", attachment(5 << 20)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.raw)))
			for b.Loop() {
				if _, err := letter.Read(c.raw, letter.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func attachment(size int) []byte {
	var b bytes.Buffer
	b.WriteString("From: a@a.example\r\nSubject: foto\r\nContent-Type: multipart/mixed; boundary=g\r\n\r\n--g\r\n\r\nZie bijlage.\r\n--g\r\nContent-Type: image/jpeg; name=f.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	for b.Len() < size {
		b.WriteString(strings.Repeat("QUJD", 19) + "\r\n")
	}
	b.WriteString("--g--\r\n")
	return b.Bytes()
}
