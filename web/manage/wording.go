package manage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// groups are the texts that customers read, by the first part of their keys: letters, and the pages of the customer.
var groups = []option{{"mail", "manage.texts_mail"}, {"customer", "manage.texts_customer"}}

// wording is one text in both languages.
type wording struct {
	Key    string
	Fields []string // its placeholders
	In     []worded
}

// worded is a text in one language: ours, and the organisation's own when there is one.
type worded struct {
	Locale  text.Locale
	Default string
	Own     string
	Preview string
}

// Said is what customers read now.
func (w worded) Said() string { return cmp.Or(w.Own, w.Default) }

func (s *screen) wording(key string) wording {
	w := wording{Key: key}
	for _, l := range text.Locales {
		ours := s.pages.Edge.Catalogue.For(l).T(key)
		w.In = append(w.In, worded{Locale: l, Default: ours, Own: s.Org.Settings.Wording[string(l)][key]})
	}
	w.Fields = text.Placeholders(w.In[0].Default)
	return w
}

// Own says whether the organisation says it in its own words.
func (w wording) Own() bool {
	return slices.ContainsFunc(w.In, func(x worded) bool { return x.Own != "" })
}

func group(key string) string {
	first, _, _ := strings.Cut(key, ".")
	if slices.ContainsFunc(groups, func(g option) bool { return g.Value == first }) {
		return first
	}
	return ""
}

func showTexts(s *screen, _ *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.texts")
	here := group(cmp.Or(s.query("group"), groups[0].Value) + ".")
	if here == "" {
		return nil, fault.New(fault.Unknown, "manage.no_page")
	}
	var all []wording
	for _, key := range s.pages.Edge.Catalogue.Keys() {
		if group(key) == here {
			all = append(all, s.wording(key))
		}
	}
	return textsPage(s, here, all), nil
}

// key is the text in the path.
func (s *screen) key() (string, error) {
	key := s.r.PathValue("key")
	if group(key) == "" || !s.pages.Edge.Catalogue.Has(key) {
		return "", fault.New(fault.Unknown, "manage.no_page")
	}
	return key, nil
}

func showText(s *screen, _ *sqldb.Tx) (templ.Component, error) {
	key, err := s.key()
	if err != nil {
		return nil, err
	}
	s.Title = s.T("manage.text_title")
	w, f := s.wording(key), s.form("/manage/texts/"+key)
	for i, x := range w.In {
		said := x.Said()
		if f.Opened() {
			said = cmp.Or(strings.TrimSpace(f.Typed.Get(string(x.Locale))), x.Default)
		}
		w.In[i].Preview = s.preview(x.Locale, key, said)
	}
	return textPage(s, f, w), nil
}

// preview fills a text with values that could be.
func (s *screen) preview(l text.Locale, key, said string) string {
	t := s.pages.Edge.Catalogue.For(l).With(map[string]string{key: said})
	tomorrow := t.When(s.Now.AddDate(0, 0, 1), s.Now, s.Zone)
	return t.T(key, "number", "2026-4817", "name", "Sanne de Wit", "desk", s.Org.Sender(), "organisation", s.Org.Name, "when", tomorrow,
		"due", tomorrow, "until", tomorrow, "reason", t.T("manage.sample_reason"), "subject", t.T("manage.sample_subject"),
		"agent", s.Who.Name, "text", t.T("manage.sample_reason"), "count", 3, "clock", t.Clock(s.Now, s.Zone), "title", t.T("manage.sample_subject"), "what", t.T("manage.sample_subject"),
		"first", "Sanne", "last", tomorrow, "grade", 8, "recommend", 9, "minutes", 10, "limit", 10, "address", "sanne@sample.example")
}

func saveText(s *screen) (answer, error) {
	key, err := s.key()
	if err != nil {
		return answer{}, err
	}
	check := s.pages.Edge.Catalogue.Check
	if s.post("step") == "preview" {
		for _, l := range text.Locales {
			if err := check(key, s.post(string(l))); err != nil {
				return answer{}, at(string(l), err)
			}
		}
		s.At, s.Typed = s.r.URL.Path, s.r.PostForm
		page, err := showText(s, nil)
		return answer{Page: page}, err
	}
	return s.save("/manage/texts/"+key, "saved", func(tx *sqldb.Tx) error {
		for _, x := range s.wording(key).In {
			said := strings.ReplaceAll(s.post(string(x.Locale)), "\r\n", "\n")
			if said == x.Default {
				said = ""
			}
			if said == x.Own {
				continue
			}
			if err := s.pages.Org.Reword(tx, s.by(), org.Wording{Locale: string(x.Locale), Key: key, Text: said}, check); err != nil {
				return at(string(x.Locale), err)
			}
		}
		return nil
	})
}

// resetText goes back to our own words in both languages.
func resetText(s *screen) (answer, error) {
	key, err := s.key()
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/texts/"+key, "reset", func(tx *sqldb.Tx) error {
		for _, x := range s.wording(key).In {
			if x.Own == "" {
				continue
			}
			if err := s.pages.Org.Reword(tx, s.by(), org.Wording{Locale: string(x.Locale), Key: key}, s.pages.Edge.Catalogue.Check); err != nil {
				return err
			}
		}
		return nil
	})
}

// languageName is what a language is called in the language of the page.
func (s *screen) languageName(l string) string {
	for _, o := range s.languages() {
		if o.Value == l {
			return o.Label
		}
	}
	return l
}

// inMine is a text in the language of the page.
func (s *screen) inMine(w wording) worded {
	for _, x := range w.In {
		if x.Locale == s.Locale() {
			return x
		}
	}
	return w.In[0]
}
