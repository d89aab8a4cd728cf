package automation

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/domain/cases"
	"balie/ground/ledger"
)

func TestARuleCannotSayWhoACustomerIs(t *testing.T) {
	// Whoever adds a field here makes it something that people can be treated by. Name, address, party, what they did
	// before and what they thought of it stay out.
	want := []string{
		"At", "Channel", "Department", "Tags", "Status", "Subject", "Words", "Address", "Site", "Open", "WaitingSince", "Due", "Past",
	}
	var have []string
	for f := range reflect.TypeFor[Scene]().Fields() {
		have = append(have, f.Name)
	}
	if !slices.Equal(have, want) {
		t.Errorf("a rule sees %v, want %v", have, want)
	}
	fields := []Field{
		"channel", "department", "address", "site", "subject", "words", "tag", "status", "hours", "waiting", "due",
	}
	if got := Fields(); !slices.Equal(got, fields) {
		t.Errorf("a condition can be about %v, want %v", got, fields)
	}
	for _, f := range []Field{"party", "name", "customer", "email", "history", "satisfaction", "grade", "dissatisfied"} {
		if _, err := (Condition{Field: f, Value: "x"}).check(); err == nil {
			t.Errorf("a condition on %s is taken", f)
		}
	}
}

var now = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

func scene() Scene {
	return Scene{
		At: now, Channel: "email", Department: 7, Tags: []string{"storing", "zeer dringend"}, Status: cases.Open, Subject: "Geen  stroom",
		Words: "Het gas ruikt,\nen de gasten ook. Ketel-storing!", Address: "storing@oost.example", Site: 3, Open: true,
		WaitingSince: now.Add(-30 * time.Minute), Due: now.Add(time.Hour),
	}
}

func TestEachConditionLooksAtItsOwnPartOfTheCase(t *testing.T) {
	for _, c := range []struct {
		field Field
		value string
		want  Answer
	}{
		{Channel, "email", Yes},
		{Channel, "form", No},
		{Department, "7", Yes},
		{Department, "8", No},
		{Tag, "storing", Yes},
		{Tag, "anders, Zeer  dringend", Yes},
		{Tag, "stor", No},
		{Status, "open", Yes},
		{Status, "closed", No},
		{Subject, "geen stroom", Yes},
		{Subject, "stroom geen", No},
		{Words, "gas", Yes},
		{Words, "gast", No},
		{Words, "gast*", Yes},
		{Words, "storing", Yes},
		{Words, "water, ruikt", Yes},
		{Words, "ruikt, water", Yes},
		{Words, "ruikt, en", Yes},
		{Words, "ruikt", Yes},
		{Words, "*", No},
		{Address, "Storing@oost.example", Yes},
		{Address, "post@oost.example", No},
		{Site, "3", Yes},
		{Site, "4", No},
		{Hours, "", Yes},
		{Waiting, "29", Yes},
		{Waiting, "30", No},
		{Due, "60", Yes},
		{Due, "59", No},
	} {
		r := Rule{Match: All, If: []Condition{{Field: c.field, Value: c.value}}}
		if got := r.Holds(scene()); got != c.want {
			t.Errorf("%s %q: %v, want %v", c.field, c.value, got, c.want)
		}
		r.If[0].Not = true
		if got := r.Holds(scene()); got != Yes-c.want {
			t.Errorf("not %s %q: %v", c.field, c.value, got)
		}
	}
}

func TestAllOrAnyOfTheConditions(t *testing.T) {
	yes, no := Condition{Field: Channel, Value: "email"}, Condition{Field: Status, Value: "closed"}
	wait := Condition{Field: Waiting, Value: "5"}
	past := scene()
	past.Past = true
	for _, c := range []struct {
		match Match
		when  []Condition
		scene Scene
		want  Answer
	}{
		{All, nil, scene(), Yes},
		{Any, nil, scene(), Yes},
		{All, []Condition{yes, no}, scene(), No},
		{Any, []Condition{yes, no}, scene(), Yes},
		{All, []Condition{yes, wait}, past, Unknown},
		{Any, []Condition{yes, wait}, past, Yes},
		{All, []Condition{no, wait}, past, No},
		{Any, []Condition{no, wait}, past, Unknown},
	} {
		if got := (Rule{Match: c.match, If: c.when}).Holds(c.scene); got != c.want {
			t.Errorf("%s of %v: %v, want %v", c.match, c.when, got, c.want)
		}
	}
}

func TestWhoWaitsForNobodyWaitsForNoTime(t *testing.T) {
	s := scene()
	s.WaitingSince, s.Due = time.Time{}, time.Time{}
	for _, f := range []Field{Waiting, Due} {
		if got := (Rule{Match: All, If: []Condition{{Field: f, Value: "1"}}}).Holds(s); got != No {
			t.Errorf("%s: %v", f, got)
		}
	}
}

func TestARuleThatCannotWorkIsRefused(t *testing.T) {
	good := Rule{Name: " Spoed ", Trigger: Opened, Match: All, Then: Then{AddTags: []string{"Spoed", "spoed "}}}
	kept, err := good.check()
	if err != nil || kept.Name != "Spoed" || !slices.Equal(kept.Then.AddTags, []string{"spoed"}) {
		t.Fatalf("%+v %v", kept, err)
	}
	for name, change := range map[string]func(r *Rule){
		"no name":             func(r *Rule) { r.Name = "  " },
		"a long name":         func(r *Rule) { r.Name = strings.Repeat("x", 81) },
		"no trigger":          func(r *Rule) { r.Trigger = "case.opened" },
		"no match":            func(r *Rule) { r.Match = "" },
		"nothing to do":       func(r *Rule) { r.Then = Then{Mention: 5} },
		"a field twice":       func(r *Rule) { r.If = []Condition{{Field: Hours}, {Field: Hours, Not: true}} },
		"no such channel":     func(r *Rule) { r.If = []Condition{{Field: Channel, Value: "fax"}} },
		"no such status":      func(r *Rule) { r.If = []Condition{{Field: Status, Value: "gone"}} },
		"no words":            func(r *Rule) { r.If = []Condition{{Field: Words, Value: " , "}} },
		"no minutes":          func(r *Rule) { r.If = []Condition{{Field: Waiting, Value: "soon"}} },
		"a department of air": func(r *Rule) { r.If = []Condition{{Field: Department, Value: "x"}} },
		"a promise of air":    func(r *Rule) { r.Then.Promise = Pledge{Minutes: 60} },
		"a promise sometime":  func(r *Rule) { r.Then.Promise = Pledge{Text: "Wij bellen"} },
		"another protocol":    func(r *Rule) { r.Then.Webhook = "file:///etc/passwd" },
		"a user in it":        func(r *Rule) { r.Then.Webhook = "https://a:b@c.example/" },
		"a long tag":          func(r *Rule) { r.Then.AddTags = []string{strings.Repeat("x", 41)} },
	} {
		r := good
		change(&r)
		if _, err := r.check(); err == nil {
			t.Errorf("taken: %s", name)
		}
	}
}

func TestWhatARuleDidIsNoTrigger(t *testing.T) {
	by := Rule{ID: 9, Name: "Spoed"}.Actor()
	for _, kind := range Facts() {
		e := ledger.Entry{At: ledger.At{Case: 1, Actor: by}, Kind: kind, Body: []byte(`{"what":"tags"}`)}
		if got, err := TriggerOf(e); err != nil || got != "" {
			t.Errorf("%s by a rule is %q (%v)", kind, got, err)
		}
		e.Actor = ledger.Desk
		if got, err := TriggerOf(e); err != nil || got.Fact() != kind {
			t.Errorf("%s by the desk is %q (%v)", kind, got, err)
		}
	}
}

func TestTakingACaseIsNotHandingItOver(t *testing.T) {
	agent := ledger.Actor{Kind: ledger.Agent, ID: 5}
	for body, want := range map[string]Trigger{
		`{"owner":"5","department":"0"}`: "", `{"owner":"6","department":"0"}`: HandedOver, `{"owner":"0","department":"2"}`: HandedOver,
	} {
		e := ledger.Entry{At: ledger.At{Case: 1, Actor: agent}, Kind: "case.owned", Body: []byte(body)}
		if got, err := TriggerOf(e); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", body, got, want, err)
		}
	}
	e := ledger.Entry{At: ledger.At{Case: 1, Actor: agent}, Kind: "case.changed", Body: []byte(`{"what":"message"}`)}
	if got, err := TriggerOf(e); err != nil || got != "" {
		t.Errorf("a message is %q (%v)", got, err)
	}
}

func TestARuleDoesNothingAboutWhatHappenedBeforeItWasOn(t *testing.T) {
	if (Rule{}).Active(now) || (Rule{On: now}).Active(now.Add(-time.Second)) || !(Rule{On: now}).Active(now) {
		t.Error("active when it was off")
	}
}
