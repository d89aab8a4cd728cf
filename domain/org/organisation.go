package org

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"balie/ground/fault"
	"balie/ground/ident"
)

// Organisation is one that uses the desk. Nothing of it is ever seen by another.
type Organisation struct {
	ID       ident.Org
	Slug     string // its name in web addresses
	Name     string
	Locale   string // "nl" or "en": what its customers are addressed in when nothing else is known
	Zone     string // IANA time zone
	Settings Settings
	Created  time.Time
}

// Settings are what an organisation chose. The zero value is not valid: see Defaults.
type Settings struct {
	SilenceAfter time.Duration // how long a proposed solution may stay without an answer before we ask once
	CloseAfter   time.Duration // how long after asking silence closes the case
	Accent       Colour        // empty: our own
	Contact      string        // how else the desk can be reached, shown on customer pages
	SenderName   string        // the name in From; empty: the name of the organisation
	Receipt      Choice        // whether the customer gets a receipt with the number and the link
	RemoteImages Choice        // whether agents may load pictures from elsewhere in a mail
	PublicURL    string        // its own address on the web, "https://help.example"; empty: that of the installation
	ChatReply    time.Duration // how soon a chatting customer is promised an answer to each message
	Notice       string        // what everybody who opens the chat or the contact page should know now; empty: nothing
	// Wording is what the organisation says instead of our texts, by language and key.
	Wording map[string]map[string]string
}

// Choice is on or off.
type Choice string

// The choices.
const (
	On  Choice = "on"
	Off Choice = "off"
)

// Defaults are the settings of a new organisation.
func Defaults() Settings {
	return Settings{SilenceAfter: 3 * 24 * time.Hour, CloseAfter: 4 * 24 * time.Hour, Receipt: On, RemoteImages: Off, ChatReply: time.Minute}
}

// settingsJSON is how settings are kept. Durations are whole seconds, so that the column can be read by a person.
type settingsJSON struct {
	SilenceAfter int64                        `json:"silence_after"`
	CloseAfter   int64                        `json:"close_after"`
	Accent       Colour                       `json:"accent,omitempty"`
	Contact      string                       `json:"contact,omitempty"`
	SenderName   string                       `json:"sender_name,omitempty"`
	Receipt      Choice                       `json:"receipt"`
	RemoteImages Choice                       `json:"remote_images"`
	PublicURL    string                       `json:"public_url,omitempty"`
	ChatReply    int64                        `json:"chat_reply"`
	Notice       string                       `json:"notice,omitempty"`
	Wording      map[string]map[string]string `json:"wording,omitempty"`
}

// MarshalJSON writes the form that is kept.
func (s Settings) MarshalJSON() ([]byte, error) {
	return json.Marshal(settingsJSON{
		int64(s.SilenceAfter / time.Second), int64(s.CloseAfter / time.Second), s.Accent, s.Contact, s.SenderName,
		s.Receipt, s.RemoteImages, s.PublicURL, int64(s.ChatReply / time.Second), s.Notice, s.Wording,
	})
}

// UnmarshalJSON reads the form that is kept; what is missing in it has its default.
func (s *Settings) UnmarshalJSON(b []byte) error {
	d := Defaults()
	j := settingsJSON{
		SilenceAfter: int64(d.SilenceAfter / time.Second), CloseAfter: int64(d.CloseAfter / time.Second),
		Receipt: d.Receipt, RemoteImages: d.RemoteImages, ChatReply: int64(d.ChatReply / time.Second),
	}
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*s = Settings{
		time.Duration(j.SilenceAfter) * time.Second, time.Duration(j.CloseAfter) * time.Second, j.Accent, j.Contact,
		j.SenderName, j.Receipt, j.RemoteImages, j.PublicURL, time.Duration(j.ChatReply) * time.Second, j.Notice, j.Wording,
	}
	return nil
}

// Sender is the name that customers see in From.
func (o Organisation) Sender() string {
	if o.Settings.SenderName != "" {
		return o.Settings.SenderName
	}
	return o.Name
}

// Location is the organisation's time zone. It was checked when it was saved; a zone that the machine has since
// forgotten is UTC.
func (o Organisation) Location() *time.Location {
	loc, err := time.LoadLocation(o.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

var slugForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$`)

// check refuses what cannot be used and gives the form that is kept.
func (o Organisation) check() (Organisation, error) {
	var err error
	if !slugForm.MatchString(o.Slug) {
		return o, fault.New(fault.Invalid, "org.slug_unusable")
	}
	if o.Name, err = line(o.Name, 120); err != nil || o.Name == "" {
		return o, fault.New(fault.Invalid, "org.name_missing")
	}
	if o.Locale != "nl" && o.Locale != "en" {
		return o, fault.New(fault.Invalid, "org.locale_unknown", "locale", o.Locale)
	}
	if _, err := time.LoadLocation(o.Zone); err != nil || o.Zone == "" || o.Zone == "Local" {
		return o, fault.New(fault.Invalid, "org.zone_unknown", "zone", o.Zone)
	}
	o.Settings, err = o.Settings.check()
	return o, err
}

// The shortest and longest silence.
const (
	shortest = time.Hour
	longest  = 90 * 24 * time.Hour
)

func (s Settings) check() (Settings, error) {
	for _, d := range []time.Duration{s.SilenceAfter, s.CloseAfter} {
		if d < shortest || d > longest {
			return s, fault.New(fault.Invalid, "org.silence_out_of_range", "least_hours", int(shortest.Hours()), "most_days", int(longest.Hours()/24))
		}
	}
	if s.ChatReply < 10*time.Second || s.ChatReply > time.Hour {
		return s, fault.New(fault.Invalid, "org.chat_reply_out_of_range")
	}
	var err error
	if s.Notice, err = block(s.Notice, 500); err != nil {
		return s, err
	}
	if s.Accent, err = checkAccent(s.Accent); err != nil {
		return s, err
	}
	if s.SenderName, err = line(s.SenderName, 120); err != nil {
		return s, err
	}
	if s.Contact, err = block(s.Contact, 2000); err != nil {
		return s, err
	}
	for _, c := range []Choice{s.Receipt, s.RemoteImages} {
		if c != On && c != Off {
			return s, fault.New(fault.Invalid, "org.choice_unknown", "choice", string(c))
		}
	}
	s.PublicURL, err = checkPublicURL(s.PublicURL)
	return s, err
}

func checkPublicURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.Path != "" || u.RawQuery != "" ||
		u.Fragment != "" || u.User != nil {
		return "", fault.New(fault.Invalid, "org.public_url_unusable")
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// line is text on one line: trimmed, without control characters, of at most most characters.
func line(s string, most int) (string, error) {
	s = strings.TrimSpace(s)
	if strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
		return "", fault.New(fault.Invalid, "org.text_not_one_line")
	}
	if utf8.RuneCountInString(s) > most {
		return "", fault.New(fault.TooLarge, "org.text_too_long", "limit", most)
	}
	return s, nil
}

// block is text of several lines.
func block(s string, most int) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"))
	if utf8.RuneCountInString(s) > most {
		return "", fault.New(fault.TooLarge, "org.text_too_long", "limit", most)
	}
	return s, nil
}
