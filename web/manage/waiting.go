package manage

import (
	"fmt"
	"math"
	"time"

	"github.com/a-h/templ"

	"balie/domain/insight"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// periods are those that one can look back over, in days.
var periods = []int{7, 28, 90}

// waitingView is what the page about waiting shows.
type waitingView struct {
	Days   int
	Honest []insight.Honesty
	Prompt []insight.Promptness
	Stays  insight.Stays
	Fair   insight.Fairness
	units  map[ident.Department]string
}

func showWaiting(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.waiting")
	v := waitingView{Days: periods[1]}
	for _, d := range periods {
		if s.query("days") == fmt.Sprint(d) {
			v.Days = d
		}
	}
	from := s.Now.AddDate(0, 0, -v.Days)
	var err error
	if v.Honest, err = insight.HowHonest(tx, s.Org.ID, from, s.Now); err != nil {
		return nil, err
	}
	if v.Stays, err = insight.HowStaysWent(tx, s.Org.ID, from, s.Now); err != nil {
		return nil, err
	}
	if v.Prompt, err = insight.HowPrompt(tx, s.Org.ID, from, s.Now); err != nil {
		return nil, err
	}
	if v.Fair, err = insight.HowFair(tx, s.Org.ID, from, s.Now); err != nil {
		return nil, err
	}
	all, err := s.pages.Org.Departments(tx, s.Org.ID)
	v.units = departmentNames(all)
	return waitingPage(s, v), err
}

func departmentNames(all []org.Department) map[ident.Department]string {
	names := make(map[ident.Department]string, len(all))
	for _, d := range all {
		names[d.ID] = d.Name
	}
	return names
}

// percent writes a share as people say it.
func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// lasting writes how long something took: minutes and seconds, or hours and minutes.
func lasting(d time.Duration) string {
	d = d.Round(time.Second)
	if d >= time.Hour {
		return fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

// told writes a time that is only known when somebody was told one.
func told(h insight.Honesty, d time.Duration) string {
	if h.Told == 0 {
		return "–"
	}
	return lasting(d)
}

// groupName says which group a line is about.
func (v waitingView) groupName(s *screen, g insight.Group) string {
	switch g.By {
	case "channel":
		return s.orKey("manage.channel_", g.Name)
	case "tag":
		return "#" + g.Name
	case "department":
		id, err := ident.Parse[ident.Department](g.Name)
		if name, ok := v.units[id]; err == nil && ok {
			return name
		}
		return s.T("manage.waiting_no_department")
	}
	return s.T("manage.waiting_" + g.By + "_" + g.Name)
}

// verdict says in a word how good a share is.
func verdict(h insight.Honesty) string {
	switch {
	case h.Told < insight.AlarmLeast:
		return "manage.waiting_few"
	case h.Fair():
		return "manage.waiting_honest"
	case h.Within < insight.GoalLeast:
		return "manage.waiting_rosy"
	}
	return "manage.waiting_gloomy"
}

// scale is a strip from nothing to all, with the goal as a band and the measure as a mark: drawn by the server, in the
// colours of the page.
func scale(label string, share float64) templ.Component {
	const width = 200.0
	x := math.Min(math.Max(share, 0), 1) * width
	return templ.Raw(fmt.Sprintf(`<svg class="scale" role="img" aria-label="%s" viewBox="0 0 %g 16" width="%g" height="16">`+
		`<rect class="scale-all" x="0" y="6" width="%g" height="4" rx="2"/>`+
		`<rect class="scale-goal" x="%.1f" y="3" width="%.1f" height="10" rx="2"/>`+
		`<rect class="scale-mark" x="%.1f" y="0" width="3" height="16" rx="1.5"/></svg>`,
		templ.EscapeString(label), width, width, width, insight.GoalLeast*width, (insight.GoalMost-insight.GoalLeast)*width, x-1.5))
}

// periodMark marks the period that is shown.
func periodMark(shown bool) templ.Attributes {
	if shown {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}
