package manage

import (
	"regexp"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/ground/text"
)

func onReply(s *screen, tx *sqldb.Tx) (access.Object, error) {
	v, err := s.reply(tx)
	return access.Object{Org: v.Org}, err
}

// reply is the saved reply in the path.
func (s *screen) reply(tx *sqldb.Tx) (org.Reply, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return org.Reply{}, err
	}
	return s.pages.Org.Reply(tx, s.Who.Org, v)
}

// repliesView is what the list shows.
type repliesView struct {
	All         []org.Reply
	Departments []option
}

func showReplies(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.replies")
	var v repliesView
	var err error
	if v.All, err = s.pages.Org.Replies(tx, s.Org.ID); err != nil {
		return nil, err
	}
	v.Departments, err = s.departments(tx)
	return repliesPage(s, v), err
}

// replyView is the form of one saved reply.
type replyView struct {
	org.Reply
	Form        form
	Departments []option
	Preview     string // HTML of our own making
}

func showNewReply(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.reply_add")
	return s.replyPage(tx, replyView{Form: s.form("/manage/replies"), Reply: org.Reply{Locale: s.Org.Locale}})
}

func showReply(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	v, err := s.reply(tx)
	if err != nil {
		return nil, err
	}
	s.Title = v.Name
	return s.replyPage(tx, replyView{Form: s.form("/manage/replies/" + ident.Text(v.ID)), Reply: v})
}

func (s *screen) replyPage(tx *sqldb.Tx, v replyView) (templ.Component, error) {
	said, locale := v.Text, v.Locale
	if v.Form.Opened() {
		said, locale = s.post("text"), s.post("locale")
	}
	v.Preview = text.Markdown(s.filled(said, text.Locale(locale)))
	var err error
	v.Departments, err = s.departments(tx)
	return replyPage(s, v), err
}

// fieldForm is a placeholder of a saved reply: {{customer.name}}.
var fieldForm = regexp.MustCompile(`\{\{\s*([a-z]+\.[a-z_]+)\s*\}\}`)

// fields are those that the composer fills in, with a key that says what each is and an example.
func (s *screen) fields(l text.Locale) []sampleField {
	t := s.pages.Edge.Catalogue.For(l)
	return []sampleField{
		{"customer.name", "manage.field_customer_name", "Sanne de Wit"},
		{"customer.email", "manage.field_customer_email", "sanne@sample.example"},
		{"case.number", "manage.field_case_number", "2026-4817"},
		{"case.subject", "manage.field_case_subject", t.T("manage.sample_subject")},
		{"case.question", "manage.field_case_question", t.T("manage.sample_question")},
		{"agent.name", "manage.field_agent_name", s.Who.Name},
		{"org.name", "manage.field_org_name", s.Org.Name},
		{"promise.text", "manage.field_promise_text", t.T("manage.sample_promise")},
		{"promise.due", "manage.field_promise_due", t.When(s.Now.AddDate(0, 0, 1), s.Now, s.Zone)},
	}
}

type sampleField struct{ Name, Key, Sample string }

// filled puts examples where the fields stand. What is no field stays as it was typed, so that a mistake shows.
func (s *screen) filled(said string, l text.Locale) string {
	all := s.fields(l)
	return fieldForm.ReplaceAllStringFunc(said, func(match string) string {
		for _, f := range all {
			if f.Name == fieldForm.FindStringSubmatch(match)[1] {
				return f.Sample
			}
		}
		return match
	})
}

func saveReply(s *screen) (answer, error) {
	v, done := org.Reply{Name: s.post("name"), Shortcut: s.post("shortcut"), Text: s.post("text"), Locale: s.post("locale")}, "added"
	var err error
	if v.Department, err = chosen[ident.Department](s, "department"); err != nil {
		return answer{}, at("department", err)
	}
	if s.r.PathValue("id") != "" {
		done = "saved"
		if v.ID, err = id[ident.Row](s); err != nil {
			return answer{}, err
		}
	}
	if s.post("step") == "preview" {
		return s.previewReply(v)
	}
	return s.save("/manage/replies", done, func(tx *sqldb.Tx) error {
		if err := s.department(tx, v.Department); err != nil {
			return err
		}
		_, err := s.pages.Org.SaveReply(tx, s.by(), v)
		return placeLength(s, err, map[string]int{"name": 80, "text": 20_000})
	})
}

// previewReply shows the form again with what was typed, and saves nothing.
func (s *screen) previewReply(v org.Reply) (answer, error) {
	s.At, s.Typed = s.r.URL.Path, s.r.PostForm
	show := showNewReply
	if v.ID != 0 {
		show = showReply
	}
	var a answer
	err := s.pages.Edge.DB.Read(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		a.Page, err = show(s, tx)
		return err
	})
	return a, err
}

func removeReply(s *screen) (answer, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/replies", "removed", func(tx *sqldb.Tx) error { return s.pages.Org.RemoveReply(tx, s.by(), v) })
}
