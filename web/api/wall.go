package api

import (
	"math"
	"slices"
	"time"

	"balie/channel"
	"balie/domain/insight"
	"balie/domain/promise"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// wallView is everything on the wall in one answer; package insight says of each number what it counts and leaves out.
type wallView struct {
	At           time.Time     `json:"at"`
	Open         bool          `json:"open"`
	ClosesAt     *time.Time    `json:"closes_at"`
	OpensAt      *time.Time    `json:"opens_at"`
	Waiting      []wallWaiting `json:"waiting"`
	Honesty      wallHonesty   `json:"honesty"`
	Promises     wallPromises  `json:"promises"`
	People       wallPeople    `json:"people"`
	Dissatisfied wallUnhappy   `json:"dissatisfied"`
	Arrivals     wallArrivals  `json:"arrivals"`
	Grade        *float64      `json:"grade"`
	Grades       int64         `json:"grades"`
	Closed       int64         `json:"closed"`
}

type wallWaiting struct {
	Channel string     `json:"channel"`
	Live    bool       `json:"live"`
	Count   int64      `json:"count"`
	Since   *time.Time `json:"since"`
}

type wallHonesty struct {
	wallTold
	Least    float64    `json:"least"`
	Most     float64    `json:"most"`
	Channels []wallTold `json:"channels"`
}

// wallTold is a Honesty; the shares and means are null when nobody was told a time.
type wallTold struct {
	Channel  string   `json:"channel"`
	Told     int      `json:"told"`
	Within   *float64 `json:"within"`
	MeanTold *int64   `json:"mean_told"`
	MeanReal *int64   `json:"mean_real"`
	Left     int      `json:"left"`
	Silent   int      `json:"silent"`
}

type wallPromises struct {
	DueHour int64          `json:"due_hour"`
	Broken  int64          `json:"broken"`
	List    []boardPromise `json:"list"`
}

type wallPeople struct {
	Available int           `json:"available"`
	Busy      int           `json:"busy"`
	Away      int           `json:"away"`
	Live      int           `json:"live"`
	List      []workingView `json:"list"`
}

type wallUnhappy struct {
	Count int64        `json:"count"`
	List  []unhappyRow `json:"list"`
}

type unhappyRow struct {
	Case     caseName  `json:"case"`
	Customer named     `json:"customer"`
	Owner    *named    `json:"owner"`
	Since    time.Time `json:"since"`
}

type wallArrivals struct {
	Hours      []wallHour `json:"hours"`
	Hour       int        `json:"hour"`
	Weeks      int        `json:"weeks"`
	Today      int64      `json:"today"`
	UsualByNow float64    `json:"usual_by_now"`
}

type wallHour struct {
	Hour  int     `json:"hour"`
	Count int64   `json:"count"`
	Usual float64 `json:"usual"`
}

// wallRows is how many promises and dissatisfied customers there is room for, wallPeopleMost how many colleagues.
const (
	wallRows       = 12
	wallPeopleMost = 100
)

func readWall(c *call, tx *sqldb.Tx) (any, error) {
	o, err := c.Flow.Org.Load(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	local := tx.Now().In(o.Location())
	y, m, d := local.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, o.Location())
	v := wallView{At: tx.Now(), Waiting: []wallWaiting{}}
	waits, err := insight.WhoWaits(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	for _, w := range waits {
		v.Waiting = append(v.Waiting, wallWaiting{w.Channel, w.Live, w.Count, moment(w.Since)})
	}
	n, err := insight.Look(tx, c.who.Org, midnight)
	if err != nil {
		return nil, err
	}
	v.Promises.DueHour, v.Promises.Broken, v.Dissatisfied.Count = n.DueHour, n.BrokenWaiting, n.Dissatisfied
	v.Closed, v.Grades = n.ClosedToday, n.Grades
	if n.Grades > 0 {
		v.Grade = &n.GradeToday
	}
	for _, part := range []func(*sqldb.Tx, *wallView, time.Time) error{
		c.wallHours, c.wallHonesty, c.wallPromises, c.wallPeople, c.wallUnhappy, c.wallArrivals,
	} {
		if err := part(tx, &v, midnight); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// wallHours says whether we are there for who wants to chat, and until when.
func (c *call) wallHours(tx *sqldb.Tx, v *wallView, _ time.Time) error {
	h, err := c.Flow.Org.Hours(tx, c.who.Org, string(channel.Webchat))
	if err != nil {
		return err
	}
	if v.Open = h.Open(v.At); v.Open {
		v.ClosesAt = moment(h.Closes(v.At))
	} else {
		v.OpensAt = moment(h.Next(v.At))
	}
	return nil
}

func (c *call) wallHonesty(tx *sqldb.Tx, v *wallView, midnight time.Time) error {
	all, channels, err := insight.HonestToday(tx, c.who.Org, midnight)
	v.Honesty = wallHonesty{toldOf(all), insight.GoalLeast, insight.GoalMost, make([]wallTold, len(channels))}
	for i, h := range channels {
		v.Honesty.Channels[i] = toldOf(h)
	}
	return err
}

func toldOf(h insight.Honesty) wallTold {
	v := wallTold{Channel: h.Channel, Told: h.Told, Left: h.Left, Silent: h.Silent}
	if h.Told > 0 {
		told, real := int64(math.Ceil(h.MeanTold.Seconds())), int64(math.Ceil(h.MeanReal.Seconds()))
		v.Within, v.MeanTold, v.MeanReal = &h.Within, &told, &real
	}
	return v
}

func (c *call) wallPromises(tx *sqldb.Tx, v *wallView, _ time.Time) error {
	coming, err := c.Flow.Promise.Coming(tx, c.who.Org, v.At.Add(time.Hour), wallRows)
	if err != nil {
		return err
	}
	if v.Promises.List, err = c.boardPromises(tx, coming); err != nil {
		return err
	}
	answers, err := insight.WhoseAnswerIsDue(tx, c.who.Org, v.At.Add(time.Hour))
	for i := range answers {
		p := answerPromise(&answers[i], v.At)
		if p.Status == promise.Broken {
			v.Promises.Broken++
		} else {
			v.Promises.DueHour++
		}
		v.Promises.List = append(v.Promises.List, p)
	}
	slices.SortStableFunc(v.Promises.List, func(a, b boardPromise) int { return a.Due.Compare(b.Due) })
	v.Promises.List = v.Promises.List[:min(len(v.Promises.List), wallRows)]
	return err
}

// answerPromise is an answer as the promise that it is: by when it comes was told.
func answerPromise(a *insight.Awaited, now time.Time) boardPromise {
	p := boardPromise{
		ID: "answer " + ident.Text(a.Case), Case: caseName{ID: ident.Text(a.Case), Number: a.Number, Subject: a.Subject}, Due: a.Due, Status: promise.Open,
	}
	if a.Owner != 0 {
		p.Owner = &named{ident.Text(a.Owner), a.OwnerName}
	}
	if !a.Due.After(now) {
		p.Status = promise.Broken
	}
	return p
}

func (c *call) wallPeople(tx *sqldb.Tx, v *wallView, _ time.Time) error {
	accounts, err := c.Flow.Access.Accounts(tx, c.who.Org)
	if err != nil {
		return err
	}
	all, err := c.working(tx, accounts)
	if err != nil {
		return err
	}
	for _, a := range all {
		v.People.Live += a.Live
		switch a.State {
		case staff.Available:
			v.People.Available++
		case staff.Busy:
			v.People.Busy++
		default:
			v.People.Away++
		}
	}
	v.People.List = all[:min(len(all), wallPeopleMost)]
	return nil
}

func (c *call) wallUnhappy(tx *sqldb.Tx, v *wallView, _ time.Time) error {
	list, err := insight.WhoIsUnhappy(tx, c.who.Org, wallRows)
	v.Dissatisfied.List = make([]unhappyRow, len(list))
	for i, u := range list {
		r := unhappyRow{
			Case: caseName{ident.Text(u.Case), u.Number, u.Subject}, Customer: named{ident.Text(u.Party), u.Customer}, Since: u.Since,
		}
		if u.Owner != 0 {
			r.Owner = &named{ident.Text(u.Owner), u.OwnerName}
		}
		v.Dissatisfied.List[i] = r
	}
	return err
}

func (c *call) wallArrivals(tx *sqldb.Tx, v *wallView, midnight time.Time) error {
	day, err := c.arrivals.Of(tx, c.who.Org, midnight)
	v.Arrivals = wallArrivals{
		Hours: make([]wallHour, len(day.Hours)), Hour: v.At.In(midnight.Location()).Hour(), Weeks: day.Weeks, Today: day.N, UsualByNow: day.UsualByNow,
	}
	for i, h := range day.Hours {
		v.Arrivals.Hours[i] = wallHour{i, h.N, h.Usual}
	}
	return err
}
