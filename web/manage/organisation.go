package manage

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// zones are those that a browser offers; any other IANA name may be typed.
var zones = []string{
	"Europe/Amsterdam", "Europe/Brussels", "Europe/Berlin", "Europe/London", "Europe/Paris", "America/Curacao", "America/Aruba",
	"America/Paramaribo", "America/New_York", "UTC",
}

func (s *screen) languages() []option {
	return []option{{"nl", s.T("manage.dutch")}, {"en", s.T("manage.english")}}
}

func showOrganisation(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.organisation")
	return organisationPage(s, s.form("/manage/organisation"), s.Org), nil
}

// accentSays is how well the accent can be read.
func (s *screen) accentSays(c org.Colour) string {
	if c == "" {
		return s.T("manage.accent_own")
	}
	return s.T("manage.accent_contrast", "contrast", s.Number(math.Floor(org.Contrast(c, "#ffffff")*10)/10, 1))
}

func saveOrganisation(s *screen) (answer, error) {
	silence, err := s.days("silence")
	if err != nil {
		return answer{}, err
	}
	closing, err := s.days("close")
	if err != nil {
		return answer{}, err
	}
	reply, err := s.seconds("chat_reply")
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/organisation", "saved", func(tx *sqldb.Tx) error {
		o, err := s.pages.Org.Load(tx, s.Who.Org)
		if err != nil {
			return err
		}
		o.Name, o.Locale, o.Zone = s.post("name"), s.post("locale"), s.post("zone")
		o.Settings.SilenceAfter, o.Settings.CloseAfter, o.Settings.ChatReply = silence, closing, reply
		o.Settings.Accent, o.Settings.Contact = org.Colour(s.post("accent")), s.post("contact")
		o.Settings.SenderName, o.Settings.PublicURL = s.post("sender_name"), s.post("public_url")
		o.Settings.Receipt, o.Settings.RemoteImages = choice(s.post("receipt")), choice(s.post("remote_images"))
		return placeLength(s, s.pages.Org.Change(tx, s.Who.Actor(), o), map[string]int{"name": 120, "sender_name": 120, "contact": 2000})
	})
}

func choice(ticked string) org.Choice {
	if ticked == "on" {
		return org.On
	}
	return org.Off
}

// days reads a number of days; the room says what is too short or too long.
func (s *screen) days(name string) (time.Duration, error) {
	n, err := strconv.ParseFloat(strings.Replace(s.post(name), ",", ".", 1), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 10_000 {
		return 0, at(name, fault.New(fault.Invalid, "manage.days_unreadable"))
	}
	d := time.Duration(math.Round(n*24)) * time.Hour
	if d < time.Hour || d > 90*24*time.Hour {
		return 0, at(name, fault.New(fault.Invalid, "org.silence_out_of_range", "least_hours", 1, "most_days", 90))
	}
	return d, nil
}

// seconds reads a number of seconds; the room says what is too short or too long.
func (s *screen) seconds(name string) (time.Duration, error) {
	n, err := strconv.Atoi(s.post(name))
	if err != nil || n < 0 || n > 100_000 {
		return 0, at(name, fault.New(fault.Invalid, "org.chat_reply_out_of_range"))
	}
	return time.Duration(n) * time.Second, nil
}

// inDays is a time as it stands in the form.
func (s *screen) inDays(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(d / (24 * time.Hour)))
	}
	return s.Number(math.Round(d.Hours()/24*100)/100, -1)
}

// placeLength finds the field that is too long or not on one line: the room does not say which.
func placeLength(s *screen, err error, limits map[string]int) error {
	if err == nil {
		return nil
	}
	key := fault.Of(err).Key
	for name, most := range limits {
		typed := s.post(name)
		if key == "org.text_too_long" && len([]rune(typed)) > most || key == "org.text_not_one_line" && strings.ContainsAny(typed, "\r\n\t") {
			return at(name, err)
		}
	}
	return err
}
