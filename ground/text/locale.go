package text

import (
	"golang.org/x/text/language"
)

// Locale is a language that the desk speaks.
type Locale string

// The languages. A third one needs its texts in every room, see Load.
const (
	Dutch   Locale = "nl"
	English Locale = "en"
)

// Locales is every language, the default first.
var Locales = []Locale{Dutch, English}

// maxAccept bounds what is read of an Accept-Language header: browsers send less than half of it.
const maxAccept = 256

// ParseLocale reads "nl", "en", "en-GB". Anything else is Dutch, false.
func ParseLocale(s string) (Locale, bool) {
	tag, err := language.Parse(s)
	if err != nil {
		return Dutch, false
	}
	return spoken(tag)
}

// Match chooses the language for a reader: the first one of the browser's list that we speak, otherwise that of the
// organisation, otherwise Dutch.
func Match(acceptLanguage string, orgDefault Locale) Locale {
	if len(acceptLanguage) <= maxAccept {
		tags, weights, err := language.ParseAcceptLanguage(acceptLanguage)
		for i, tag := range tags {
			if l, ok := spoken(tag); ok && err == nil && weights[i] > 0 {
				return l
			}
		}
	}
	if orgDefault == English {
		return English
	}
	return Dutch
}

func spoken(tag language.Tag) (Locale, bool) {
	base, sure := tag.Base()
	if sure == language.No {
		return Dutch, false
	}
	switch base.String() {
	case "nl":
		return Dutch, true
	case "en":
		return English, true
	}
	return Dutch, false
}
