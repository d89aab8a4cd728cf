package calendar_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"balie/ground/calendar"
)

var appointment = calendar.Event{
	UID: "promise-17@energie-oost.example", Sequence: 2, Stamp: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC),
	From: time.Date(2026, 11, 3, 9, 0, 0, 0, time.FixedZone("CET", 3600)), To: time.Date(2026, 11, 3, 8, 30, 0, 0, time.UTC),
	Title: "Energie Oost belt je; houd je klantnummer, meterstand en rekening bij de hand, één voor één", About: `Je nummer is 2026-4817.
Terug\naar "ons", dank`, Name: `Energie "Oost"; de balie`, Address: "klantenservice@energie-oost.example",
}

// read reads a calendar by the rules of RFC 5545: unfolding (3.1), properties with parameters (3.1), texts (3.3.11).
func read(t *testing.T, file []byte) map[string]string {
	t.Helper()
	if !bytes.HasSuffix(file, []byte("\r\n")) || strings.Contains(strings.ReplaceAll(string(file), "\r\n", ""), "\n") {
		t.Fatal("a line does not end with CRLF")
	}
	for _, l := range strings.Split(string(file), "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) {
			t.Errorf("a line of %d bytes: %q", len(l), l)
		}
	}
	all := map[string]string{}
	var inside []string
	for _, l := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(file), "\r\n ", ""), "\r\n"), "\r\n") {
		quoted, colon := false, -1
		for i, r := range l {
			if r == '"' {
				quoted = !quoted
			}
			if r == ':' && !quoted && colon < 0 {
				colon = i
			}
		}
		if colon < 0 {
			t.Fatalf("no property: %q", l)
		}
		name, _, _ := strings.Cut(l[:colon], ";")
		value := l[colon+1:]
		switch name {
		case "BEGIN":
			inside = append(inside, value)
			continue
		case "END":
			if len(inside) == 0 || inside[len(inside)-1] != value {
				t.Fatalf("%s ends and did not begin", value)
			}
			inside = inside[:len(inside)-1]
			continue
		}
		if _, twice := all[name]; twice {
			t.Errorf("%s stands there twice", name)
		}
		all[name] = l[len(name):colon] + "|" + strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(value)
	}
	if len(inside) > 0 {
		t.Errorf("%v does not end", inside)
	}
	return all
}

func TestACalendarReadsBackWhatWasSaid(t *testing.T) {
	got := read(t, appointment.File())
	for name, want := range map[string]string{
		"VERSION": "|2.0", "METHOD": "|PUBLISH", "UID": "|" + appointment.UID, "SEQUENCE": "|2", "STATUS": "|CONFIRMED",
		"DTSTAMP": "|20261102T090000Z", "DTSTART": "|20261103T080000Z", "DTEND": "|20261103T083000Z",
		"SUMMARY": "|" + appointment.Title, "DESCRIPTION": "|" + appointment.About,
		"ORGANIZER": `;CN="Energie 'Oost'; de balie"|mailto:` + appointment.Address,
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	off := appointment
	off.Off = true
	if s := read(t, off.File())["STATUS"]; s != "|CANCELLED" {
		t.Errorf("called off it says %s", s)
	}
}

func FuzzWhateverIsSaidStaysInItsLine(f *testing.F) {
	f.Add("a\r\nEND:VEVENT", `x";y`)
	f.Add("é漢\x00字"+strings.Repeat("漢", 60), "\n:;,")
	f.Fuzz(func(t *testing.T, words, name string) {
		e := appointment
		e.Title, e.About, e.Name, e.UID, e.Address = words, words+name, name, words, name
		if n := len(read(t, e.File())); n != 12 {
			t.Errorf("%d properties", n)
		}
	})
}
