package manage_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func (d *desk) organisation(s *side) org.Organisation {
	return got(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.org.Load(tx, s.org.ID) })
}

// settings is the form of the organisation as the page shows it, with changes. Pairs: name, value.
func settings(changes ...string) []string {
	form := map[string]string{
		"name": "Energie Oost", "locale": "nl", "zone": "Europe/Amsterdam", "silence": "3", "close": "4", "chat_reply": "60", "receipt": "on",
		"sender_name": "", "contact": "", "accent": "", "public_url": "",
	}
	for i := 0; i+1 < len(changes); i += 2 {
		form[changes[i]] = changes[i+1]
	}
	var pairs []string
	for name, value := range form {
		if value != "-" {
			pairs = append(pairs, name, value)
		}
	}
	return pairs
}

func TestSettingsAreKeptAndShownAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		p := b.done("/manage/organisation", settings("name", "Energie Ooster", "accent", "#12566B", "silence", "0,5", "close", "10",
			"receipt", "-", "remote_images", "on", "contact", "Bel 000 000 00 00", "sender_name", "Oost Service", "chat_reply", "90")...)
		if !strings.Contains(p.body, "Bewaard.") || !strings.Contains(p.body, "Energie Ooster") || !strings.Contains(p.body, `value="0,5"`) {
			t.Error(words(p.body))
		}
		o := d.organisation(d.east)
		if s := o.Settings; s.SilenceAfter != 12*time.Hour || s.CloseAfter != 240*time.Hour || s.Receipt != org.Off || s.RemoteImages != org.On ||
			s.Accent != "#12566b" || s.ChatReply != 90*time.Second || s.Contact != "Bel 000 000 00 00" || o.Sender() != "Oost Service" {
			t.Errorf("%+v", o)
		}
		if d.organisation(d.west).Name != "Energie West" {
			t.Error("another organisation changed")
		}
	})
}

func TestARefusedFormKeepsWhatWasTypedAndSaysWhereItIsWrong(t *testing.T) {
	d := newDesk(t, sqlite(t))
	b := d.admin()
	for _, x := range []struct{ field, value, says string }{
		{"accent", "#ffee88", "org.accent_too_light"},
		{"accent", "petrol", "org.accent_unreadable"},
		{"name", " ", "org.name_missing"},
		{"zone", "Mars/Base", "org.zone_unknown"},
		{"silence", "lang", "manage.days_unreadable"},
		{"close", "400", "org.silence_out_of_range"},
		{"public_url", "help", "org.public_url_unusable"},
		{"chat_reply", "5", "org.chat_reply_out_of_range"},
		{"chat_reply", "snel", "org.chat_reply_out_of_range"},
	} {
		p := b.refused(x.says, "/manage/organisation", settings(x.field, x.value, "contact", "Dit typte ik")...)
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "Dit typte ik") ||
			!strings.Contains(p.body, `id="organisation-`+x.field+`-wrong"`) || !strings.Contains(p.body, `href="#organisation-`+x.field+`"`) {
			t.Errorf("%s=%q: %d\n%s", x.field, x.value, p.status, words(p.body))
		}
	}
	if o := d.organisation(d.east); o.Settings.Contact != "" || o.Name != "Energie Oost" {
		t.Errorf("something was saved: %+v", o)
	}
}

func TestOwnWordsAreCheckedPreviewedSavedAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		const path = "/manage/texts/mail.receipt_number"
		own := []string{"nl", "Onthoud {number} maar niet.", "en", "Do not remember {number}."}
		if p := b.post(path, append(own, "step", "preview")...); p.status != http.StatusOK || !strings.Contains(p.body, "Onthoud 2026-4817 maar niet.") {
			t.Error(p.status, words(p.body))
		}
		if len(d.organisation(d.east).Settings.Wording) != 0 {
			t.Error("a preview saved something")
		}
		b.refused("text.unknown_placeholder", path, "nl", "Onthoud {nummer}", "en", "x")
		p := b.done(path, own...)
		if w := d.organisation(d.east).Settings.Wording; w["nl"]["mail.receipt_number"] != own[1] || w["en"]["mail.receipt_number"] != own[3] {
			t.Errorf("%v", w)
		}
		if !strings.Contains(p.body, "Terug naar onze tekst") || !strings.Contains(b.get("/manage/texts").body, "Onthoud {number} maar niet.") {
			t.Error(words(p.body))
		}
		facts := d.facts(d.east)
		if b.done(path, own...); d.facts(d.east) != facts {
			t.Error("saving the same text again is a change")
		}
		b.done(path + "/reset")
		if w := d.organisation(d.east).Settings.Wording; len(w["nl"]) != 0 || len(w["en"]) != 0 {
			t.Errorf("%v", w)
		}
	})
}

func TestDepartmentsAndAddresses(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		b.done("/manage/departments", "name", "Facturen")
		b.refused("org.department_exists", "/manage/departments", "name", "Facturen")
		b.done("/manage/departments/"+ident.Text(d.east.dept.ID), "name", "Storingsdienst")
		if p := b.get("/manage/departments"); !strings.Contains(p.body, "Storingsdienst") || !strings.Contains(p.body, "Facturen") {
			t.Error(words(p.body))
		}
		b.refused("org.address_unusable", "/manage/addresses", "address", "balie+x@energie-oost.example")
		b.refused("org.address_taken", "/manage/addresses", "address", d.west.address.Address)
		b.refused("org.not_found", "/manage/addresses", "address", "x@energie-oost.example", "department", ident.Text(d.west.dept.ID))
		b.done("/manage/addresses", "address", "Facturen@energie-oost.example", "department", ident.Text(d.east.dept.ID), "sender", "on")
		all := got(d, func(tx *sqldb.Tx) ([]org.Address, error) { return d.org.Addresses(tx, d.east.org.ID) })
		if len(all) != 2 || all[0].Address != "facturen@energie-oost.example" || !all[0].Sender || all[0].Department != d.east.dept.ID {
			t.Errorf("%+v", all)
		}
		b.refused("org.address_is_sender", "/manage/addresses/"+ident.Text(all[0].ID)+"/removal")
		b.done("/manage/addresses/" + ident.Text(all[1].ID) + "/removal")
		b.done("/manage/departments/" + ident.Text(d.east.dept.ID) + "/removal")
		if p := b.get("/manage/addresses"); strings.Contains(p.body, "Storingsdienst") || strings.Contains(p.body, all[1].Address) {
			t.Error(words(p.body))
		}
	})
}

// imap is the form of a mailbox, with changes.
func imap(changes ...string) []string {
	return append([]string{
		"address", "klantenservice@energie-oost.example", "host", "imap.energie-oost.example", "port", "993", "tls", "implicit",
		"user", "desk-energie-oost", "auth", "password", "folder", "INBOX", "active", "on",
	}, changes...)
}

func TestAMailboxKeepsItsPasswordOnlyForTheSameServer(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		path := "/manage/mailboxes/" + ident.Text(d.east.mailbox.ID)
		read := func() org.Mailbox {
			return got(d, func(tx *sqldb.Tx) (org.Mailbox, error) { return d.org.Mailbox(tx, d.east.org.ID, d.east.mailbox.ID) })
		}
		p := b.done(path, imap()...)
		if read().Credentials.Password.Reveal() != "zeer-geheim-energie-oost" || strings.Contains(p.body, "zeer-geheim") {
			t.Error("the password was lost or shown")
		}
		elsewhere := imap()
		elsewhere[3] = "imap.elsewhere.example"
		p = b.refused("manage.mailbox_secret_again", path, elsewhere...)
		if !strings.Contains(p.body, `value="imap.elsewhere.example"`) || read().Host != "imap.energie-oost.example" {
			t.Error("not kept as typed, or saved")
		}
		b.done(path, append(elsewhere, "password", "ander geheim")...)
		if m := read(); m.Host != "imap.elsewhere.example" || m.Credentials.Password.Reveal() != "ander geheim" {
			t.Error("new server and password were not saved")
		}
		b.refused("org.mailbox_host_unusable", path, imap("password", "x")[:5]...)
		p = b.post("/manage/mailboxes", imap("password", "nieuw")...)
		if p.status != http.StatusSeeOther || !strings.HasPrefix(p.to(), "/manage/mailboxes/") {
			t.Fatal(p.status, words(p.body))
		}
	})
}

func TestTheConnectionOfAMailboxIsTestedAndTheAnswerShown(t *testing.T) {
	d := newDesk(t, sqlite(t))
	b := d.admin()
	path := "/manage/mailboxes/" + ident.Text(d.east.mailbox.ID) + "/test"
	if p := b.post(path); p.status != http.StatusOK || !strings.Contains(p.body, "De server liet ons binnen") {
		t.Error(p.status, words(p.body))
	}
	if len(d.outside.asked) != 1 || d.outside.asked[0].Credentials.Password.Reveal() != "zeer-geheim-energie-oost" {
		t.Errorf("%+v", d.outside.asked)
	}
	d.outside.mailbox = fault.Wrap(fault.Unavailable, "email.refused", errors.New("NO [AUTHENTICATIONFAILED] <b>no</b>"))
	if p := b.post(path); !strings.Contains(p.body, "[AUTHENTICATIONFAILED] &lt;b&gt;no&lt;/b&gt;") {
		t.Error(words(p.body))
	}
}

func TestAMailKeyShowsTheRecordToPublish(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		b.refused("org.key_name_unusable", "/manage/keys", "domain", "not a domain", "selector", "x", "algorithm", "ed25519")
		p := b.done("/manage/keys", "domain", "energie-oost.example", "selector", "Winter-26", "algorithm", "ed25519")
		if !strings.Contains(p.body, "winter-26._domainkey.energie-oost.example") || !strings.Contains(p.body, "v=DKIM1; k=ed25519; p=") {
			t.Error(words(p.body))
		}
		path := "/manage/keys/" + ident.Text(d.east.key.ID)
		if p := b.done(path + "/use"); !strings.Contains(p.body, "wordt nu ondertekend") {
			t.Error(words(p.body))
		}
		if p := b.get("/manage/"); !strings.Contains(p.body, "Mail van energie-oost.example is ondertekend") {
			t.Error(words(p.body))
		}
		b.done(path + "/removal")
	})
}

func TestTheWeekHasTwoSpansADayAndSaysWhenTheDeskIsOpen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Lead])
		if p := b.get("/manage/hours"); !strings.Contains(words(p.body), "Nu open Tot 17.00 uur.") {
			t.Error(words(p.body))
		}
		p := b.done("/manage/hours", "channel", "email", "day5-1", "08:00", "day5-2", "12:30", "day5-3", "19:00", "day5-4", "00:00")
		if !strings.Contains(words(p.body), "Nu dicht Open vanaf 19.00 uur.") { // it is 13.00 in Amsterdam
			t.Error(words(p.body))
		}
		h := got(d, func(tx *sqldb.Tx) (org.Hours, error) { return d.org.Hours(tx, d.east.org.ID, "email") })
		if want := []org.Span{{From: 480, To: 750}, {From: 1140, To: 1440}}; len(h.Week[5]) != 2 || h.Week[5][0] != want[0] || h.Week[5][1] != want[1] {
			t.Errorf("%v", h.Week)
		}
		for says, typed := range map[string][4]string{
			"org.hours_out_of_order": {"17:00", "09:00", "", ""}, "org.hours_overlap": {"09:00", "12:00", "11:00", "13:00"}, "manage.time_unreadable": {"09:00", "", "", ""},
		} {
			p := b.refused(says, "/manage/hours", "channel", "email", "day1-1", typed[0], "day1-2", typed[1], "day1-3", typed[2], "day1-4", typed[3])
			if !strings.Contains(p.body, `value="`+typed[0]+`"`) || !strings.Contains(p.body, `aria-invalid="true"`) {
				t.Error("not shown as typed: " + says)
			}
		}
		if p := b.done("/manage/hours/removal", "channel", "email"); !strings.Contains(p.body, "Nu open") || !strings.Contains(p.body, "volgt") {
			t.Error(words(p.body))
		}
	})
}

func TestHolidaysCloseTheDesk(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Lead])
		p := b.done("/manage/holidays", "date", "2026-11-20", "name", "Dag van de balie")
		if !strings.Contains(words(p.body), "Nu dicht Dag van de balie. Open vanaf") || !strings.Contains(p.body, "20 november 2026") {
			t.Error(words(p.body))
		}
		p = b.done("/manage/holidays", "date", "2026-11-20", "name", "Dag van de balie", "holiday-1", "10:00", "holiday-2", "14:00")
		if !strings.Contains(words(p.body), "Nu open") || !strings.Contains(p.body, "10:00–14:00") {
			t.Error(words(p.body))
		}
		b.refused("org.holiday_date_unusable", "/manage/holidays", "date", "morgen", "name", "x")
		b.done("/manage/holidays/2026-11-20/removal")
		if p := b.post("/manage/holidays/2026-11-20/removal"); p.status != http.StatusNotFound {
			t.Error(p.status)
		}
	})
}

func TestAnswerTimesAreSetAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		if p := b.get("/manage/targets"); !strings.Contains(words(p.body), "Alle vragen8 uur") {
			t.Errorf("the usual time does not stand there: %s", words(p.body))
		}
		if p := b.done("/manage/targets", "department", "", "channel", "form", "minutes", "120"); !strings.Contains(words(p.body), "Formulier2 uur") {
			t.Errorf("two hours for the form: %s", words(p.body))
		}
		for _, typed := range []string{"", "-1", "99999999", "x"} {
			b.refused("org.target_range", "/manage/targets", "department", "", "channel", "form", "minutes", typed)
		}
		if p := b.post("/manage/targets", "department", "12345", "channel", "form", "minutes", "60"); p.status != http.StatusNotFound {
			t.Errorf("a department of nobody: %d", p.status)
		}
		if p := b.done("/manage/targets/removal", "department", "", "channel", "form"); strings.Contains(words(p.body), "Formulier2 uur") {
			t.Error("it is still there after it was taken back")
		}
	})
}
