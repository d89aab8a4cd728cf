package manage

import (
	"strings"

	"github.com/a-h/templ"
)

// form is one form of a page, known by the address that it is posted to. When that is the form that was refused, its
// fields show what was typed.
type form struct {
	*screen
	Action string
}

func (s *screen) form(action string) form { return form{s, action} }

// Refused says whether this form was refused.
func (f form) Refused() bool { return f.At == f.Action && f.screen.Wrong != nil }

// Opened says whether the fields show what was typed instead of what is kept.
func (f form) Opened() bool { return f.At == f.Action }

// Value is what a field shows.
func (f form) Value(x field) string {
	if f.Opened() {
		return f.Typed.Get(x.Name)
	}
	return x.Value
}

// Ticked says whether a choice is on.
func (f form) Ticked(x field) bool { return f.Value(x) == "on" }

// Wrong is what is wrong with a field, or nothing.
func (f form) Wrong(name string) string {
	if !f.Refused() || f.Field != name {
		return ""
	}
	return f.Fault(f.screen.Wrong)
}

// ID is that of a field, unique on the page.
func (f form) ID(name string) string {
	return strings.ReplaceAll(strings.Trim(strings.TrimPrefix(f.Action, "/manage/"), "/"), "/", "-") + "-" + name
}

// Describes is what explains a field to a screen reader: its hint and what is wrong with it.
func (f form) Describes(x field) string {
	var ids []string
	if x.Hint != "" {
		ids = append(ids, f.ID(x.Name)+"-hint")
	}
	if f.Wrong(x.Name) != "" {
		ids = append(ids, f.ID(x.Name)+"-wrong")
	}
	return strings.Join(ids, " ")
}

// Attrs are those of a control that depend on its state.
func (f form) Attrs(x field) templ.Attributes {
	a := templ.Attributes{}
	if d := f.Describes(x); d != "" {
		a["aria-describedby"] = d
	}
	if f.Wrong(x.Name) != "" {
		a["aria-invalid"] = "true"
	}
	if x.Complete != "" {
		a["autocomplete"] = x.Complete
	}
	if x.Needed {
		a["required"] = true
	}
	if x.List != "" {
		a["list"] = x.List
	}
	if x.Lang != "" {
		a["lang"] = x.Lang
	}
	if x.Kind == "number" {
		a["min"], a["step"] = "1", "1"
	}
	return a
}

// field is one field of a form. Label and Hint are sentences, not keys.
type field struct {
	Name     string
	Label    string
	Hint     string
	Kind     string // of the input; empty is text
	Value    string // what is kept
	Complete string // what a browser may fill in
	List     string // the id of a datalist
	Lang     string // of what is typed, when it is not that of the page
	Needed   bool
	Options  []option
}

// Type is that of the input.
func (x field) Type() string {
	if x.Kind == "" {
		return "text"
	}
	return x.Kind
}

// option is one choice of a list.
type option struct{ Value, Label string }

// wrongFields says which field a refusal is about, where the handler does not.
var wrongFields = map[string]string{
	"access.account_exists":        "email",
	"access.email_unusable":        "email",
	"access.locale_unknown":        "locale",
	"access.name_unusable":         "name",
	"access.password_common":       "password",
	"access.password_length":       "password",
	"access.picture_busy":          "picture",
	"access.picture_large":         "picture",
	"access.picture_missing":       "picture",
	"access.picture_type":          "picture",
	"access.picture_unreadable":    "picture",
	"access.picture_wide":          "picture",
	"access.role_unknown":          "role",
	"access.last_admin":            "role",
	"access.signature_too_long":    "signature",
	"access.token_over_agent":      "role",
	"access.wrong_old_password":    "old",
	"org.accent_too_light":         "accent",
	"org.accent_unreadable":        "accent",
	"org.chat_reply_out_of_range":  "chat_reply",
	"org.address_taken":            "address",
	"org.address_unusable":         "address",
	"org.department_exists":        "name",
	"org.holiday_date_unusable":    "date",
	"org.key_exists":               "selector",
	"org.key_name_unusable":        "domain",
	"org.locale_unknown":           "locale",
	"org.mailbox_grant_missing":    "refresh",
	"org.mailbox_host_unusable":    "host",
	"org.mailbox_password_missing": "password",
	"org.mailbox_user_missing":     "user",
	"org.name_missing":             "name",
	"org.public_url_unusable":      "public_url",
	"org.reply_shortcut_taken":     "shortcut",
	"org.reply_shortcut_unusable":  "shortcut",
	"org.reply_text_missing":       "text",
	"org.site_origin_unusable":     "origins",
	"org.site_origins_many":        "origins",
	"org.slug_taken":               "slug",
	"org.slug_unusable":            "slug",
	"org.target_range":             "minutes",
	"org.zone_unknown":             "zone",
	"staff.skill_exists":           "name",
	"staff.skill_locale_taken":     "locale",
	"staff.skill_locale_unusable":  "locale",
	"staff.skill_name_long":        "name",
	"staff.skill_name_missing":     "name",
	"staff.skill_sort_unknown":     "sort",
}

// deed is what one button does, to the page or to one row.
type deed struct {
	Action  string
	Icon    string
	Words   string
	About   string // which row, for who does not see where the button stands
	Warning string // what cannot be undone
}
