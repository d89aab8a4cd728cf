package manage

import (
	"strings"

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

// samples are an example for each field that the composer fills in.
func (s *screen) samples(l text.Locale) map[org.Field]string {
	t := s.pages.Edge.Catalogue.For(l)
	return map[org.Field]string{
		org.CustomerName: "Sanne de Wit", org.CustomerEmail: "sanne@sample.example", org.CaseNumber: "2026-4817",
		org.CaseSubject: t.T("manage.sample_subject"), org.CaseQuestion: t.T("manage.sample_question"),
		org.AgentName: s.Who.Name, org.OrgName: s.Org.Name, org.PromiseText: t.T("manage.sample_promise"),
		org.PromiseDue: t.When(s.Now.AddDate(0, 0, 1), s.Now, s.Zone),
	}
}

// sampleField is a field with a key that says what it is, and an example.
type sampleField struct{ Name, Key, Sample string }

func (s *screen) fields(l text.Locale) (all []sampleField) {
	samples := s.samples(l)
	for _, f := range org.Fields() {
		all = append(all, sampleField{string(f), "manage.field_" + strings.ReplaceAll(string(f), ".", "_"), samples[f]})
	}
	return all
}

// filled puts examples where the fields stand.
func (s *screen) filled(said string, l text.Locale) string { return org.Fill(said, s.samples(l)) }

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
