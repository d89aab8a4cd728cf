package demo_test

import (
	"testing"
	"time"

	"balie/app/demo"
	"balie/domain/cases"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// states are what one should be able to see, with how many there are at least.
var states = map[string]struct {
	least int64
	query string
}{
	"cases":                           {60, `select count(*) from cases where org = $1`},
	"new and nobody's":                {8, `select count(*) from cases where org = $1 and status = 'new' and owner is null`},
	"read back and waiting":           {2, `select count(*) from cases where org = $1 and status = 'new' and question_asked_at is not null and waiting_on = 'customer'`},
	"corrected":                       {2, `select count(*) from question where org = $1 and answer = 'no'`},
	"confirmed and open":              {6, `select count(*) from cases where org = $1 and status = 'open' and question_confirmed_at is not null`},
	"proposed":                        {2, `select count(*) from cases where org = $1 and status = 'proposed'`},
	"asked after silence":             {1, `select count(*) from cases where org = $1 and status = 'proposed' and silence_asked_at is not null`},
	"closed by customer":              {20, `select count(*) from cases where org = $1 and status = 'closed' and closed_by = 'customer'`},
	"closed by silence":               {3, `select count(*) from cases where org = $1 and status = 'closed' and closed_by = 'silence'`},
	"reopened":                        {3, `select count(*) from entry where org = $1 and kind = 'not_solved'`},
	"dissatisfied now":                {3, `select count(*) from cases where org = $1 and dissatisfied = 1`},
	"merged":                          {1, `select count(*) from cases where org = $1 and merged_into is not null`},
	"asleep":                          {2, `select count(*) from cases where org = $1 and snoozed_until is not null`},
	"tags":                            {5, `select count(*) from tag where org = $1`},
	"notes that mention":              {3, `select count(*) from entry where org = $1 and kind = 'note' and data like '%mentions%'`},
	"attachments":                     {10, `select count(*) from attachment where org = $1`},
	"quoted mail":                     {10, `select count(*) from entry where org = $1 and kind = 'message' and quoted <> ''`},
	"HTML mail":                       {10, `select count(*) from entry where org = $1 and html_hash is not null`},
	"returned mail":                   {1, `select count(*) from outgoing where org = $1 and state = 'bounced'`},
	"another sender":                  {1, `select count(*) from entry where org = $1 and data like '%other_sender%'`},
	"grades":                          {20, `select count(*) from feedback where org = $1 and grade is not null`},
	"comments":                        {10, `select count(*) from feedback where org = $1 and text <> ''`},
	"English customers":               {4, `select count(*) from party where org = $1 and locale = 'en'`},
	"forms":                           {5, `select count(*) from cases where org = $1 and channel = 'form'`},
	"promises kept":                   {8, `select count(*) from promise where org = $1 and status = 'kept'`},
	"promises broken":                 {2, `select count(*) from promise where org = $1 and status = 'broken'`},
	"promises broken and still to do": {1, `select count(*) from promise where org = $1 and status = 'broken' and kept_at is null`},
	"promises moved":                  {2, `select count(*) from promise where org = $1 and moved_from is not null`},
	"promises taken back":             {1, `select count(*) from promise where org = $1 and status = 'withdrawn'`},
	"promises open":                   {5, `select count(*) from promise where org = $1 and status = 'open'`},
	"people":                          {10, `select count(*) from account where org = $1 and state = 'active' and password = ''`},
	"holidays":                        {10, `select count(*) from holiday where org = $1`},
	"saved replies in English":        {1, `select count(*) from reply where org = $1 and locale = 'en'`},
	"websites with the chat":          {1, `select count(*) from site where org = $1`},
	"addresses":                       {3, `select count(*) from address where org = $1`},
}

func TestTheHistoryHoldsEveryState(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.At) {
		d := openDesk(t, at, saturday)
		if err := demo.Seed(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if !d.Clock.Now().Equal(saturday) {
			t.Errorf("the clock shows %s, not now", d.Clock.Now())
		}
		o := theOrg(t, d)
		for name, want := range states {
			if n := count(t, d, want.query, o); n < want.least {
				t.Errorf("%s: %d, want at least %d", name, n, want.least)
			}
		}
		everybodyWorks(t, d)
		pages, err := demo.Pages(t.Context(), d.DB, d.Flow)
		if err != nil || len(pages) != 3 {
			t.Errorf("%v, %v: want a page of each sort", pages, err)
		}
	})
}

// everybodyWorks looks at who owns what, and at what is due soon.
func everybodyWorks(t *testing.T, d demo.Desk) {
	t.Helper()
	o := theOrg(t, d)
	if n := count(t, d, `select count(*) from promise where org = $1 and status = 'open' and due <= $2`, o, saturday.Add(4*time.Hour)); n < 2 {
		t.Errorf("%d promises are due within hours, want at least 2", n)
	}
	if n := count(t, d, `select count(*) from cases c join account a on a.org = c.org and a.id = c.owner
			where c.org = $1 and a.email = 'maaike@energie-oost.example' and c.status <> 'closed'`, o); n < 8 {
		t.Errorf("Maaike Vos has %d cases to work on", n)
	}
	if n := count(t, d, `select count(*) from cases c join account a on a.org = c.org and a.id = c.owner
			where c.org = $1 and a.email = 'maaike@energie-oost.example'`, o); n < 12 {
		t.Errorf("Maaike Vos has %d cases", n)
	}
	if n := count(t, d, `select count(*) from account a where a.org = $1 and a.role = 'agent' and not exists (
			select 1 from cases c where c.org = a.org and c.owner = a.id)`, o); n > 0 {
		t.Errorf("%d agents own nothing", n)
	}
}

func TestTheHistoryKeepsTheLives(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.At) {
		d := openDesk(t, at, saturday)
		if err := demo.Seed(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		livesHold(t, d)
		o := theOrg(t, d)
		for name, query := range map[string]string{
			"mail waits in the outbox":              `select count(*) from outgoing where org = $1 and state = 'queued'`,
			"a fact was set aside":                  `select count(*) from set_aside where org >= 0 or org = $1`,
			"something happened after now":          `select count(*) from entry where org = $1 and at > 1795289400000`,
			"a case opened without a receipt":       `select count(*) from cases c where c.org = $1 and c.merged_into is null and not exists (select 1 from outgoing u where u.org = c.org and u.case_id = c.id and u.auto = 1)`,
			"a deadline that has passed is open":    `select count(*) from promise where org = $1 and status = 'open' and due <= 1795289400000`,
			"somebody works while the desk is shut": `select count(*) from entry where org = $1 and actor_kind = 'agent' and at / 3600000 % 24 between 21 and 23`,
		} {
			if n := count(t, d, query, o); n > 0 {
				t.Errorf("%s: %d", name, n)
			}
		}
		if n := count(t, d, `select count(*) from ledger where org = $1 and seq > (select min(seq) from follower)`, o); n > 20 {
			t.Errorf("the followers are %d facts behind: they would be followed twice", n)
		}
	})
}

// livesHold checks each row against the table of its life and against what the rooms derive from it.
func livesHold(t *testing.T, d demo.Desk) {
	t.Helper()
	o := theOrg(t, d)
	first := map[ident.Case]ident.Promise{}
	all := seen(t, d, func(tx *sqldb.Tx) (list []cases.Case, err error) {
		for cursor := ""; ; {
			page, next, err := d.Flow.Cases.List(tx, o, cases.Filter{Limit: 200, Cursor: cursor})
			list = append(list, page...)
			for _, c := range page {
				p, err := d.Flow.Promise.First(tx, o, c.ID)
				if err != nil {
					return nil, err
				}
				first[c.ID] = p.ID
			}
			if err != nil || next == "" {
				return list, err
			}
			cursor = next
		}
	})
	for _, c := range all {
		for what, wrong := range map[string]bool{
			"a status of its own":                          c.Status.Can(c.Status) || !known(c.Status),
			"closed, and not by anybody":                   c.Status == cases.Closed && c.MergedInto == 0 && c.ClosedBy == "",
			"closed, without a moment":                     c.Status == cases.Closed && c.ClosedAt.IsZero(),
			"open, and closed by somebody":                 c.Status != cases.Closed && (c.ClosedBy != "" || !c.ClosedAt.IsZero()),
			"proposed, without a solution or silence due":  c.Status == cases.Proposed && (c.Solution == "" || c.SilenceDue.IsZero()),
			"silence is due though nothing was proposed":   c.Status != cases.Proposed && !c.SilenceDue.IsZero(),
			"confirmed before it was asked":                !c.QuestionConfirmed.IsZero() && c.QuestionConfirmed.Before(c.QuestionAsked),
			"closed, and it is somebody's turn":            c.Status == cases.Closed && c.Turn != cases.Nobody,
			"not closed, and it is nobody's turn":          c.Status != cases.Closed && c.Turn == cases.Nobody,
			"the customer has the turn and waits for us":   c.Turn == cases.Customer && !c.WaitingSince.IsZero(),
			"changed before it was made":                   c.Updated.Before(c.Created),
			"without a number, a subject or a name to it":  c.Number == "" || c.Subject == "" || c.PartyName == "" || c.PartyAddress == "",
			"changed without a fact":                       c.Seq == 0,
			"made after now, or changed after it was made": c.Updated.After(d.Now),
		} {
			if wrong {
				t.Errorf("case %s %q: %s", c.Number, c.Subject, what)
			}
		}
		if c.MergedInto == 0 && first[c.ID] != c.Promise {
			t.Errorf("case %s shows promise %d, the first is %d", c.Number, c.Promise, first[c.ID])
		}
	}
}

func known(s cases.Status) bool {
	for _, k := range cases.Statuses() {
		if k == s {
			return true
		}
	}
	return false
}

func TestTheSameChanceGivesTheSameHistory(t *testing.T) {
	print := func() (list []string) {
		d := openDesk(t, engine.SQLite(t), saturday)
		if err := demo.Seed(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		return seen(t, d, func(tx *sqldb.Tx) ([]string, error) {
			return sqldb.All(tx, func(r sqldb.Row, s *string) error { return r.Scan(s) },
				`select at || kind || actor_name || text from entry where org = $1 order by id`, theOrg(t, d))
		})
	}
	one, two := print(), print()
	if len(one) != len(two) {
		t.Fatalf("%d lines, then %d", len(one), len(two))
	}
	for i := range one {
		if one[i] != two[i] {
			t.Fatalf("line %d: %q, then %q", i, one[i], two[i])
		}
	}
}

func TestTheHistoryCanBeMadeAtAnyMoment(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, 11, 23, 6, 1, 0, 0, time.UTC),   // Monday, before the desk opens
		time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC), // after midnight in Amsterdam
		time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC),     // numbers of two years
		time.Date(2027, 3, 28, 1, 30, 0, 0, time.UTC),   // the night in which the clock is set forward
	} {
		t.Run(now.Format("Mon 2006-01-02 15.04"), func(t *testing.T) {
			d := openDesk(t, engine.SQLite(t), now)
			if err := demo.Seed(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			livesHold(t, d)
			if n := count(t, d, `select count(*) from promise where org = $1 and status = 'open'`, theOrg(t, d)); n < 5 {
				t.Errorf("%d promises are open", n)
			}
		})
	}
}
