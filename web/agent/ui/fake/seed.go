package fake

import "strconv"

// Made-up people and words. The first case holds every kind of line; the others fill the list.

var colleagues = []object{
	{"id": "11", "name": "Maaike Vos", "email": "maaike@energie-oost.example", "role": "admin", "department": "1", "present": true},
	{"id": "12", "name": "Joris Bakker", "email": "joris@energie-oost.example", "role": "agent", "department": "1", "present": true},
	{"id": "13", "name": "Amina Haddad", "email": "amina@energie-oost.example", "role": "lead", "department": "2", "present": false},
	{"id": "14", "name": "Pim Jansen", "email": "pim@energie-oost.example", "role": "agent", "department": "2", "present": true},
}

var skills = []object{
	{"id": "81", "name": "Engels", "sort": "language", "locale": "en"}, {"id": "82", "name": "Meters", "sort": "subject", "locale": ""},
}

var departments = []object{named("1", "Klantenservice"), named("2", "Facturen"), named("3", "Monteurs")}

var replies = []object{
	{"id": "1", "name": "Meterstand opvragen", "shortcut": "meter", "text": "Hallo {{customer.name}},\n\nWil je de stand van je meter met een foto sturen? Dan kijken wij het vandaag na.", "locale": "nl"},
	{"id": "2", "name": "Dank voor je geduld", "shortcut": "dank", "text": "Dank voor je geduld, {{customer.name}}. Ik zoek dit nu voor je uit.", "locale": "nl"},
	{"id": "3", "name": "Verhuizing verwerkt", "shortcut": "verhuis", "text": "Je verhuizing is verwerkt. Op je volgende nota zie je alleen nog je nieuwe adres.", "locale": "nl"},
	{"id": "4", "name": "Move processed", "shortcut": "move", "text": "Your move has been processed.", "locale": "en"},
}

type line struct {
	name, subject, preview, channel string
	owner, status                   string
	minutes                         int // since the last change
	due                             float64
	unread, dissatisfied            bool
	waiting                         string
}

var lines = []line{
	{"Daan Mulder", "Lamp op de meter knippert", "De lamp knippert nu rood en groen.", "email", "11", "open", 3, 0, true, false, "us"},
	{"Fatima El Amrani", "Klantnummer zoeken", "Moment, ik zoek het klantnummer.", "email", "11", "open", 21, 0, false, false, "customer"},
	{"Pieter Meijer", "Termijnbedrag te hoog", "Dat bedrag klopt weer, dank voor het uitzoeken.", "email", "11", "proposed", 34, 0, false, false, "customer"},
	{"Lotte Bakker", "Foto van de meter", "Zie de foto van de meter in de bijlage.", "email", "11", "open", 47, -0.35, true, true, "us"},
	{"Youssef Visser", "Verhuizing per 1 december", "Ik verhuis per 1 december naar de Lindelaan.", "form", "11", "new", 62, 0, true, false, "us"},
	{"Anouk Smit", "Al drie keer gebeld", "“Al drie keer gebeld, niemand weet iets.”", "email", "12", "open", 80, 0, true, true, "us"},
	{"Gerrit Schouten", "Teruggave ontvangen", "Dank, dat is helder.", "email", "11", "closed", 95, 0, false, false, "nobody"},
	{"Willemijn Prins", "Monteur na vijven", "Kan de monteur ook na vijven?", "form", "11", "open", 130, 20, false, false, "us"},
	{"Ravi Vermeulen", "Terugbellen over contract", "Terugbelverzoek, liefst na 17.00 uur.", "form", "11", "open", 155, 3.4, false, false, "us"},
	{"Maud Dijkstra", "Contract op naam van partner", "Contract op naam van partner zetten.", "email", "11", "open", 190, 0, false, false, "customer"},
	{"Kees Kok", "Dubbele afschrijving", "Er is twee keer afgeschreven in oktober.", "email", "", "new", 200, 0, true, false, "us"},
	{"Thijs Bos", "Klacht over wachttijd", "Ik heb drie weken niets gehoord.", "email", "", "open", 260, 0, true, true, "us"},
	{"Sofie Willems", "Zonnepanelen aanmelden", "Waar meld ik mijn zonnepanelen aan?", "form", "", "new", 300, 0, false, false, "us"},
	{"Hugo van Leeuwen", "Energieadvies", "Dank je wel voor het advies.", "email", "11", "closed", 1500, 0, false, false, "nobody"},
}

func (d *Desk) seed() {
	d.cases = append(d.cases, d.rich())
	for i, l := range lines {
		d.cases = append(d.cases, d.plain(i, l))
	}
	for i := range 140 {
		c := d.plain(100+i, lines[i%len(lines)])
		c["owner"], c["department"], c["updated_at"], c["status"], c["next_promise"], c["dissatisfied"] = named("14", "Pim Jansen"), departments[1], d.ago(3000+i*37), "closed", nil, false
		c["closed_by"], c["unread"] = []string{"customer", "silence"}[i%4/3], false
		d.cases = append(d.cases, c)
	}
	byChange(d.cases)
}

func person(id string) any {
	for _, a := range colleagues {
		if a["id"] == id {
			return named(id, a["name"].(string))
		}
	}
	return nil
}

func (d *Desk) plain(i int, l line) object {
	id := strconv.Itoa(5000 + i)
	c := object{
		"id": id, "number": "2026-" + strconv.Itoa(4700-i), "subject": l.subject, "status": l.status, "closed_by": "", "channel": l.channel, "preview": l.preview,
		"customer": object{"id": strconv.Itoa(900 + i), "name": l.name, "email": "klant" + strconv.Itoa(i) + "@post.example"}, "owner": person(l.owner), "department": departments[0],
		"question": nil, "created_at": d.ago(l.minutes + 90), "updated_at": d.ago(l.minutes), "waiting_since": nil, "waiting_on": l.waiting, "answer_due": nil, "next_promise": nil,
		"snoozed_until": nil, "tags": []string{}, "unread": l.unread, "dissatisfied": l.dissatisfied, "seq": d.next(), "promises": []object{}, "feedback": []object{},
		"known": []object{}, "draft": nil, "viewers": []object{}, "customer_link": "/mijn/" + id, "merged_into": nil,
	}
	if l.status == "closed" {
		c["closed_by"] = "customer"
	}
	if l.waiting == "us" {
		c["waiting_since"] = d.ago(l.minutes)
	}
	if l.due != 0 {
		p := object{"id": id + "1", "text": "Wij bellen je terug", "due": d.ahead(l.due), "status": "open", "owner": c["owner"], "made_at": d.ago(200), "kept_at": nil, "moved_from": nil, "call_at": nil}
		c["promises"], c["next_promise"] = []object{p}, object{"id": p["id"], "text": p["text"], "due": p["due"]}
	}
	c["timeline"] = []object{d.entry(c, "message", l.minutes, "customer", l.preview)}
	return c
}

func (d *Desk) entry(c object, kind string, minutes int, from, text string) object {
	actor := object{"kind": "system", "id": "", "name": "Balie"}
	switch from {
	case "customer":
		actor = object{"kind": "customer", "id": c["customer"].(object)["id"], "name": c["customer"].(object)["name"]}
	case "11", "12", "13":
		actor = object{"kind": "agent", "id": from, "name": person(from).(object)["name"]}
	}
	seq := d.next()
	return object{
		"id": strconv.Itoa(seq), "seq": seq, "kind": kind, "at": d.ago(minutes), "actor": actor, "text": text, "quoted": "", "html": false, "files": []object{},
		"delivery": nil, "mentions": []string{}, "private": kind == "note", "data": object{},
	}
}

func (d *Desk) rich() object {
	c := d.plain(-1, line{"Sanne de Vries", "Rekening klopt niet na verhuizing", "Ja, graag om 16.00 uur.", "email", "11", "open", 1, 1.47, true, false, "us"})
	c["id"], c["number"], c["tags"] = "4817", "2026-4817", []string{"verhuizing", "nota"}
	c["customer"] = object{"id": "77", "name": "Sanne de Vries", "email": "sanne.devries@post.example"}
	c["question"] = object{"text": "Het verbruik na 28 oktober op Lindelaan 4 hoort niet op mijn nota. Ik wil een gecorrigeerde nota.", "confirmed": true, "asked_at": d.ago(40), "confirmed_at": d.ago(31)}
	promise := object{"id": "48171", "text": "Terugbellen met uitslag meting", "due": d.ahead(1.47), "status": "open", "owner": named("11", "Maaike Vos"), "made_at": d.ago(20), "kept_at": nil, "moved_from": nil, "call_at": nil}
	kept := object{"id": "48172", "text": "Meterstand nakijken", "due": d.ago(60), "status": "kept", "owner": named("12", "Joris Bakker"), "made_at": d.ago(1500), "kept_at": d.ago(80), "moved_from": d.ago(1000), "call_at": nil}
	c["promises"], c["next_promise"] = []object{promise, kept}, object{"id": "48171", "text": promise["text"], "due": promise["due"]}
	c["known"] = []object{
		{"field": "customer_number", "label": "Klantnummer", "value": "8841 207", "source": "form", "at": d.ago(1500)},
		{"field": "postcode", "label": "Postcode", "value": "8031 AB", "source": "form", "at": d.ago(1500)},
		{"field": "address", "label": "Adres", "value": "Beukstraat 19, Zwolle", "source": "form", "at": d.ago(1500)},
		{"field": "meter_reading", "label": "Meterstand", "value": "14 820 kWh", "source": "form", "at": d.ago(36000)},
	}
	c["timeline"] = d.story(c)
	return c
}

func (d *Desk) story(c object) []object {
	with := func(e object, set object) object {
		for k, v := range set {
			e[k] = v
		}
		return e
	}
	return []object{
		with(d.entry(c, "message", 1510, "customer", "Goedemiddag,\n\nIk ben vorige maand verhuisd en nu klopt mijn rekening niet. Er staat nog verbruik op van het oude adres. Zie de nota in de bijlage, of https://energie-oost.example/nota."), object{"html": true, "raw": true, "quoted": "Op 3 oktober schreef Energie Oost:\n> Je verhuizing is doorgegeven.\n> Bewaar deze mail goed.", "files": []object{{"id": "1", "name": "nota-oktober.pdf", "type": "application/pdf", "size": 184200}, {"id": "2", "name": "meter.jpg", "type": "image/jpeg", "size": 2400000}}}),
		with(d.entry(c, "receipt", 1510, "", ""), object{"delivery": object{"state": "sent", "reason": ""}}),
		with(d.entry(c, "owner", 60, "12", ""), object{"data": object{"to": "Maaike Vos"}}),
		with(d.entry(c, "note", 55, "12", "Belde gisteren ook al. @Maaike Vos kun jij hem oppakken? Jij kent het dossier."), object{"mentions": []string{"11"}}),
		with(d.entry(c, "message", 48, "11", "Goedemiddag Sanne,\n\nIk zie je verhuizing op **28 oktober** staan. Gaat het om de nota van 12 november?"), object{"delivery": object{"state": "sent", "reason": ""}}),
		d.entry(c, "message", 44, "customer", "Ja, die. Er staat nog verbruik op van het oude adres."),
		with(d.entry(c, "read_back", 40, "11", ""), object{"data": object{"question": c["question"].(object)["text"]}, "delivery": object{"state": "sent", "reason": ""}}),
		d.entry(c, "confirmed", 31, "customer", ""),
		with(d.entry(c, "promise", 20, "11", "Terugbellen met uitslag meting"), object{"data": object{"due": d.ahead(1.47)}, "delivery": object{"state": "bounced", "reason": "mailbox vol"}}),
		with(d.entry(c, "message", 19, "11", "Ik laat de meterstand nakijken en bel je vandaag met de uitslag. Past dat?"), object{"delivery": object{"state": "sent", "reason": ""}}),
		d.entry(c, "message", 1, "customer", "Ja, graag om 16.00 uur."),
	}
}
