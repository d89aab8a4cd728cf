package api

import (
	"encoding/json"
	"testing"
	"time"
)

func TestRowsAreWrittenAsTheirTypesSay(t *testing.T) {
	at := time.Date(2026, 3, 29, 1, 59, 59, 7_000_000, time.UTC)
	later := at.In(time.FixedZone("", 7200)).Add(time.Hour)
	full := row{
		ID: "1", Number: "2026-1", Subject: "Één <b>\"vraag\"</b> & meer \\ \u2028", Status: "open", ClosedBy: "customer",
		Channel: "email", Preview: "regel\nregel\t\x00\x7f 🙂 \xff", Customer: customerView{"2", "Sanne", "sanne@klant.example"},
		Owner: &named{"3", "Joris"}, Department: &named{"4", "Rekeningen"},
		Question: &questionView{"Klopt dit?", true, &at, &later}, CreatedAt: at, UpdatedAt: later, WaitingSince: &at,
		WaitingOn: "us", NextPromise: &duePromise{"5", "Bellen", later}, SnoozedUntil: &later, Tags: []string{"nota", "é"},
		Unread: true, Dissatisfied: true, Seq: 1 << 60,
	}
	for name, p := range map[string]casePage{
		"nothing": {Cases: []row{}}, "an empty row": {Cases: []row{{Tags: []string{}}}, Next: "1.2"},
		"everything": {Cases: []row{full, {Tags: []string{"x"}, Question: &questionView{}}, full}, Next: "q<1"},
	} {
		want, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.AppendJSON(nil); string(got) != string(want) {
			t.Errorf("%s:\n%s\nis written as\n%s", name, want, got)
		}
	}
	f := First{Cases: []row{full}, Next: "n", Seq: 3}
	want, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.AppendJSON(nil); string(got) != string(want) {
		t.Errorf("the first data:\n%s\nare written as\n%s", want, got)
	}
}
