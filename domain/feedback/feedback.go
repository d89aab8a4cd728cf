package feedback

import (
	"embed"
	"time"

	"balie/domain/intake"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Migrations makes the tables of this room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Outcome is the customer's answer to "is your question solved?".
type Outcome int

// The outcomes.
const (
	NotYet Outcome = iota
	Solved
)

// Feedback is what the customer said of a case. A nil score was not given.
type Feedback struct {
	ID           ident.Row
	Outcome      Outcome
	Satisfaction *int // 1 very dissatisfied … 5 very satisfied
	Grade        *int // 1 … 10
	Recommend    *int // 0 … 10
	Text         string
	At           time.Time
}

// textLimit is the longest comment in characters.
const textLimit = 4000

// Check says what cannot be right about it.
func (f Feedback) Check() error {
	for _, s := range []struct {
		score    *int
		from, to int
		key      string
	}{{f.Satisfaction, 1, 5, "satisfaction"}, {f.Grade, 1, 10, "grade"}, {f.Recommend, 0, 10, "recommend"}} {
		if s.score != nil && (*s.score < s.from || *s.score > s.to) {
			return fault.New(fault.Invalid, "feedback.score", "name", s.key, "from", s.from, "to", s.to)
		}
	}
	if len([]rune(f.Text)) > textLimit {
		return fault.New(fault.TooLarge, "feedback.text_long", "limit", textLimit)
	}
	return nil
}

// Empty says that nothing was judged.
func (f Feedback) Empty() bool {
	return f.Satisfaction == nil && f.Grade == nil && f.Recommend == nil && f.Text == ""
}

// Same says whether two say the same, whenever they were given.
func (f Feedback) Same(o Feedback) bool {
	same := func(a, b *int) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
	return f.Outcome == o.Outcome && f.Text == o.Text && same(f.Satisfaction, o.Satisfaction) && same(f.Grade, o.Grade) &&
		same(f.Recommend, o.Recommend)
}

// Dissatisfied says whether the scores are those of a dissatisfied customer: satisfaction 1 or 2, or a grade of 5 or
// lower (in Dutch schools, insufficient). known is false when there is no score to tell by.
func (f Feedback) Dissatisfied() (yes, known bool) {
	if f.Satisfaction == nil && f.Grade == nil {
		return false, false
	}
	return (f.Satisfaction != nil && *f.Satisfaction <= 2) || (f.Grade != nil && *f.Grade <= 5), true
}

// GivenFact says that a customer judged.
type GivenFact struct {
	Feedback     ident.Row `json:"feedback,string"`
	Satisfaction *int      `json:"satisfaction,omitempty"`
	Grade        *int      `json:"grade,omitempty"`
	Dissatisfied bool      `json:"dissatisfied,omitempty"`
}

// Kind is the fact's name.
func (GivenFact) Kind() string { return "feedback.given" }

// Room is the room of feedback.
type Room struct{ log *ledger.Log }

// New makes the room.
func New(log *ledger.Log) *Room { return &Room{log: log} }

// Give keeps what the customer said. agent is who helped.
func (r *Room) Give(tx *sqldb.Tx, w intake.Word, agent ident.Agent, f Feedback) (Feedback, error) {
	if err := f.Check(); err != nil {
		return f, err
	}
	f.ID, f.At = ident.Row(tx.NewID()), tx.Now()
	if _, err := tx.Exec(`insert into feedback (org, id, case_id, party, agent, solved, satisfaction, grade, recommend, text, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, w.Org(), f.ID, w.Case(), w.Party(), sqldb.Null(agent),
		f.Outcome == Solved, optional(f.Satisfaction), optional(f.Grade), optional(f.Recommend), f.Text, f.At); err != nil {
		return f, err
	}
	bad, _ := f.Dissatisfied()
	_, err := r.log.Append(tx, ledger.At{
		Org: w.Org(), Case: w.Case(), Party: w.Party(),
		Actor: ledger.Actor{Kind: ledger.Customer, ID: int64(w.Party())},
	},
		GivenFact{Feedback: f.ID, Satisfaction: f.Satisfaction, Grade: f.Grade, Dissatisfied: bad})
	return f, err
}

func optional(n *int) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

// OfCase lists what was said of a case, oldest first.
func (r *Room) OfCase(tx *sqldb.Tx, org ident.Org, c ident.Case) ([]Feedback, error) {
	return sqldb.All(tx, func(r sqldb.Row, f *Feedback) error {
		var solved bool
		err := r.Scan(&f.ID, sqldb.Bool(&solved), &f.Satisfaction, &f.Grade, &f.Recommend, &f.Text, sqldb.Time(&f.At))
		if solved {
			f.Outcome = Solved
		}
		return err
	}, `select id, solved, satisfaction, grade, recommend, text, at from feedback where org = $1 and case_id = $2 order by id`, org, c)
}
