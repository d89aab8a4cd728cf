package org

import (
	"encoding/json"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// OfficeWeek is what a new organisation starts with: Monday to Friday from nine to five.
func OfficeWeek() Week {
	var w Week
	for day := 1; day <= 5; day++ {
		w[day] = []Span{{9 * 60, 17 * 60}}
	}
	return w
}

func saveWeek(tx *sqldb.Tx, org ident.Org, channel string, w Week) error {
	_, err := tx.Exec(`insert into hours (org, channel, week) values ($1, $2, $3)
		on conflict (org, channel) do update set week = excluded.week`, org, channel, spansText(w))
	return err
}

// Hours are the opening hours of a channel, with the holidays of its organisation. A channel without hours of its own
// has those of channel "".
func (r *Room) Hours(tx *sqldb.Tx, org ident.Org, channel string) (Hours, error) {
	o, err := r.Load(tx, org)
	if err != nil {
		return Hours{}, err
	}
	h := Hours{Zone: o.Location(), Holidays: make(map[string]Holiday)}
	weeks, err := sqldb.All(tx, scanJSON[Week], `select week from hours where org = $1 and channel in ($2, '')
		order by channel desc limit 1`, org, channel)
	if err != nil {
		return h, err
	}
	if len(weeks) > 0 {
		h.Week = weeks[0]
	}
	days, err := r.Holidays(tx, org)
	for _, d := range days {
		h.Holidays[d.Date] = d
	}
	return h, err
}

// Channels lists the channels with hours of their own.
func (r *Room) Channels(tx *sqldb.Tx, org ident.Org) ([]string, error) {
	return sqldb.All(tx, func(r sqldb.Row, s *string) error { return r.Scan(s) },
		`select channel from hours where org = $1 and channel <> '' order by channel`, org)
}

// SetWeek saves the weekly hours of a channel; channel "" is for all channels without their own.
func (r *Room) SetWeek(tx *sqldb.Tx, by By, channel string, w Week) error {
	w, err := w.check()
	if err != nil {
		return err
	}
	if err := saveWeek(tx, by.Org, channel, w); err != nil {
		return err
	}
	return r.changed(tx, by, ChangedFact{About: AboutHours, Did: Changed, Name: channel})
}

// DropWeek lets a channel follow the hours of channel "" again.
func (r *Room) DropWeek(tx *sqldb.Tx, by By, channel string) error {
	n, err := tx.Exec(`delete from hours where org = $1 and channel = $2 and channel <> ''`, by.Org, channel)
	if err != nil || n == 0 {
		return err
	}
	return r.changed(tx, by, ChangedFact{About: AboutHours, Did: Removed, Name: channel})
}

// Holidays lists the holidays, by date.
func (r *Room) Holidays(tx *sqldb.Tx, org ident.Org) ([]Holiday, error) {
	return sqldb.All(tx, func(r sqldb.Row, d *Holiday) error {
		var spans string
		if err := r.Scan(&d.Date, &d.Name, &spans); err != nil {
			return err
		}
		return json.Unmarshal([]byte(spans), &d.Spans)
	}, `select date, name, spans from holiday where org = $1 order by date`, org)
}

// SetHoliday saves a holiday; the date says which one.
func (r *Room) SetHoliday(tx *sqldb.Tx, by By, d Holiday) error {
	d, err := d.check()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`insert into holiday (org, date, name, spans) values ($1, $2, $3, $4)
		on conflict (org, date) do update set name = excluded.name, spans = excluded.spans`,
		by.Org, d.Date, d.Name, spansText(d.Spans)); err != nil {
		return err
	}
	return r.changed(tx, by, ChangedFact{About: AboutHoliday, Did: Changed, ID: d.Date, Name: d.Name})
}

// RemoveHoliday makes a date an ordinary weekday.
func (r *Room) RemoveHoliday(tx *sqldb.Tx, by By, date string) error {
	n, err := tx.Exec(`delete from holiday where org = $1 and date = $2`, by.Org, date)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Unknown, "org.not_found")
	}
	return r.changed(tx, by, ChangedFact{About: AboutHoliday, Did: Removed, ID: date})
}

func scanJSON[T any](r sqldb.Row, v *T) error {
	var s string
	if err := r.Scan(&s); err != nil {
		return err
	}
	return json.Unmarshal([]byte(s), v)
}
