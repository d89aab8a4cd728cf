package quote_test

import (
	"sort"
	"strings"
	"testing"

	"balie/channel/email/quote"
)

// forms are replies of mail programs: the new text stands before the mark, then what must be folded away.
var forms = []struct{ name, fresh, quoted string }{
	{"gmail nl", "Dank u.", "Op di 3 nov. 2026 om 10:15 schreef Energie Oost <desk@energie-oost.example>:\n\n> Beste,\n> tekst"},
	{"gmail nl, broken line", "Dank u.", "Op di 3 nov. 2026 om 10:15 schreef Energie Oost Klantenservice <\ndesk@energie-oost.example>:\n\n> Beste,\n> tekst"},
	{"gmail en", "Thanks.", "On Tue, Nov 3, 2026 at 10:15 AM Energie Oost <desk@energie-oost.example> wrote:\n\n> Dear"},
	{"gmail en, html only", "Thanks.", "On Tue, Nov 3, 2026 at 10:15 AM Energie Oost <desk@energie-oost.example> wrote:\nDear customer,\nold text"},
	{"apple nl", "Dank u.", "> Op 3 nov 2026 om 10:15 heeft Energie Oost <desk@energie-oost.example> het volgende geschreven:\n> \n> Beste"},
	{"apple nl, older", "Dank u.", "Op 3 nov. 2026, om 10:15 heeft Energie Oost <desk@energie-oost.example> het volgende geschreven:\n\nBeste,\ntekst"},
	{"apple en", "Thanks.", "> On 3 Nov 2026, at 10:15, Energie Oost <desk@energie-oost.example> wrote:\n> \n> Dear"},
	{"thunderbird nl", "Dank u.", "Op 03-11-2026 om 10:15 schreef Energie Oost:\n> Beste\n>> ouder"},
	{"thunderbird nl, old", "Dank u.", "Energie Oost schreef op 3-11-2026 om 10:15:\n> Beste"},
	{"thunderbird en", "Thanks.", "On 3-11-2026 10:15, Energie Oost wrote:\n> Dear"},
	{"outlook nl", "Dank u.", "Van: Energie Oost <desk@energie-oost.example>\nVerzonden: dinsdag 3 november 2026 10:15\nAan: Jan <jan@jan.example>\nOnderwerp: Vraag\n\nBeste,"},
	{"outlook nl, bold", "Dank u.", "*Van:* Energie Oost <desk@energie-oost.example>\n*Verzonden:* dinsdag 3 november 2026 10:15\n*Aan:* Jan <jan@jan.example>\n*Onderwerp:* Vraag\n\nBeste,"},
	{"outlook en", "Thanks.", "From: Energie Oost <desk@energie-oost.example>\nSent: Tuesday, November 3, 2026 10:15 AM\nTo: Jan <jan@jan.example>;\n Ina <ina@jan.example>\nSubject: Question\n\nDear"},
	{"outlook classic nl", "Dank u.", "-----Oorspronkelijk bericht-----\nVan: Energie Oost [mailto:desk@energie-oost.example]\nVerzonden: dinsdag 3 november 2026 10:15\nAan: Jan\nOnderwerp: Vraag\n\nBeste"},
	{"outlook classic en", "Thanks.", "-----Original Message-----\nFrom: Energie Oost [mailto:desk@energie-oost.example]\nSent: Tuesday, November 3, 2026 10:15 AM\nTo: Jan\nSubject: Question\n\nDear"},
	{"outlook web nl", "Dank u.", "________________________________\nVan: Energie Oost <desk@energie-oost.example>\nVerzonden: dinsdag 3 november 2026 10:15\nAan: Jan <jan@jan.example>\nOnderwerp: Vraag\n\nBeste"},
	{"kpn", "Dank u.", "----- Oorspronkelijk bericht -----\nVan: \"Energie Oost\" <desk@energie-oost.example>\nAan: jan@kpnmail.example\nVerzonden: Dinsdag 3 november 2026 10:15:22\nOnderwerp: Vraag\n\nBeste"},
	{"ziggo", "Dank u.", "> Op 03-11-2026 10:15 CET schreef Energie Oost <desk@energie-oost.example>:\n> \n> Beste"},
	{"ziggo, html", "Dank u.", "Op 3 november 2026 om 10:15 schreef Energie Oost <desk@energie-oost.example>:\n\nBeste,\ntekst"},
	{"phone nl", "Dank u.", "-------- Oorspronkelijk bericht --------\nVan: Energie Oost <desk@energie-oost.example>\nDatum: 03-11-2026 10:15 (GMT+01:00)\nAan: jan@jan.example\nOnderwerp: Vraag\n\nBeste"},
	{"yahoo nl", "Dank u.", "Op dinsdag 3 november 2026 om 10:15:22 CET schreef Energie Oost <desk@energie-oost.example>:\n\nBeste"},
	{"roundcube nl", "Dank u.", "Energie Oost schreef op 2026-11-03 10:15:\n> Beste"},
	{"iso date", "Thanks.", "2026-11-03 10:15 GMT+01:00 Energie Oost <desk@energie-oost.example>:\n> Dear"},
	{"marker", "Dank u.", "-- Antwoord boven deze regel --\n\nBeste,\ntekst"},
	{"bare quote", "Dank u.", "> Beste\n> tekst"},
	{"signature kept", "Dank u.\n\n-- \nJan de Vries", "On 3-11-2026 10:15, Energie Oost wrote:\n> Dear"},
}

func TestOlderTextIsFoldedInEveryForm(t *testing.T) {
	for _, c := range forms {
		fresh, quoted := quote.Fold(c.fresh + "\n\n" + c.quoted)
		if fresh != c.fresh || quoted != c.quoted {
			t.Errorf("%s: new %q, quoted %q", c.name, fresh, quoted)
		}
	}
}

func TestAnswerBelowTheQuoteIsNew(t *testing.T) {
	fresh, quoted := quote.Fold("Op 3-11-2026 om 10:15 schreef Energie Oost:\n> Is het opgelost?\n\nJa, dank u.\n")
	if fresh != "Ja, dank u." || !strings.Contains(quoted, "> Is het opgelost?") {
		t.Errorf("new %q, quoted %q", fresh, quoted)
	}
}

func TestWhatACustomerWritesIsNotFolded(t *testing.T) {
	for _, text := range []string{
		"Op 3 november schreef ik u het volgende:\n\nMijn meter is stuk.",
		"Op 3 november 2026 om 10:15 heb ik u geschreven:\n\nMijn meter is stuk.",
		"On 3 November I wrote:\n\nMy meter is broken.",
		"On Monday 2 at 10:15 you wrote:\n\nthat it would be mended.",
		"Van: Deventer\nAan: Zwolle\n\nIk verhuis.",
		"Datum: 3 november\nNaam: Jan\nOnderwerp: meter\n\nTekst.",
		"Ik heb drie vragen:\n\n1. Waarom?\n2. Wanneer?",
		"> Is het opgelost?\nJa.\n> Wilt u nog iets?\nNee.",
		"Op 3-11-2026 om 10:15 schreef Energie Oost:\n> Is het opgelost?\nJa.\n> Wilt u nog iets?\nNee.",
		"Hallo\n\n____________________\nIk streep graag.",
		"",
		"Begin doorgestuurd bericht:\n\nLees dit.",
	} {
		fresh, quoted := quote.Fold(text)
		if quoted != "" || fresh != text {
			t.Errorf("%q was folded: %q", text, quoted)
		}
	}
}

func TestNothingNewLeavesEverythingInPlace(t *testing.T) {
	for _, text := range []string{
		"> ja\n> nee", "Op 3-11-2026 om 10:15 schreef Energie Oost:\n> Beste", "Verzonden vanaf mijn iPhone\n\n> Op 3 nov 2026 om 10:15 schreef X <x@x.example>:\n> ja",
		"--\n\nVan: a@a.example\nVerzonden: 3 november\nAan: b@b.example\n\ntekst",
	} {
		if fresh, quoted := quote.Fold(text); fresh != text || quoted != "" {
			t.Errorf("%q: new %q, quoted %q", text, fresh, quoted)
		}
	}
}

// words gives the non-empty lines of texts in a fixed order.
func words(texts ...string) string {
	var all []string
	for _, text := range texts {
		for _, line := range strings.Split(text, "\n") {
			if line != "" {
				all = append(all, line)
			}
		}
	}
	sort.Strings(all)
	return strings.Join(all, "\n")
}

// FuzzFold: folding loses no line and never leaves the new part empty.
func FuzzFold(f *testing.F) {
	for _, c := range forms {
		f.Add(c.fresh + "\n\n" + c.quoted)
		f.Add(c.quoted + "\n\n" + c.fresh)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fresh, quoted := quote.Fold(text)
		if words(fresh, quoted) != words(text) {
			t.Fatalf("%q became %q and %q", text, fresh, quoted)
		}
		if strings.TrimSpace(fresh) == "" && strings.TrimSpace(text) != "" {
			t.Fatalf("nothing new is left of %q", text)
		}
	})
}
