package form

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"balie/channel"
	"balie/ground/fault"
)

// Check says what is missing or cannot be used, by field. Every field is looked at, so that a person mends all at once.
func (*Adapter) Check(fields url.Values) map[string]*fault.Fault {
	wrong := map[string]*fault.Fault{}
	for _, f := range []struct {
		name string
		most int
	}{{Name, MaxName}, {Subject, MaxSubject}, {Text, MaxText}} {
		value := strings.TrimSpace(fields.Get(f.name))
		switch {
		case value == "":
			wrong[f.name] = missing(f.name)
		case utf8.RuneCountInString(value) > f.most:
			wrong[f.name] = fault.New(fault.TooLarge, "form.text_long", "limit", f.most)
		}
	}
	switch address := strings.TrimSpace(fields.Get(Email)); {
	case address == "":
		wrong[Email] = missing(Email)
	case !usable(address):
		wrong[Email] = fault.New(fault.Invalid, "form.email_unusable")
	}
	for _, name := range Given() {
		if utf8.RuneCountInString(fields.Get(name)) > MaxGiven {
			wrong[name] = fault.New(fault.TooLarge, "form.text_long", "limit", MaxGiven)
		}
	}
	if fields.Get(Trap) != "" {
		wrong[Trap] = fault.New(fault.Invalid, "form.trap_filled")
	}
	return wrong
}

func missing(field string) *fault.Fault {
	switch field {
	case Name:
		return fault.New(fault.Invalid, "form.name_missing")
	case Email:
		return fault.New(fault.Invalid, "form.email_missing")
	case Subject:
		return fault.New(fault.Invalid, "form.subject_missing")
	}
	return fault.New(fault.Invalid, "form.text_missing")
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

// Arrival is what the fields and files of a form say. The page adds to which desk address it goes.
func (a *Adapter) Arrival(fields url.Values, files []channel.File) channel.Arrival {
	at := a.clock.Now()
	arrival := channel.Arrival{
		Channel: channel.Form, Via: "form", At: at, Subject: line(fields.Get(Subject)), Files: files,
		Text: strings.TrimSpace(fields.Get(Text)),
		From: channel.Person{Name: line(fields.Get(Name)), Address: strings.TrimSpace(fields.Get(Email))},
	}
	for _, name := range Given() {
		if value := line(fields.Get(name)); value != "" {
			if arrival.Given == nil {
				arrival.Given = map[string]string{}
			}
			arrival.Given[name] = value
		}
	}
	arrival.Raw = raw(arrival)
	arrival.Key = key(fields.Get(ID), at, arrival.Raw)
	return arrival
}

// line is text on one line, as a header of a mail needs it.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// rawFile stands for a file in what is kept of a form: its content is kept as an attachment.
type rawFile struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

// raw is the form as it came in, in a form that is the same each time.
func raw(a channel.Arrival) []byte {
	files := make([]rawFile, 0, len(a.Files))
	for _, f := range a.Files {
		sum := sha256.Sum256(f.Data)
		files = append(files, rawFile{f.Name, f.Type, len(f.Data), hex.EncodeToString(sum[:])})
	}
	b, _ := json.Marshal(map[string]any{ //nolint:errcheck // texts and numbers always can be written
		"name": a.From.Name, "email": a.From.Address, "subject": a.Subject, "text": a.Text, "given": a.Given, "files": files,
	})
	return b
}

// key is the same when the same form is sent again. The content is part of it: somebody who goes back, changes the text
// and sends it again asks something else. Without an identifier of the page the same content on the same day is one.
func key(id string, at time.Time, content []byte) string {
	if id == "" {
		id = at.UTC().Format(time.DateOnly)
	}
	sum := sha256.Sum256(append([]byte(id+"\x00"), content...))
	return "form:" + hex.EncodeToString(sum[:16])
}
