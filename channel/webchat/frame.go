package webchat

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"balie/channel"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
)

// opening is the frame with which a visitor begins. Fields that we do not know are passed over: a widget that is newer
// or older than the desk still works.
type opening struct {
	Text     string         `json:"text"`
	ClientID string         `json:"client_id"`
	Name     string         `json:"name,omitempty"`
	Email    string         `json:"email,omitempty"`
	Subject  string         `json:"subject,omitempty"`
	Page     string         `json:"page,omitempty"`
	Title    string         `json:"title,omitempty"`
	Site     string         `json:"site,omitempty"`
	Identity string         `json:"identity,omitempty"`
	Lang     string         `json:"lang,omitempty"`
	Given    map[string]any `json:"given,omitempty"`
	Later    *later         `json:"later,omitempty"`
}

type later struct {
	Kind  string `json:"kind"` // "mail", "callback"
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	At    string `json:"at,omitempty"`
}

// surroundings is the frame in which a website tells of a visitor whose conversation runs.
type surroundings struct {
	Page  string         `json:"page,omitempty"`
	Title string         `json:"title,omitempty"`
	Given map[string]any `json:"given,omitempty"`
}

// message is the frame of one message in a conversation that runs.
type message struct {
	Text     string   `json:"text"`
	ClientID string   `json:"client_id"`
	Files    []string `json:"files,omitempty"`
}

// Begin reads the frame with which a visitor begins. site gives the website with a public key, and the key that it signs
// its visitors with; it is asked only when the frame names one.
func (a *Adapter) Begin(body []byte, site func(key string) (ident.Site, secret.Text, error)) (channel.Arrival, error) {
	var f opening
	if err := decode(body, &f); err != nil {
		return channel.Arrival{}, err
	}
	arrival := a.arrival(f.Text, f.ClientID)
	arrival.Key = "chat:" + f.ClientID
	if err := check(arrival, 1); err != nil {
		return arrival, err
	}
	arrival.From = channel.Person{Name: cut(line(f.Name), MaxName), Address: strings.TrimSpace(f.Email)}
	arrival.Subject = cut(line(f.Subject), MaxSubject)
	arrival.Live.Page = channel.Page{URL: pageURL(f.Page), Title: cut(line(f.Title), MaxTitle)}
	arrival.Given = given(f.Given)
	if f.Lang == "nl" || f.Lang == "en" {
		arrival.Locale = f.Lang
	}
	if err := a.who(&arrival, f, site); err != nil {
		return arrival, err
	}
	if f.Later != nil {
		if err := f.Later.into(&arrival); err != nil {
			return arrival, err
		}
	}
	if arrival.From.Address != "" && !usable(arrival.From.Address) {
		return arrival, fault.New(fault.Invalid, "webchat.email_unusable")
	}
	f.Identity = "" // it lets anybody be the visitor until it expires
	arrival.Raw = raw(f)
	return arrival, nil
}

// who reads from which website the visitor comes, and who it says that the visitor is.
func (a *Adapter) who(arrival *channel.Arrival, f opening, site func(string) (ident.Site, secret.Text, error)) error {
	if f.Site == "" {
		if f.Identity != "" {
			return fault.New(fault.Invalid, "webchat.identity_without_site")
		}
		return nil
	}
	id, key, err := site(f.Site)
	if err != nil {
		return err
	}
	arrival.Live.Site = id
	if f.Identity == "" {
		return nil
	}
	known, err := Verify(f.Identity, key, a.clock.Now())
	if err != nil {
		return err
	}
	arrival.Live.Subject = known.Subject
	if known.Name != "" {
		arrival.From.Name = known.Name
	}
	// The website vouches for what it signed, never for what was typed beside it: that is only something told.
	typed := arrival.From.Address
	if arrival.From.Address = known.Email; known.Email == "" {
		return tell(arrival, typed)
	}
	return nil
}

// tell keeps an address that was typed by somebody whom the website vouches for without one.
func tell(a *channel.Arrival, address string) error {
	if address == "" {
		return nil
	}
	if !usable(address) {
		return fault.New(fault.Invalid, "webchat.email_unusable")
	}
	if a.Given == nil {
		a.Given = map[string]string{}
	}
	a.Given[Email] = address
	return nil
}

var phone = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]{5,24}$`)

// Phone reads a telephone number that was typed.
func (a *Adapter) Phone(number string) (string, error) { return readPhone(number) }

func readPhone(number string) (string, error) {
	number = line(number)
	if !phone.MatchString(number) {
		return "", fault.New(fault.Invalid, "webchat.phone_unusable")
	}
	return number, nil
}

func (l later) into(a *channel.Arrival) error {
	a.Live.Later = &channel.Later{}
	switch l.Kind {
	case "mail":
		address := strings.TrimSpace(l.Email)
		switch {
		case a.Live.Subject == "" && address != "":
			a.From.Address = address
		case a.Live.Subject != "" && a.From.Address == "":
			if err := tell(a, address); err != nil {
				return err
			}
		}
		if a.From.Address == "" && a.Given[Email] == "" {
			return fault.New(fault.Invalid, "webchat.email_missing")
		}
		return nil
	case "callback":
		number, err := readPhone(l.Phone)
		if err != nil {
			return err
		}
		at, err := time.Parse(time.RFC3339, l.At)
		if err != nil {
			return fault.New(fault.Invalid, "webchat.moment_missing")
		}
		a.Live.Later.Phone, a.Live.Later.At = number, at.UTC()
		return nil
	}
	return fault.New(fault.Invalid, "webchat.later_unknown")
}

// Say reads the frame of a message in a contact.
func (a *Adapter) Say(body []byte, to ident.Contact) (channel.Arrival, error) {
	var f message
	if err := decode(body, &f); err != nil {
		return channel.Arrival{}, err
	}
	arrival := a.arrival(f.Text, f.ClientID)
	arrival.Key = "chat:" + ident.Text(to) + ":" + f.ClientID
	arrival.Live.Contact = to
	if len(f.Files) > MaxFiles {
		return arrival, fault.New(fault.TooLarge, "webchat.files_many", "limit", MaxFiles)
	}
	for _, text := range f.Files {
		id, err := ident.Parse[ident.File](text)
		if err != nil {
			return arrival, fault.New(fault.Invalid, "conversation.file_unknown")
		}
		arrival.Uploaded = append(arrival.Uploaded, id)
	}
	least := 1
	if len(arrival.Uploaded) > 0 {
		least = 0
	}
	arrival.Raw = raw(f)
	return arrival, check(arrival, least)
}

// Around reads the frame in which a website tells on which page a visitor is now, and what it came to know of them.
func (a *Adapter) Around(body []byte) (channel.Page, map[string]string, error) {
	var f surroundings
	if err := decode(body, &f); err != nil {
		return channel.Page{}, nil, err
	}
	return channel.Page{URL: pageURL(f.Page), Title: cut(line(f.Title), MaxTitle)}, given(f.Given), nil
}

func (a *Adapter) arrival(text, client string) channel.Arrival {
	return channel.Arrival{
		Channel: channel.Webchat, Via: "webchat", At: a.clock.Now(), Text: strings.TrimSpace(clean(text)),
		Thread: channel.Thread{ID: client}, Live: &channel.Live{},
	}
}

// check looks at what every frame has. least is how many characters the text must have.
func check(a channel.Arrival, least int) error {
	if !clientID(a.Thread.ID) {
		return fault.New(fault.Invalid, "webchat.client_id_unusable", "least", leastID, "most", mostID)
	}
	switch n := utf8.RuneCountInString(a.Text); {
	case n < least:
		return fault.New(fault.Invalid, "webchat.text_missing")
	case n > MaxText:
		return fault.New(fault.TooLarge, "webchat.text_long", "limit", MaxText)
	}
	return nil
}

func clientID(s string) bool {
	if len(s) < leastID || len(s) > mostID {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func decode(body []byte, v any) error {
	if len(body) > MaxFrame {
		return fault.New(fault.TooLarge, "webchat.frame_large", "limit", MaxFrame>>10)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fault.New(fault.Invalid, "webchat.frame_unreadable") // the cause would repeat what somebody wrote
	}
	return nil
}

// raw is the frame as it was understood, the same each time.
func raw(frame any) []byte {
	b, err := json.Marshal(frame)
	if err != nil { // what came from JSON can be written as JSON
		return []byte("{}")
	}
	return b
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// given is what the website knows of its visitor. Names are kept short and plain; too many are too many.
func given(all map[string]any) map[string]string {
	kept := make(map[string]string, len(all))
	for name, value := range all {
		name = strings.ToLower(name)
		if len(kept) >= MaxGiven || len(name) > maxField || name == Email || !fieldName.MatchString(name) {
			continue
		}
		switch value.(type) {
		case string, float64, bool:
			if s := cut(line(fmt.Sprint(value)), maxValue); s != "" {
				kept[name] = s
			}
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// pageURL is the address of a page, or nothing when it is none that may be shown as a link (threat T7). What stands
// behind the number sign belongs to the page itself.
func pageURL(s string) string {
	u, err := url.Parse(clean(strings.TrimSpace(s)))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	text := u.String()
	if len(text) > MaxURL {
		u.RawQuery = ""
		text = u.String()
	}
	if len(text) > MaxURL {
		return u.Scheme + "://" + cut(u.Host, maxValue) + "/"
	}
	return text
}

// usable says whether an answer can be mailed to an address: one plain address in a domain with a dot.
func usable(address string) bool {
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address || a.Name != "" || len(address) > maxAddress {
		return false
	}
	local, domain, _ := strings.Cut(address, "@")
	return !strings.ContainsAny(local, `"`) && strings.Contains(strings.Trim(domain, "."), ".") &&
		!strings.ContainsAny(domain, "[]@ ") && !strings.HasSuffix(domain, ".")
}

// line is text on one line.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// cut is the beginning of a text, at most so many characters.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}

// clean makes text that both databases can keep: valid UTF-8, one sort of line end, and no control characters.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
