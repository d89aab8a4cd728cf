package text

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"balie/ground/fault"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// maxMissing bounds the list of keys that were asked and not found.
const maxMissing = 1000

// Catalogue is every sentence in every language. It does not change after Load.
type Catalogue struct {
	messages map[Locale]map[string]*i18n.Message
	plural   map[Locale]*i18n.Localizer

	mu      sync.Mutex
	missing map[string]int
}

// For gives the sentences in one language.
func (c *Catalogue) For(l Locale) Texts {
	if c.messages[l] == nil {
		l = Dutch
	}
	return Texts{cat: c, locale: l}
}

// Fault tells a person what happened and what to do, see Texts.Fault.
func (c *Catalogue) Fault(l Locale, f *fault.Fault) string { return c.For(l).Fault(f) }

// Keys lists every key, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.messages[Dutch])) }

// Has says whether there is a sentence with this key.
func (c *Catalogue) Has(key string) bool { return c.messages[Dutch][key] != nil }

// Missing lists the keys that were asked and do not exist. Tests of pages expect it to be empty.
func (c *Catalogue) Missing() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.missing))
}

// Check says whether an organisation may use wording for a key: the key exists and every placeholder in the wording
// is one that the desk fills in there.
func (c *Catalogue) Check(key, wording string) error {
	m := c.messages[Dutch][key]
	if m == nil {
		return fault.New(fault.Unknown, "text.unknown_key", "key", key)
	}
	known := Placeholders(m.Other)
	for _, name := range Placeholders(wording) {
		if !slices.Contains(known, name) {
			return fault.New(fault.Invalid, "text.unknown_placeholder", "name", "{"+name+"}",
				"known", braced(known))
		}
	}
	return nil
}

func (c *Catalogue) miss(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.missing) < maxMissing {
		c.missing[key]++
	}
}

// Texts is the sentences in one language, with an organisation's own wording on top if it has any.
type Texts struct {
	cat    *Catalogue
	locale Locale
	own    map[string]string
}

// Locale is the language.
func (t Texts) Locale() Locale { return t.locale }

// With puts an organisation's own wording over the catalogue. An empty wording leaves the catalogue's.
func (t Texts) With(own map[string]string) Texts {
	all := maps.Clone(t.own)
	if all == nil {
		all = make(map[string]string, len(own))
	}
	maps.Copy(all, own)
	t.own = all
	return t
}

// Has says whether there is a sentence with this key.
func (t Texts) Has(key string) bool { return t.cat.Has(key) }

// T is the sentence with this key. args are pairs: name, value, name, value; they fill in {name}. The pair "count"
// also chooses between one and many. A key that does not exist comes back as it is and is remembered, see Missing.
func (t Texts) T(key string, args ...any) string {
	pattern := t.pattern(key, args)
	if pattern == "" {
		t.cat.miss(key)
		return key
	}
	return t.fill(pattern, args)
}

// Fault says what happened and what to do: the sentence of the fault's own key, or of its kind when it has none.
func (t Texts) Fault(f *fault.Fault) string {
	if f == nil {
		return ""
	}
	args := make([]any, 0, 2*len(f.Args))
	for name, value := range f.Args {
		args = append(args, name, value)
	}
	if t.Has(f.Key) {
		return t.T(f.Key, args...)
	}
	if key := "fault." + string(f.Kind); t.Has(key) {
		return t.T(key)
	}
	return t.T("fault.internal")
}

func (t Texts) pattern(key string, args []any) string {
	if s := t.own[key]; s != "" {
		return s
	}
	m := t.cat.messages[t.locale][key]
	if m == nil {
		return ""
	}
	if m.One == "" {
		return m.Other
	}
	count, ok := find(args, "count")
	if !ok {
		return m.Other
	}
	s, err := t.cat.plural[t.locale].Localize(&i18n.LocalizeConfig{
		MessageID:      key,
		PluralCount:    count,
		TemplateParser: template.IdentityParser{},
	})
	if err != nil {
		return m.Other // a count that is no number
	}
	return s
}

// fill replaces {name} once: a value that itself contains braces stays as it is.
func (t Texts) fill(pattern string, args []any) string {
	var b strings.Builder
	for {
		before, name, after, found := cutPlaceholder(pattern)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if value, ok := find(args, name); ok {
			b.WriteString(t.show(value))
		} else {
			b.WriteString("{" + name + "}")
		}
		pattern = after
	}
}

// show writes numbers as the language does; whole numbers without grouping, since many of them are names of things.
func (t Texts) show(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return t.Number(v, -1)
	case float32:
		return t.Number(float64(v), -1)
	}
	return fmt.Sprint(value)
}

func find(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

// Placeholders lists the names in {name}, sorted, each once.
func Placeholders(s string) []string {
	var names []string
	for {
		_, name, after, found := cutPlaceholder(s)
		if !found {
			slices.Sort(names)
			return slices.Compact(names)
		}
		names, s = append(names, name), after
	}
}

// cutPlaceholder splits s at its first {name}. A brace with anything else behind it is an ordinary brace.
func cutPlaceholder(s string) (before, name, after string, found bool) {
	for from := 0; ; {
		open := strings.IndexByte(s[from:], '{')
		if open < 0 {
			return s, "", "", false
		}
		open += from
		end := open + 1
		for end < len(s) && (s[end] == '_' || 'a' <= s[end] && s[end] <= 'z' || '0' <= s[end] && s[end] <= '9') {
			end++
		}
		if end > open+1 && end < len(s) && s[end] == '}' {
			return s[:open], s[open+1 : end], s[end+1:], true
		}
		from = open + 1
	}
}

func braced(names []string) string {
	if len(names) == 0 {
		return "–"
	}
	return "{" + strings.Join(names, "}, {") + "}"
}
