package org

import (
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Target is what customers are promised about written questions (a service level): the first answer within so much
// opening time.
type Target struct {
	Department ident.Department // zero: every department
	Channel    string           // empty: every written channel
	Answer     time.Duration    // opening time, in whole minutes; zero: nothing is promised
}

// UsualAnswer is the target of an organisation that has set none: a working day.
const UsualAnswer = 8 * time.Hour

// Targets are those of an organisation. The one for everything is always there.
type Targets []Target

// For is how much opening time an answer to a question in this department and on this channel may take; zero when
// nothing is promised. The department counts more than the channel.
func (all Targets) For(d ident.Department, channel string) time.Duration {
	answer, best := UsualAnswer, -1
	for _, t := range all {
		if (t.Department != 0 && t.Department != d) || (t.Channel != "" && t.Channel != channel) {
			continue
		}
		fits := 0
		if t.Department != 0 {
			fits += 2
		}
		if t.Channel != "" {
			fits++
		}
		if fits > best {
			answer, best = t.Answer, fits
		}
	}
	return answer
}

// MostAnswer is the longest target: four working weeks.
const MostAnswer = 160 * time.Hour

// Targets lists the targets of an organisation, the most general first.
func (r *Room) Targets(tx *sqldb.Tx, org ident.Org) (Targets, error) {
	return sqldb.All(tx, func(r sqldb.Row, t *Target) error {
		var minutes int64
		err := r.Scan(&t.Department, &t.Channel, &minutes)
		t.Answer = time.Duration(minutes) * time.Minute
		return err
	}, `select department, channel, minutes from target where org = $1 order by department, channel`, org)
}

// SetTarget sets one target, in the place of an earlier one for the same.
func (r *Room) SetTarget(tx *sqldb.Tx, by By, t Target) error {
	if t.Answer < 0 || t.Answer > MostAnswer || t.Answer%time.Minute != 0 {
		return fault.New(fault.Invalid, "org.target_range", "most", int(MostAnswer/time.Hour))
	}
	if err := r.checkDepartment(tx, by.Org, t.Department); err != nil {
		return err
	}
	if _, err := tx.Exec(`insert into target (org, department, channel, minutes) values ($1, $2, $3, $4)
		on conflict (org, department, channel) do update set minutes = excluded.minutes`,
		by.Org, t.Department, t.Channel, int64(t.Answer/time.Minute)); err != nil {
		return err
	}
	return r.changed(tx, by, ChangedFact{About: AboutTarget, Did: Changed, Name: t.Channel})
}

// DropTarget takes a target back; what is more general counts again.
func (r *Room) DropTarget(tx *sqldb.Tx, by By, d ident.Department, channel string) error {
	n, err := tx.Exec(`delete from target where org = $1 and department = $2 and channel = $3`, by.Org, d, channel)
	if err != nil || n == 0 {
		return err
	}
	return r.changed(tx, by, ChangedFact{About: AboutTarget, Did: Removed, Name: channel})
}
