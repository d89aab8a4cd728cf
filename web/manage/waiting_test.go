package manage_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/party"
	"balie/domain/queue"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// line is who wait at an organisation, through the rooms.
type line struct {
	d      *desk
	s      *side
	nobody bool // is there
	party  *party.Room
	cases  *cases.Room
	queue  *queue.Room
}

func (d *desk) line(s *side) *line {
	log := ledger.New()
	return &line{d: d, s: s, party: party.New(log), cases: cases.NewRoom(log), queue: queue.New(log)}
}

// joins lets somebody wait, who is told a minute; nothing when nobody is there.
func (l *line) joins(tx *sqldb.Tx, dissatisfied bool) (queue.Wait, error) {
	who, err := l.party.Appear(tx, l.s.org.ID, party.Claim{Name: "Els", Locale: "nl"})
	if err != nil {
		return queue.Wait{}, err
	}
	c, err := l.cases.Open(tx, cases.Opening{Org: l.s.org.ID, Subject: "Nota", Channel: "webchat", Party: who.ID, Name: "Els"}, ledger.Desk)
	if err != nil {
		return queue.Wait{}, err
	}
	if err := l.cases.Judged(tx, &c, dissatisfied); err != nil {
		return queue.Wait{}, err
	}
	somebody := queue.Outlook{Everybody: queue.Pace{Places: 1000, Idle: 1000, Handle: 2 * time.Minute}}
	if l.nobody {
		somebody = queue.Outlook{}
	}
	return l.queue.Join(tx, l.at(c.ID), queue.Wait{Contact: ident.Contact(tx.NewID()), Channel: "webchat"}, somebody)
}

func (l *line) at(c ident.Case) ledger.At {
	return ledger.At{Org: l.s.org.ID, Case: c, Actor: ledger.Desk}
}

// wait lets so many wait for so long, and then end does what ends it.
func (l *line) wait(n int, took time.Duration, dissatisfied bool, end func(*sqldb.Tx, queue.Wait) error) {
	l.d.t.Helper()
	var all []queue.Wait
	l.d.write(func(tx *sqldb.Tx) error {
		all = nil
		for range n {
			w, err := l.joins(tx, dissatisfied)
			if err != nil {
				return err
			}
			all = append(all, w)
		}
		return nil
	})
	l.d.hand.Advance(took)
	l.d.write(func(tx *sqldb.Tx) error {
		for _, w := range all {
			if err := end(tx, w); err != nil {
				return err
			}
		}
		return nil
	})
	l.d.hand.Advance(time.Second) // a report is about what is over
}

func (l *line) served(n int, took time.Duration, dissatisfied bool) {
	l.d.t.Helper()
	l.wait(n, took, dissatisfied, func(tx *sqldb.Tx, w queue.Wait) error {
		return l.queue.Serve(tx, l.at(w.Case), w, l.s.people[access.Agent].ID)
	})
}

// silent are so many who are told no time.
func (l *line) silent(n int) {
	l.d.t.Helper()
	l.nobody = true
	l.served(n, time.Minute, false)
	l.nobody = false
}

func (l *line) left(n int, after time.Duration) {
	l.d.t.Helper()
	l.wait(n, after, false, func(tx *sqldb.Tx, w queue.Wait) error { return l.queue.Leave(tx, l.at(w.Case), w.Contact) })
}

// cells is what can be read of a page, with a space between what stands in a table.
func cells(p page) string { return words(strings.ReplaceAll(p.body, "<", " <")) }

func TestThePageAboutWaitingShowsWhatWasToldAndWhatItBecame(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.line(d.east)
		l.served(54, 30*time.Second, false)
		l.served(6, 8*time.Minute, false)
		l.left(1, 3*time.Minute)
		d.line(d.west).served(1, time.Hour, false)
		p := d.browser(d.east.people[access.Lead]).get("/manage/waiting")
		read := cells(p)
		// 54 of 60 inside a minute; (54 × 30 s + 6 × 480 s) ÷ 60 = 1:15; half a minute was expected.
		for _, want := range []string{"Chat 90 % Eerlijk 0:30 1:15", "60 1", "0,0 per 1000 contacten", "van 60 contacten", "Gelijk met de rest"} {
			if !strings.Contains(read, want) {
				t.Errorf("no %q on the page: %s", want, read)
			}
		}
		if p.status != http.StatusOK || strings.Contains(read, "anderhalf keer") {
			t.Errorf("%d: %s", p.status, read)
		}
	})
}

func TestAGroupThatWaitsLongerIsShownWithAnAlarm(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.line(d.east)
		l.served(230, time.Minute, false)
		l.served(20, 20*time.Minute, true)
		read := cells(d.admin().get("/manage/waiting"))
		if !strings.Contains(read, "Ontevreden klanten 20:00 20:00 20 Let op: deze groep wacht anderhalf keer zo lang") {
			t.Errorf("no alarm: %s", read)
		}
		if strings.Count(read, "Let op") != 1 {
			t.Errorf("more than one alarm: %s", read)
		}
		if !strings.Contains(read, "92 % Eerlijk") {
			t.Errorf("230 of 250 are inside: %s", read)
		}
	})
}

func TestAPeriodInWhichNobodyWaitedSaysSo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		const empty = "In deze periode wachtte nog niemand op een live kanaal."
		if read := cells(d.admin().get("/manage/waiting")); strings.Count(read, empty) != 2 {
			t.Errorf("nobody waited yet: %s", read)
		}
		d.line(d.east).served(1, time.Minute, false)
		d.hand.Advance(8 * 24 * time.Hour)
		b := d.admin()
		if read := cells(b.get("/manage/waiting?days=7")); !strings.Contains(read, empty) {
			t.Errorf("eight days ago is in the last seven: %s", read)
		}
		if read := cells(b.get("/manage/waiting?days=28")); strings.Contains(read, empty) || !strings.Contains(read, "Te weinig om iets te zeggen") {
			t.Errorf("eight days ago is not in the last 28: %s", read)
		}
	})
}

func TestThePageSaysHowWaitingForOnesOwnAgentWentAndLeavesItOut(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.line(d.east)
		own := func(took time.Duration, said time.Duration) {
			l.wait(1, took, false, func(tx *sqldb.Tx, w queue.Wait) error {
				w.Wanted = l.s.people[access.Agent].ID
				if err := l.queue.Move(tx, l.at(w.Case), w, queue.Place{Wanted: w.Wanted}); err != nil {
					return err
				}
				if err := l.queue.Stay(tx, l.at(w.Case), w, queue.Stay{At: w.Joined, Until: w.Joined.Add(said), Bound: said}); err != nil {
					return err
				}
				if took > said {
					if err := l.queue.StayEnds(tx, w); err != nil {
						return err
					}
				}
				return l.queue.Serve(tx, l.at(w.Case), w, w.Wanted)
			})
		}
		own(5*time.Minute, 10*time.Minute)
		own(6*time.Minute, 10*time.Minute)
		own(20*time.Minute, 10*time.Minute)
		l.served(20, 30*time.Second, false)
		read := cells(d.admin().get("/manage/waiting"))
		for _, want := range []string{
			"3 klanten kozen zelf om op een eigen medewerker te wachten en kregen daarbij een tijd te horen. Binnen die tijd geholpen door die medewerker: 2 (67 %).",
			"Chat 100 %", "van 20 contacten",
		} {
			if !strings.Contains(read, want) {
				t.Errorf("no %q on the page: %s", want, read)
			}
		}
		if strings.Contains(read, "anderhalf keer") {
			t.Errorf("who wanted to wait raises an alarm: %s", read)
		}
	})
}

func TestTheReportShowsWhatQuestionsAreAbout(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.line(d.east)
		l.served(200, time.Minute, false)
		l.wait(20, 10*time.Minute, false, func(tx *sqldb.Tx, w queue.Wait) error {
			c, err := l.cases.Take(tx, l.s.org.ID, w.Case)
			if err != nil {
				return err
			}
			if err := l.cases.Tag(tx, &c, ledger.Desk, []string{"verhuizing"}, nil); err != nil {
				return err
			}
			return l.queue.Serve(tx, l.at(w.Case), w, l.s.people[access.Agent].ID)
		})
		if read := cells(d.admin().get("/manage/waiting")); !strings.Contains(read, "#verhuizing 10:00 10:00 20 Let op: deze groep") {
			t.Errorf("no alarm for the tag: %s", read)
		}
	})
}

func TestWhoWasToldNoTimeIsCounted(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.line(d.east)
		l.served(3, time.Minute, false)
		l.silent(2)
		if read := cells(d.admin().get("/manage/waiting")); !strings.Contains(read, "3 en 2 zonder tijd") {
			t.Errorf("no count of who was told nothing: %s", read)
		}
	})
}
