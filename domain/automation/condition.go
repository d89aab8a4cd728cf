package automation

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"balie/channel"
	"balie/domain/cases"
	"balie/ground/fault"
	"balie/ground/ident"
)

// Scene is all that a rule sees: the case and what was said. Who the customer is, what they did before and what they
// thought of it is not in it, so that no rule can treat people by it. A test lists the fields.
type Scene struct {
	At           time.Time // of the fact
	Channel      string
	Department   ident.Department
	Tags         []string
	Status       cases.Status
	Subject      string
	Words        string // of the message that it is about
	Address      string // of the desk
	Site         ident.Site
	Open         bool // the desk is open at that moment
	WaitingSince time.Time
	Due          time.Time // of the promise that is due first
	// Past scenes are made up afterwards: since when somebody waited and what was due then is not known any more.
	Past bool
}

// Field is a part of a scene that a condition can be about.
type Field string

// The fields.
const (
	Channel    Field = "channel"
	Department Field = "department"
	Tag        Field = "tag"
	Status     Field = "status"
	Subject    Field = "subject"
	Words      Field = "words"
	Address    Field = "address"
	Site       Field = "site"
	Hours      Field = "hours"   // the desk is open
	Waiting    Field = "waiting" // for longer than so many minutes
	Due        Field = "due"     // within so many minutes
)

// Fields lists them, in the order of the form.
func Fields() []Field {
	return []Field{Channel, Department, Address, Site, Subject, Words, Tag, Status, Hours, Waiting, Due}
}

// Channels are those that a case can begin on.
func Channels() []channel.Kind { return []channel.Kind{channel.Email, channel.Form, channel.Webchat} }

// Condition is one thing that must be so, or must not.
type Condition struct {
	Field Field  `json:"field"`
	Not   bool   `json:"not,omitempty"`
	Value string `json:"value,omitempty"` // a choice, words with commas between them, or minutes
}

// Match says how many conditions must hold.
type Match string

// The ways.
const (
	All Match = "all"
	Any Match = "any"
)

// Answer is whether a condition holds.
type Answer int

// The answers. Unknown is only for past scenes.
const (
	No Answer = iota
	Unknown
	Yes
)

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// Holds says whether the conditions of a rule hold; without any they do.
func (r Rule) Holds(s Scene) Answer {
	if len(r.If) == 0 {
		return Yes
	}
	said := make([]Answer, len(r.If))
	for i, c := range r.If {
		said[i] = c.holds(s)
	}
	if r.Match == Any {
		return slices.Max(said)
	}
	return slices.Min(said)
}

func (c Condition) holds(s Scene) Answer {
	a := c.plain(s)
	if c.Not {
		return Yes - a
	}
	return a
}

func (c Condition) plain(s Scene) Answer {
	switch c.Field {
	case Channel:
		return answer(s.Channel == c.Value)
	case Department:
		return answer(ident.Text(s.Department) == c.Value)
	case Tag:
		return answer(slices.ContainsFunc(split(c.Value), func(name string) bool { return slices.Contains(s.Tags, strings.ToLower(name)) }))
	case Status:
		return answer(string(s.Status) == c.Value)
	case Subject:
		return answer(mentions(s.Subject, c.Value))
	case Words:
		return answer(mentions(s.Words, c.Value))
	case Address:
		return answer(strings.EqualFold(s.Address, c.Value))
	case Site:
		return answer(s.Site != 0 && ident.Text(s.Site) == c.Value)
	case Hours:
		return answer(s.Open)
	case Waiting:
		if s.Past {
			return Unknown
		}
		return answer(!s.WaitingSince.IsZero() && s.At.Sub(s.WaitingSince) > c.minutes())
	case Due:
		if s.Past {
			return Unknown
		}
		return answer(!s.Due.IsZero() && s.Due.Sub(s.At) <= c.minutes())
	}
	return No
}

func (c Condition) minutes() time.Duration {
	n, err := strconv.Atoi(c.Value)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Minute
}

// split gives the parts of a text with commas between them.
func split(s string) []string {
	var all []string
	for _, part := range strings.Split(s, ",") {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// mentions says whether one of the words or phrases stands in a text, whole: "gas" is not in "gasten", "gas*" is. Capitals
// and line ends make no difference.
func mentions(said, wanted string) bool {
	said = strings.ToLower(strings.Join(strings.Fields(said), " "))
	return slices.ContainsFunc(split(strings.ToLower(wanted)), func(phrase string) bool {
		phrase, begins := strings.CutSuffix(phrase, "*")
		return phrase != "" && standsIn(said, phrase, begins)
	})
}

func standsIn(said, phrase string, begins bool) bool {
	for from := 0; ; {
		at := strings.Index(said[from:], phrase)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(said[:at])
		after, size := utf8.DecodeRuneInString(said[at+len(phrase):])
		if (at == 0 || !letter(before)) && (begins || size == 0 || !letter(after)) {
			return true
		}
		from = at + len(phrase)
	}
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// longest is how long a value may be, in characters; mostMinutes is sixty days.
const (
	longest     = 500
	mostMinutes = 60 * 24 * 60
)

// check refuses a condition that can never be what somebody meant.
func (c Condition) check() (Condition, error) {
	c.Value = strings.TrimSpace(c.Value)
	unusable := fault.New(fault.Invalid, "automation.value_unusable", "value", c.Value)
	if utf8.RuneCountInString(c.Value) > longest {
		return c, fault.New(fault.TooLarge, "automation.value_long", "limit", longest)
	}
	good := true
	switch c.Field {
	case Channel:
		good = slices.Contains(Channels(), channel.Kind(c.Value))
	case Status:
		good = slices.Contains(cases.Statuses(), cases.Status(c.Value))
	case Department, Site:
		_, err := ident.Parse[ident.Row](c.Value)
		good = err == nil
	case Address, Subject, Words, Tag:
		if len(split(c.Value)) == 0 {
			return c, fault.New(fault.Invalid, "automation.value_missing")
		}
	case Waiting, Due:
		n, err := strconv.Atoi(c.Value)
		if err != nil || n < 1 || n > mostMinutes {
			return c, fault.New(fault.Invalid, "automation.minutes_unusable", "most", mostMinutes)
		}
	case Hours:
		c.Value = ""
	default:
		return c, fault.New(fault.Invalid, "automation.field_unknown", "field", string(c.Field))
	}
	if !good {
		return c, unusable
	}
	return c, nil
}
