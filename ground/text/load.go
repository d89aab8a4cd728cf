package text

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed texts/*.toml
var own embed.FS

// forms are the plural forms of CLDR; a table with nothing else in it is one sentence.
var forms = []string{"zero", "one", "two", "few", "many", "other"}

// Load reads every nl.toml and en.toml below the given roots, and this package's own texts. It reports all
// mistakes at once, a line each.
func Load(roots ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{
		messages: map[Locale]map[string]*i18n.Message{Dutch: {}, English: {}},
		plural:   map[Locale]*i18n.Localizer{},
		missing:  map[string]int{},
	}
	var errs []error
	for _, root := range append([]fs.FS{own}, roots...) {
		errs = append(errs, c.loadTree(root)...)
	}
	errs = append(errs, c.compare()...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	bundle := i18n.NewBundle(language.Dutch)
	for _, l := range Locales {
		all := slices.Collect(maps.Values(c.messages[l]))
		if err := bundle.AddMessages(language.Make(string(l)), all...); err != nil {
			return nil, err
		}
	}
	for _, l := range Locales {
		c.plural[l] = i18n.NewLocalizer(bundle, string(l))
	}
	return c, nil
}

func (c *Catalogue) loadTree(root fs.FS) (errs []error) {
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		locale := Locale(strings.TrimSuffix(path.Base(name), ".toml"))
		if c.messages[locale] == nil || path.Ext(name) != ".toml" {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		var table map[string]any
		if err := toml.Unmarshal(src, &table); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, err := range c.add(locale, "", table) {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		return nil
	})
	if err != nil {
		errs = append(errs, err)
	}
	return errs
}

// add walks the tables itself: the library would take a key that ends in ".description" or ".id" for a remark.
func (c *Catalogue) add(l Locale, prefix string, table map[string]any) (errs []error) {
	for name, value := range table {
		key := strings.TrimPrefix(prefix+"."+name, ".")
		switch v := value.(type) {
		case string:
			errs = append(errs, c.put(l, &i18n.Message{ID: key, Other: v})...)
		case map[string]any:
			if m, ok := pluralOf(key, v); ok {
				errs = append(errs, c.put(l, m)...)
			} else {
				errs = append(errs, c.add(l, key, v)...)
			}
		default:
			errs = append(errs, fmt.Errorf("%s: a text must be a string, not %T", key, value))
		}
	}
	return errs
}

func (c *Catalogue) put(l Locale, m *i18n.Message) []error {
	if c.messages[l][m.ID] != nil {
		return []error{fmt.Errorf("%s: this key is already used elsewhere in %s", m.ID, l)}
	}
	if strings.TrimSpace(m.Other) == "" {
		return []error{fmt.Errorf("%s: the text is empty in %s", m.ID, l)}
	}
	c.messages[l][m.ID] = m
	return nil
}

func pluralOf(key string, table map[string]any) (*i18n.Message, bool) {
	if _, ok := table["other"].(string); !ok {
		return nil, false
	}
	for name, v := range table {
		if _, ok := v.(string); !ok || !slices.Contains(forms, name) {
			return nil, false
		}
	}
	m, err := i18n.NewMessage(table)
	if err != nil {
		return nil, false
	}
	m.ID = key
	return m, true
}

// compare holds the two languages side by side.
func (c *Catalogue) compare() (errs []error) {
	for _, l := range Locales {
		other := Dutch
		if l == Dutch {
			other = English
		}
		for _, key := range slices.Sorted(maps.Keys(c.messages[l])) {
			here, there := c.messages[l][key], c.messages[other][key]
			if there == nil {
				errs = append(errs, fmt.Errorf("%s: exists in %s, not in %s", key, l, other))
				continue
			}
			a, b := Placeholders(here.Other), Placeholders(there.Other)
			if l == Dutch && !slices.Equal(a, b) {
				errs = append(errs, fmt.Errorf("%s: placeholders differ: %s %v, %s %v", key, l, a, other, b))
			}
			for _, name := range Placeholders(here.Zero + here.One + here.Two + here.Few + here.Many) {
				if !slices.Contains(a, name) {
					errs = append(errs, fmt.Errorf("%s: {%s} is not in the form \"other\" of %s", key, name, l))
				}
			}
		}
	}
	return errs
}
