package flow

import (
	"net/url"
	"strings"
	"time"

	"balie/domain/automation"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// A rule is tried on the facts of so long, at most so many of them.
const (
	TrialPeriod = 30 * 24 * time.Hour
	TrialFacts  = 500
)

// Trial is what a rule would have done.
type Trial struct {
	Looked int // at how many facts
	Would  []Would
	Cases  int // in how many cases
}

// Would is one time that a rule would have run. It is not Sure where it asks for what is not known afterwards.
type Would struct {
	Case  cases.Case
	At    time.Time
	Sure  bool
	Deeds []conversation.Deed
}

// TryRule looks at what happened lately and tells what a rule would have done; it changes nothing. Department, tags and
// status are those of now; since when somebody waited then, and what was due, is not known any more.
func (f *Flow) TryRule(tx *sqldb.Tx, o ident.Org, r automation.Rule) (Trial, error) {
	r.Org = o
	r, err := f.Automation.Check(tx, o, r)
	if err != nil {
		return Trial{}, err
	}
	facts, err := ledger.Past(tx, o, r.Trigger.Fact(), tx.Now().Add(-TrialPeriod), TrialFacts)
	if err != nil {
		return Trial{}, err
	}
	would, err := f.would(tx, r)
	if err != nil {
		return Trial{}, err
	}
	var found Trial
	in := make(map[ident.Case]bool)
	for _, e := range facts {
		if t, err := automation.TriggerOf(e); err != nil || t != r.Trigger {
			if err != nil {
				return found, err
			}
			continue
		}
		found.Looked++
		c, err := f.Cases.Get(tx, o, e.Case)
		if fault.Is(err, fault.Unknown) {
			continue
		}
		if err != nil {
			return found, err
		}
		s, err := f.scene(tx, &c, e, []automation.Rule{r})
		if err != nil {
			return found, err
		}
		s.Past = true
		holds := r.Holds(s.Scene)
		if s.ours || holds == automation.No {
			continue
		}
		in[c.ID] = true
		found.Would = append(found.Would, Would{Case: c, At: e.Time, Sure: holds == automation.Yes, Deeds: would})
	}
	found.Cases = len(in)
	return found, nil
}

// would are the deeds of a rule, as the timeline would name them.
func (f *Flow) would(tx *sqldb.Tx, r automation.Rule) ([]conversation.Deed, error) {
	var all []conversation.Deed
	add := func(do, with string) { all = append(all, conversation.Deed{Do: do, With: with}) }
	t := r.Then
	if len(t.AddTags) > 0 {
		add("tag_added", strings.Join(t.AddTags, ", "))
	}
	if len(t.DropTags) > 0 {
		add("tag_removed", strings.Join(t.DropTags, ", "))
	}
	if t.Department != 0 {
		d, err := f.Org.Department(tx, r.Org, t.Department)
		if err != nil {
			return nil, err
		}
		add("department", d.Name)
	}
	if t.Promise.Text != "" {
		add("promise", t.Promise.Text)
	}
	if t.Note != "" {
		add("noted", "")
	}
	if t.Reply != 0 {
		saved, err := f.Org.Reply(tx, r.Org, t.Reply)
		if err != nil {
			return nil, err
		}
		add("replied", saved.Name)
	}
	if t.Webhook != "" {
		add("called", hostOf(t.Webhook))
	}
	return all, nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
