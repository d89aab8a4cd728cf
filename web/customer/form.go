package customer

import (
	"net/http"
	"net/url"

	"balie/channel"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// field is one field of the form as the page shows it.
type field struct {
	Name     string
	Kind     string // of the input; "area" for a text of several lines
	Complete string // what a browser may fill in (WCAG 2.2, success criterion 1.3.5)
	Most     int
	Optional bool
}

// The fields in their order. Those of the second list are folded away: asked once, never required.
var (
	formFields = []field{
		{Name: "name", Kind: "text", Complete: "name", Most: 120},
		{Name: "email", Kind: "email", Complete: "email", Most: 254},
		{Name: "subject", Kind: "text", Complete: "off", Most: 200},
		{Name: "text", Kind: "area", Complete: "off", Most: 20_000},
	}
	givenFields = []field{
		{Name: "customer_number", Kind: "text", Complete: "off", Most: 100, Optional: true},
		{Name: "postcode", Kind: "text", Complete: "postal-code", Most: 100, Optional: true},
		{Name: "phone", Kind: "tel", Complete: "tel", Most: 100, Optional: true},
	}
)

const trapField = "website"

// formView is the form, empty or with what was typed and what is wrong.
type formView struct {
	*frame
	Typed url.Values
	Wrong map[string]string // by field
	Told  string            // what is wrong with the whole, not with a field
	Files bool              // files were chosen, and must be chosen again
	ID    string
}

// Order lists the fields that are wrong in the order of the page.
func (v formView) Order() []string {
	var names []string
	for _, f := range append(append([]field(nil), formFields...), givenFields...) {
		if v.Wrong[f.Name] != "" {
			names = append(names, f.Name)
		}
	}
	if v.Wrong["file"] != "" {
		names = append(names, "file")
	}
	return names
}

// More says whether the fields that are folded away must be seen.
func (v formView) More() bool {
	for _, f := range givenFields {
		if v.Wrong[f.Name] != "" || v.Typed.Get(f.Name) != "" {
			return true
		}
	}
	return false
}

func (p *Pages) showForm(w http.ResponseWriter, r *http.Request, f *frame) error {
	if err := p.bySlug(r.Context(), f, r.PathValue("slug")); err != nil {
		return err
	}
	f.Title = f.T("customer.form_title", "desk", f.Name())
	p.write(w, r, http.StatusOK, formPage(formView{frame: f, Typed: url.Values{}, ID: f.key()}))
	return nil
}

// hurried is how much is read of a form of somebody who sends too many: the text, so that it can be shown again.
const hurried = 2 << 20

// read takes a form apart. Of somebody who sends too many only the text is read, to be shown again.
func (p *Pages) read(w http.ResponseWriter, r *http.Request, f *frame) (url.Values, []channel.File, error) {
	if p.Source == nil || p.pace.allow(p.Source(r), f.Now) {
		return p.Form.Read(r)
	}
	r.Body = http.MaxBytesReader(w, r.Body, hurried)
	fields, _, _ := p.Form.Read(r) //nolint:errcheck // it is refused anyway
	return fields, nil, fault.New(fault.TooMany, "customer.too_many")
}

func (p *Pages) postForm(w http.ResponseWriter, r *http.Request, f *frame) error {
	if err := p.cross.Check(r); err != nil {
		return fault.Wrap(fault.Invalid, "customer.elsewhere", err)
	}
	fields, files, bad := p.read(w, r, f)
	v := formView{frame: f, Typed: fields, Files: len(files) > 0, ID: fields.Get("id")}
	err := p.bySlug(r.Context(), f, r.PathValue("slug"))
	if fault.Is(err, fault.Unknown) {
		return err
	}
	f.Title = f.T("customer.form_title", "desk", f.Name())
	switch {
	case bad != nil:
		v.Files = true
		return p.formAgain(w, r, v, bad)
	case err != nil:
		return p.formAgain(w, r, v, err)
	}
	if wrong := p.Form.Check(fields); len(wrong) > 0 {
		v.Wrong = make(map[string]string, len(wrong))
		for name, why := range wrong {
			v.Wrong[name] = f.Fault(why)
		}
		v.Told, v.Wrong[trapField] = v.Wrong[trapField], ""
		p.showAgain(w, r, v, http.StatusUnprocessableEntity)
		return nil
	}
	receipt, err := p.accept(r, f, fields, files)
	if err != nil {
		return p.formAgain(w, r, v, err)
	}
	q := url.Values{"n": {receipt.Number}, "t": {p.thanksTag(f.Org.Slug, receipt.Number)}}
	http.Redirect(w, r, string(f.Home())+"thanks?"+q.Encode(), http.StatusSeeOther)
	return nil
}

func (p *Pages) accept(r *http.Request, f *frame, fields url.Values, files []channel.File) (channel.Receipt, error) {
	a := p.Form.Arrival(fields, files)
	a.Org, a.Locale = f.Org.ID, string(f.Locale())
	err := p.DB.Read(r.Context(), func(tx *sqldb.Tx) error {
		sender, err := p.Flow.Org.Sender(tx, f.Org.ID)
		a.To = sender.Address
		return err
	})
	if fault.Is(err, fault.Unknown) {
		return channel.Receipt{}, fault.Wrap(fault.Unavailable, "customer.no_address", err)
	}
	if err != nil {
		return channel.Receipt{}, err
	}
	return p.Form.Accept(r.Context(), a)
}

// formAgain shows the form again with what was typed and what kept it from being accepted.
func (p *Pages) formAgain(w http.ResponseWriter, r *http.Request, v formView, err error) error {
	code := status(err)
	if code >= http.StatusInternalServerError {
		p.Log.Error("a form was not accepted", "error", err)
	}
	known := fault.Of(err)
	said := v.Fault(known)
	switch known.Key {
	case "form.files_many", "form.file_large", "form.files_large":
		v.Wrong = map[string]string{"file": said}
	case "form.email_is_ours":
		v.Wrong = map[string]string{"email": said}
	default:
		v.Told = said
	}
	retry(w, code)
	p.showAgain(w, r, v, code)
	return nil
}

func (p *Pages) showAgain(w http.ResponseWriter, r *http.Request, v formView, code int) {
	if v.ID == "" {
		v.ID = v.key()
	}
	v.Title = v.T("customer.form_wrong_title", "title", v.Title)
	p.write(w, r, code, formPage(v))
}

// thanksTag keeps anybody from asking the thank-you page about numbers that are not theirs.
func (p *Pages) thanksTag(slug, number string) string {
	return p.Signer.Sign("form thanks", slug, number)[:16]
}

func (p *Pages) thanks(w http.ResponseWriter, r *http.Request, f *frame) error {
	if err := p.bySlug(r.Context(), f, r.PathValue("slug")); err != nil {
		return err
	}
	number, tag := r.URL.Query().Get("n"), r.URL.Query().Get("t")
	if number == "" || !same(tag, p.thanksTag(f.Org.Slug, number)) {
		return fault.New(fault.Unknown, "customer.thanks_unknown")
	}
	f.Title = f.T("customer.thanks_title")
	p.write(w, r, http.StatusOK, thanksPage(f, number, f.Org.Settings.Receipt == org.On))
	return nil
}
