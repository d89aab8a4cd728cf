package demo_test

import (
	"testing"

	"balie/app/demo"
	"balie/channel"
	"balie/domain/conversation"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func TestGeneratedCasesAreAsIfTheyHadBeenLived(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.At) {
		const n = 1200
		d := openDesk(t, at, saturday)
		if err := demo.Generate(t.Context(), d, n); err != nil {
			t.Fatal(err)
		}
		livesHold(t, d)
		o := theOrg(t, d)
		for name, want := range map[string]struct {
			least, most int64
			query       string
		}{
			"cases":           {n, n, `select count(*) from cases where org = $1`},
			"closed":          {n / 2, n, `select count(*) from cases where org = $1 and status = 'closed'`},
			"by silence":      {n / 20, n / 2, `select count(*) from cases where org = $1 and closed_by = 'silence'`},
			"unassigned":      {1, n / 2, `select count(*) from cases where org = $1 and owner is null and status = 'new'`},
			"customer's":      {1, n / 2, `select count(*) from cases where org = $1 and waiting_on = 'customer'`},
			"dissatisfied":    {1, n / 3, `select count(*) from cases where org = $1 and dissatisfied = 1`},
			"promises":        {n / 20, n, `select count(*) from promise where org = $1`},
			"broken":          {1, n / 5, `select count(*) from promise where org = $1 and status = 'broken'`},
			"open promises":   {1, n / 5, `select count(*) from promise where org = $1 and status = 'open'`},
			"grades":          {n / 5, n, `select count(*) from feedback where org = $1`},
			"tags":            {n / 10, n, `select count(*) from tag where org = $1`},
			"customers":       {n / 3, n, `select count(*) from party where org = $1`},
			"their addresses": {n / 3, n, `select count(*) from contact_point where org = $1`},
			"questions left open after they were answered": {0, 0, `select count(*) from question q join cases c on c.org = q.org and c.id = q.case_id
				where q.org = $1 and q.answer = '' and c.question_confirmed_at is not null and c.status = 'open'`},
			"cases without their first message": {0, 0, `select count(*) from cases c where c.org = $1 and not exists (select 1 from entry e
				where e.org = c.org and e.case_id = c.id and e.kind = 'message' and e.at = c.created_at)`},
			"lines without their fact": {0, 0, `select count(*) from entry e left join ledger l on l.seq = e.seq
				where e.org = $1 and (l.seq is null or l.case_id <> e.case_id or l.at <> e.at)`},
			"cases without their last fact": {0, 0, `select count(*) from cases c left join ledger l on l.seq = c.seq
				where c.org = $1 and (l.seq is null or l.case_id <> c.id or l.at <> c.updated_at)`},
			"something after now": {0, 0, `select count(*) from ledger where org = $1 and at > 1795289400000`},
			"ids that go back in time": {0, 0, `select count(*) from entry a join entry b on a.org = b.org and a.case_id = b.case_id
				where a.org = $1 and a.id < b.id and a.at > b.at`},
		} {
			if got := count(t, d, want.query, o); got < want.least || got > want.most {
				t.Errorf("%s: %d, want %d to %d", name, got, want.least, want.most)
			}
		}
		found := seen(t, d, func(tx *sqldb.Tx) ([]conversation.Found, error) {
			return d.Flow.Conversation.Find(tx, o, "uniek001199", 0, 10)
		})
		if len(found) != 1 {
			t.Errorf("a word that stands in one case finds %d", len(found))
		}
	})
}

func TestTheDeskGoesOnAfterGeneratedCases(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.At) {
		d := openDesk(t, at, saturday)
		if err := demo.Generate(t.Context(), d, 200); err != nil {
			t.Fatal(err)
		}
		o := theOrg(t, d)
		last := count(t, d, `select max(id) from entry where org = $1`, o)
		r, err := d.Flow.Arrive(t.Context(), channel.Arrival{
			Org: o, Channel: channel.Email, Key: "new", From: channel.Person{Address: "klant@post.example"}, To: demo.Main,
			Subject: "Een nieuwe vraag", Text: "Kan dit?",
		})
		if err != nil || r.Number != "2026-201" {
			t.Fatalf("%+v, %v: the number after 200 cases is 2026-201", r, err)
		}
		if id := count(t, d, `select max(id) from entry where org = $1`, o); id <= last {
			t.Errorf("line %d comes after %d", id, last)
		}
		if err := d.Flow.Deadlines(t.Context()); err != nil {
			t.Fatal(err)
		}
		behind := count(t, d, `select count(*) from ledger where org = $1 and kind = 'case.opened' and seq > (select min(seq) from follower)`, o)
		if behind != 1 {
			t.Errorf("%d opened cases are still to be followed, want the new one", behind)
		}
	})
}
