package fake

import (
	"net/http"
	"time"
)

// usual is how many cases come in per hour on an ordinary day, from midnight on.
var usual = [24]float64{0, 0, 0, 0, 0, 0, 1.5, 6, 21.25, 38, 44.5, 41, 33.25, 37.75, 40, 36.5, 27, 12.25, 5, 4.5, 3, 2, 1, 0}

// wall is a busy desk, or one where nobody has come yet.
func (d *Desk) wall(w http.ResponseWriter, _ *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	told := func(channel string, n int, within any, said, was any, left int) object {
		return object{"channel": channel, "told": n, "within": within, "mean_told": said, "mean_real": was, "left": left, "silent": 2}
	}
	v := object{
		"at": stamp(now), "open": false, "closes_at": nil, "opens_at": d.ahead(11), "waiting": []object{}, "promises": object{"due_hour": 0, "broken": 0, "list": []object{}},
		"people":       object{"available": 0, "busy": 0, "away": 0, "live": 0, "list": []object{}},
		"dissatisfied": object{"count": 0, "list": []object{}}, "grade": nil, "grades": 0, "closed": 0, "arrivals": arrivals(now.Hour(), false),
	}
	honest := told("", 0, nil, nil, nil, 0)
	channels := []object{}
	if d.o.State != "empty" {
		d.fillWall(v)
		honest, channels = told("", 81, 0.9012, 148, 121, 4), []object{told("webchat", 64, 0.9062, 154, 118, 3), told("phone", 17, 0.8823, 126, 131, 1)}
	}
	honest["least"], honest["most"], honest["channels"] = 0.88, 0.92, channels
	v["honesty"] = honest
	answer(w, 200, v)
}

func (d *Desk) fillWall(v object) {
	waits := func(channel string, live bool, n, minutes int) object {
		return object{"channel": channel, "live": live, "count": n, "since": d.ago(minutes)}
	}
	v["open"], v["closes_at"], v["opens_at"] = true, stamp(d.now().Add(3*time.Hour)), nil
	v["waiting"] = []object{waits("webchat", true, 5, 3), waits("phone", true, 2, 1), waits("email", false, 31, 188), waits("form", false, 12, 95)}
	promise := func(id, text string, minutes float64, owner any, about string) object {
		state := "open"
		if minutes < 0 {
			state = "broken"
		}
		return object{"id": id, "case": object{"id": "4817", "number": "2026-4817", "subject": about}, "text": text, "due": d.ahead(minutes / 60), "owner": owner, "status": state}
	}
	joris, maaike, amina := named("12", "Joris Bakker"), named("11", "Maaike Vos"), named("13", "Amina Haddad")
	v["promises"] = object{"due_hour": 5, "broken": 2, "list": []object{
		promise("1", "Terugbellen over de dubbele afschrijving", -64.5, nil, "Dubbele afschrijving"), promise("2", "Foto van de meter nakijken", -20.5, maaike, "Foto van de meter"),
		promise("3", "Uitslag van de meting mailen", 8.5, joris, "Zonnepanelen aanmelden"), promise("4", "Monteur na vijven regelen", 22.5, amina, "Monteur na vijven"),
		promise("5", "Nieuw termijnbedrag doorgeven", 31.5, maaike, "Termijnbedrag te hoog"), promise("6", "Contract overzetten op de naam van de partner", 47.5, joris, "Contract op naam van partner"), promise("7", "Bellen over de verhuizing", 58.5, maaike, "Verhuizing per 1 december"),
	}}
	names := []string{"Noor Peters", "Bram de Wit", "Yara Aydin", "Koen Smeets", "Lisa Hendriks", "Omar Bouzid", "Eva Brouwer", "Tim Kuipers"}
	people := d.atDesk()
	for i, name := range names {
		state := []string{"available", "available", "busy", "available"}[i%4]
		people = append(people, object{"id": name, "name": name, "state": state, "reason": map[string]string{"busy": "Aan de telefoon"}[state], "since": d.ago(30), "present": true, "chats": 2 + i%3, "live": i % 3})
	}
	v["people"] = object{"available": 8, "busy": 3, "away": 1, "live": 11, "list": people}
	unhappy := func(id, name string, owner any, about string, minutes int) object {
		return object{"case": object{"id": id, "number": "2026-" + id, "subject": about}, "customer": named(id, name), "owner": owner, "since": d.ago(minutes)}
	}
	v["dissatisfied"] = object{"count": 4, "list": []object{
		unhappy("5011", "Thijs Bos", nil, "Klacht over wachttijd", 125), unhappy("5010", "Kees Kok", amina, "Dubbele afschrijving", 70),
		unhappy("5005", "Anouk Smit", joris, "Al drie keer gebeld", 52), unhappy("5003", "Lotte Bakker", maaike, "Foto van de meter", 20),
	}}
	v["grade"], v["grades"], v["closed"] = 8.2, 212, 164
	v["arrivals"] = arrivals(14, true)
}

// arrivals is a day until an hour, or one on which nothing came and with nothing before it.
func arrivals(hour int, busy bool) object {
	hours, today, byNow := make([]object, 24), 0, 0.0
	weeks := 0
	for i := range hours {
		hours[i] = object{"hour": i, "count": 0, "usual": 0.0}
		if !busy {
			continue
		}
		weeks = 4
		n := 0
		if i <= hour {
			n = int(usual[i] * []float64{1.1, 0.94, 1.07, 0.98, 1.2}[i%5])
			byNow += usual[i]
		}
		if i == hour {
			n, byNow = n/2, byNow-usual[i]/2
		}
		today += n
		hours[i] = object{"hour": i, "count": n, "usual": usual[i]}
	}
	return object{"hours": hours, "hour": hour, "weeks": weeks, "today": today, "usual_by_now": byNow}
}
