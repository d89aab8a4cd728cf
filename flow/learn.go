package flow

import (
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/ground/sqldb"
)

// judged keeps what the customer thought of it. The case shows whether the customer is dissatisfied now.
func (f *Flow) judged(tx *sqldb.Tx, w intake.Word, c *cases.Case, fb feedback.Feedback) error {
	if fb.Empty() && fb.Outcome == feedback.Solved {
		return nil // the answer itself is in the timeline; there is nothing to judge by
	}
	before, err := f.Feedback.OfCase(tx, c.Org, c.ID)
	if err != nil {
		return err
	}
	if n := len(before); n > 0 && c.Status == cases.Closed && before[n-1].Same(fb) && !before[n-1].At.Before(c.ClosedAt) {
		return nil // sent twice
	}
	given, err := f.Feedback.Give(tx, w, c.Owner, fb)
	if err != nil {
		return err
	}
	if fb.Outcome == feedback.Solved || fb.Satisfaction != nil || fb.Grade != nil {
		l := line(c, conversation.Rated, customerOf(c), given.Text)
		l.Data.Score = &conversation.Score{Recommend: given.Recommend}
		if given.Satisfaction != nil {
			l.Data.Score.Satisfaction = *given.Satisfaction
		}
		if given.Grade != nil {
			l.Data.Score.Grade = *given.Grade
		}
		if _, err := f.Conversation.Add(tx, l); err != nil {
			return err
		}
	}
	if bad, known := given.Dissatisfied(); known && bad != c.Dissatisfied {
		return f.Cases.Judged(tx, c, bad)
	}
	return nil
}
