package demo

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/flow"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Span is how long the history of Seed is. The clock of its desk starts this long before now.
const Span = 35 * 24 * time.Hour

// Slug is the name of the organisation in web addresses.
const Slug = "energie-oost"

// Domain is the domain of its mail addresses.
const Domain = "energie-oost.example"

// Main is the address of the desk.
const Main = "klantenservice@" + Domain

// zoneName is where everybody of the demonstration lives.
const zoneName = "Europe/Amsterdam"

// Desk is a desk whose history is made.
type Desk struct {
	DB *sqldb.DB // opened with Clock, best with Fast: it can be made again
	// Flow stands on the same database. None of its loops may run: what follows from a fact is done here, in time.
	Flow   *flow.Flow
	Clock  *clock.Hand // stands before Now; it shows Now when the history is made
	Now    time.Time
	Chance *rand.Rand // the same source gives the same history
	Log    *slog.Logger
}

func (d Desk) check() error {
	if d.DB == nil || d.Flow == nil || d.Clock == nil || d.Chance == nil || d.Now.Before(d.Clock.Now()) {
		return fault.New(fault.Internal, "ground.internal", "demo", "a part is missing, or its clock is past now")
	}
	return nil
}

// house is the organisation and everybody in it.
type house struct {
	org         org.Organisation
	departments map[string]ident.Department
	agents      map[string]access.Account // by first name in lower case
}

// as is who an agent is to the desk.
func (h house) as(name string) (access.Principal, error) {
	a, ok := h.agents[name]
	if !ok {
		return access.Principal{}, fault.New(fault.Internal, "ground.internal", "demo agent", name)
	}
	return access.Principal{Org: a.Org, Agent: a.ID, Name: a.Name, Role: a.Role, Locale: a.Locale, Department: a.Department}, nil
}

// Seed makes the organisation and its history. The clock of the desk shows Now at the end.
func Seed(ctx context.Context, d Desk) error {
	if err := d.check(); err != nil {
		return err
	}
	h, err := found(ctx, d)
	if err != nil {
		return err
	}
	all, err := stories(d)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return err
	}
	p := &play{d: d, house: h, zone: zone, moved: d.Clock.Now(), named: map[string]*story{}}
	p.mail = p.delivery()
	if err := p.perform(ctx, all); err != nil {
		return err
	}
	return p.until(ctx, d.Now)
}
