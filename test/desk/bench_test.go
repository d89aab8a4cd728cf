package desk_test

import (
	"fmt"
	"testing"

	"balie/channel"
	"balie/test/desk"
	"balie/test/engine"
)

// One arrival through the rooms, without SMTP: what the desk itself costs.
func BenchmarkArrival(b *testing.B) {
	d := desk.Open(b, engine.SQLite(b), desk.Setup{})
	b.ReportAllocs()
	b.SetParallelism(32)
	n := 0
	_ = n
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			key := fmt.Sprintf("%p-%d", pb, i)
			_, err := d.App.Flow.Arrive(b.Context(), channel.Arrival{
				Org: d.Org, Channel: channel.Email, Via: "smtp", Key: key, From: channel.Person{Name: "Sanne de Vries", Address: key + "@post.example"},
				To: desk.Address, Subject: "Rekening klopt niet " + key, Text: body, Raw: []byte(body + key), Thread: channel.Thread{ID: key},
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}

const body = `Goedemiddag,

Ik ben vorige maand verhuisd van de Lindelaan 4 naar de Beukstraat 19 en nu klopt mijn rekening niet meer.
Er staat nog verbruik op van het oude adres, terwijl ik de meterstand op 28 oktober heb doorgegeven.
Kunnen jullie dit nakijken en mij een gecorrigeerde nota sturen? Mijn klantnummer is 8841 207.

Met vriendelijke groet,
Sanne de Vries
`

// One case by the API, one after another: nothing shares a commit.
func BenchmarkCreateByAPI(b *testing.B) {
	d := desk.Open(b, engine.SQLite(b), desk.Setup{})
	for i := range b.N {
		d.Ask(desk.Maaike, 201, "POST", "/cases", map[string]any{
			"customer": map[string]string{"name": "Sanne de Vries", "email": fmt.Sprintf("s%d@post.example", i)}, "subject": "Rekening klopt niet", "text": body,
		})
	}
}
