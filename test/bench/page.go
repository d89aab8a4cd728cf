package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// The part about the large desk is kept from the last run that measured it.
const (
	largeBegins = "<!-- the large desk -->\n"
	largeEnds   = "<!-- end of the large desk -->\n"
)

// save writes the document.
func (s *sheet) save(file string) error {
	before, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(file, []byte(s.page(string(before))), 0o644) //nolint:gosec // a document that everybody may read
}

// saveLarge writes the part about the large desk and leaves the rest as it is.
func (s *sheet) saveLarge(file string) error {
	before, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, found := strings.Cut(string(before), largeBegins)
	_, tail, ended := strings.Cut(rest, largeEnds)
	if !found || !ended {
		return fmt.Errorf("%s has no part about the large desk; run the bench without --only", file)
	}
	return os.WriteFile(file, []byte(head+s.largePart("")+tail), 0o644) //nolint:gosec // a document that everybody may read
}

// page writes the whole document; before is what it was.
func (s *sheet) page(before string) string {
	m := s.machine
	return `# Speed and size

Made by ` + "`make bench`" + ` (` + "`go run ./test/bench`" + `); do not edit. ` + "`go run ./test/bench --large`" + ` also measures at 1,000,000 cases.
` + "`--dir FOLDER`" + ` says which disk is measured.

Measured on ` + s.began.Format("2 January 2006") + ` in ` + s.took.Round(time.Second).String() + fmt.Sprintf(`: %d cores (%s), %s, Linux %s, %s, SQLite with full sync.
Load of the machine at the start (1, 5 and 15 minutes): %s. `, m.cores, m.model, m.goes, m.kernel, m.disk, m.load) +
		`CPU figures suffer less from other work on the machine than
figures by the clock (accepts, times, start); the senders of the load share the cores with the program.

## The goals

` + s.goals() + `
## How it is measured

The bench builds ` + "`balie`" + ` and runs ` + "`balie serve`" + ` as a process of its own on a new folder. CPU is user and system time of that
process (that of /proc/PID/stat, taken in nanoseconds), before and after, minus what it uses at rest in the same time; the
median of ` + fmt.Sprint(rounds) + ` rounds counts.

- **E-mail.** ` + s.mailWords() + `
- **API.** ` + s.apiWords() + `
- **Accepts.** 64 SMTP connections, then 64 API clients, each sending as soon as the last was acknowledged, for 6 seconds. A mail
  counts from MAIL FROM to the 250 after its last line. Before, between and after them one writer overwrites 4 KiB of a
  file in the same folder and calls fdatasync, as often as it can for 3 seconds; a load is set against the mean of the two beside it.
- **Start.** From the start of the process to the first 200 of /readyz, asked every millisecond.
- **Memory.** ` + s.memoryWords() + `
- **Chat.** ` + s.chats.words() + `
- **Queue.** ` + s.line.words() + `
- **Size.** ` + "`go build -ldflags=\"-s -w\"`" + `: ` + mb(s.stripped) + `; without these flags ` + mb(s.plain) + `.

## Several nodes on one PostgreSQL

` + s.nodesWords() + `
## Pages at ` + thousands(s.usual.cases) + ` cases

` + s.usual.words() + s.usual.table() + "\n" + s.largePart(before)
}

// part is what was measured of one part, to look at while working on it.
func (s *sheet) part(name string) string {
	switch name {
	case "intake":
		return fmt.Sprintf("mail %s\napi %s\napi, several at once %s\nsmtp %.0f/s, p99 %s\napi %.0f/s, p99 %s\nmemory after load %s\n", s.mail, s.api, s.apiTogether,
			s.smtpPace.perSecond, ms(s.smtpPace.p99), s.apiPace.perSecond, ms(s.apiPace.p99), mb(s.afterLoad))
	case "chat":
		t := newTable("what", "goal", "measured", "")
		s.chats.goals(t)
		return t.String() + "\n" + s.chats.words() + "\n"
	case "queue":
		t := newTable("what", "goal", "measured", "")
		s.line.goals(t)
		return t.String() + "\n" + s.line.words() + "\n"
	case "nodes":
		return s.nodesWords()
	case "pages":
		t := s.usual.words() + fmt.Sprintf("memory at rest %s, after the pages %s; a mail %s\n\n", mb(s.idleAll), mb(s.afterPages), s.usual.mail) + s.usual.table()
		if s.large != nil {
			t += s.largePart("")
		}
		return t
	}
	return fmt.Sprintf("stripped %s, plain %s\n", mb(s.stripped), mb(s.plain))
}

func (s *sheet) mailWords() string {
	return fmt.Sprintf(`%s of CPU for one: new customers, each a mail of about 3 kB (plain and HTML, quoted-printable, in Dutch), over 4
  connections to an empty desk. Everything that follows is in it: case, facts, search index, and the receipt in the outbox
  (%d receipts were made). At rest the program uses %.2f %% of one core. On the desk of %s cases a mail costs %s.`,
		s.mail, s.receipts, 100*s.idle, thousands(s.usual.cases), s.usual.mail)
}

func (s *sheet) apiWords() string {
	return fmt.Sprintf(`%s of CPU for one `+"`POST /api/v1/cases`"+` with a text of 900 bytes, one after another on one connection. The receipt
  and the answer with the whole case are in it. When %d clients ask at once, which share commits: %s.`, s.api, atOnce, s.apiTogether)
}

func (s *sheet) memoryWords() string {
	return fmt.Sprintf(`VmRSS five seconds after a start: %s, of which %s its own and the rest pages of its files. After all pages
  below: %s (%s its own). After the load of 128 senders: %s.`,
		mb(s.idleAll), mb(s.idleOwn), mb(s.afterPages), mb(s.afterPagesOwn), mb(s.afterLoad))
}

func (p pages) words() string {
	return fmt.Sprintf("Made in %s by `balie demo --quiet --cases %d`; %s on disk. A page of a view has 80 rows. Each request %d times, one after\nanother on one connection.\n\n",
		p.made.Round(100*time.Millisecond), p.cases, mb(p.disk), p.all[0].cost.n)
}

func (s *sheet) largePart(before string) string {
	if s.large == nil {
		if _, rest, ok := strings.Cut(before, largeBegins); ok {
			kept, _, _ := strings.Cut(rest, largeEnds)
			return largeBegins + kept + largeEnds
		}
		return largeBegins + "At 1,000,000 cases nothing was measured yet.\n" + largeEnds
	}
	t := newTable("page", "rows", "CPU of a request", "at "+thousands(s.usual.cases), "difference")
	for i, v := range s.large.all {
		small := s.usual.all[i].cost
		t.row(v.name, fmt.Sprint(v.rows), ms(v.cost.median), ms(small.median), fmt.Sprintf("%+.0f %%", 100*float64(v.cost.median-small.median)/float64(small.median)))
	}
	worst := s.large.worst()
	return largeBegins + fmt.Sprintf(`## Pages at %s cases

Measured on %s, load of the machine at the start %s. %sThe worst of all views: %s (%s), %s. A mail on this desk costs %s.

%s`, thousands(s.large.cases), s.began.Format("2 January 2006"), s.machine.load, s.large.words(), ms(worst.cost.median), worst.name,
		met(worst.cost.median <= goalPage), s.large.mail, t.String()) + largeEnds
}
