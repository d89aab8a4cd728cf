package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/unicode/norm"

	"balie/ground/ident"
)

//go:embed stories/*.toml
var scripts embed.FS

// story is what happens with one question, as it stands in stories/*.toml.
type story struct {
	Key     string // for another story that is merged into it
	From    string // the name of the customer
	Address string // made of the name when empty
	Locale  string
	When    string // "33d 09:12": days before now; "6h": hours in which the desk is open before now
	To      string // the desk address before the @
	Via     string // "mail", or "form"
	Style   string // of the mail program, see style
	Subject string
	Text    string
	Files   []string
	Given   map[string]string
	Agent   string // who does the steps that name nobody
	Steps   []step

	cas      ident.Case
	party    ident.Party
	promises []ident.Promise
}

// step is one thing that somebody does. The customer and the desk each have their own sorts.
type step struct {
	Do      string
	After   string // since the step before; for the desk in opening hours
	By      string
	Text    string
	Due     string
	Why     string
	To      string // colleague, department or the key of another story
	Mention []string
	Tags    []string
	Files   []string
	Style   string
	From    string // another sender than the customer
	Sat     int
	Grade   int
	Rec     *int
}

// script is one file of stories. A routine is a story that several customers have.
type script struct {
	Story   []story
	Routine []struct {
		story
		For []struct{ From, When, Agent, Place, Text string }
	}
}

// stories reads all files. What is random in them is decided by the chance of the desk.
func stories(d Desk) ([]*story, error) {
	names, err := fs.Glob(scripts, "stories/story-*.toml")
	if err != nil {
		return nil, err
	}
	var all []*story
	for _, name := range names {
		var s script
		meta, err := toml.DecodeFS(scripts, name, &s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if unknown := meta.Undecoded(); len(unknown) > 0 {
			return nil, fmt.Errorf("%s: what is %s", name, unknown[0])
		}
		for i := range s.Story {
			all = append(all, &s.Story[i])
		}
		for _, r := range s.Routine {
			for _, one := range r.For {
				made := r.story
				made.From, made.When, made.Agent = one.From, one.When, one.Agent
				made.fill(one.Place, one.Text, d)
				all = append(all, &made)
			}
		}
	}
	for _, s := range all {
		s.complete()
	}
	return all, nil
}

// fill puts the particulars of one customer into a routine.
func (s *story) fill(place, text string, d Desk) {
	first, _, _ := strings.Cut(s.From, " ")
	r := strings.NewReplacer(
		"{place}", place, "{text}", text, "{name}", s.From, "{first}", first,
		"{reading}", fmt.Sprint(8000+d.Chance.IntN(30000)), "{number}", fmt.Sprint(410000+d.Chance.IntN(80000)),
		"{old}", fmt.Sprint(120+5*d.Chance.IntN(16)), "{amount}", fmt.Sprint(90+5*d.Chance.IntN(14)),
	)
	s.Subject, s.Text = r.Replace(s.Subject), r.Replace(s.Text)
	steps := make([]step, len(s.Steps))
	for i, st := range s.Steps {
		st.Text, st.Why = r.Replace(st.Text), r.Replace(st.Why)
		steps[i] = st
	}
	s.Steps = steps
}

func (s *story) complete() {
	if s.Address == "" {
		s.Address = addressOf(s.From)
	}
	if s.To == "" {
		s.To = "klantenservice"
	}
	s.To += "@" + Domain
	if s.Via == "" {
		s.Via = "mail"
	}
	if s.Locale == "" {
		s.Locale = "nl"
	}
}

// providers are where customers have their mail. All of them are kept free for examples (RFC 2606).
var providers = []string{"post.example", "thuis.example", "mailbus.example", "berkel.example", "buurtnet.example"}

// addressOf makes a mail address of a name, the same each time.
func addressOf(name string) string {
	var b strings.Builder
	sum := 0
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case unicode.IsSpace(r), r == '-':
			if !strings.HasSuffix(b.String(), ".") {
				b.WriteByte('.')
			}
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
			sum += int(r)
		}
	}
	return strings.Trim(b.String(), ".") + "@" + providers[sum%len(providers)]
}
