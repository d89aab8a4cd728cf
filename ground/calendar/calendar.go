// Package calendar writes what a customer puts in a calendar: one event as an iCalendar file (RFC 5545), to be read by
// programs of all makes. It says only what is certain to be understood: times in UTC, no alarms, no attachments.
package calendar

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Type is the media type of a file; the method stands in it too (RFC 6047 section 2.4).
const Type = `text/calendar; charset=utf-8; method=PUBLISH`

// Event is one appointment as one side tells it to the other.
type Event struct {
	UID      string // the same for as long as the appointment lives
	Sequence int    // higher each time something changed; a calendar keeps the highest
	Stamp    time.Time
	From, To time.Time
	Title    string
	About    string
	Off      bool // it does not take place
	// Name and Address say who invites.
	Name, Address string
}

// File writes the event as a calendar.
func (e Event) File() []byte {
	var b strings.Builder
	status := "CONFIRMED"
	if e.Off {
		status = "CANCELLED"
	}
	for _, l := range []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Balie//Balie//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
		"UID:" + escape(e.UID), fmt.Sprintf("SEQUENCE:%d", e.Sequence), "DTSTAMP:" + utc(e.Stamp),
		"DTSTART:" + utc(e.From), "DTEND:" + utc(e.To), "STATUS:" + status, "SUMMARY:" + escape(e.Title),
		"DESCRIPTION:" + escape(e.About), "ORGANIZER;CN=" + parameter(e.Name) + ":mailto:" + line(e.Address),
		"END:VEVENT", "END:VCALENDAR",
	} {
		fold(&b, l)
	}
	return []byte(b.String())
}

// utc is a moment in form 2 of RFC 5545 section 3.3.5.
func utc(at time.Time) string { return at.UTC().Format("20060102T150405Z") }

// escape writes a text (RFC 5545 section 3.3.11).
func escape(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, ""))
	s = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
	return line(s)
}

// line leaves out control characters, which no value may hold.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// parameter writes the value of a parameter between quotes, which it cannot hold itself (RFC 5545 section 3.2).
func parameter(s string) string { return `"` + strings.ReplaceAll(line(s), `"`, "'") + `"` }

// fold ends a line and breaks it before it is longer than 75 bytes, never within a character (RFC 5545 section 3.1).
func fold(b *strings.Builder, l string) {
	const longest = 75
	for room := longest; len(l) > room; room = longest - 1 {
		at := room
		for !utf8.RuneStart(l[at]) {
			at--
		}
		b.WriteString(l[:at] + "\r\n ")
		l = l[at:]
	}
	b.WriteString(l + "\r\n")
}
