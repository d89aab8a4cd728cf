package words

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
)

// minStem is the shortest word that has endings to lose.
const minStem = 4

// stemmer takes the endings of a word, in Dutch and in English: which of the two a word is cannot be known, and a
// short mail often mixes them.
type stemmer struct{ env *snowballstem.Env }

func newStemmer() *stemmer { return &stemmer{env: snowballstem.NewEnv("")} }

// stems gives the stems of a folded word, the Dutch one first, the English one when it differs. A word that is short
// or holds anything but a to z is not stemmed.
func (st *stemmer) stems(word string) (stems [2]string, n int) {
	if len(word) < minStem || len(word) > MaxBytes {
		return stems, 0
	}
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return stems, 0
		}
	}
	stems[0] = hardEnd(st.dutch(word))
	stems[1] = st.english(word)
	if stems[0] == stems[1] {
		return stems, 1
	}
	return stems, 2
}

// dutch asks the stemmer only for words that can change: they end in -e, -en, -s, -heid, -end, -ing, -ig, -lijk or
// -baar, or have a long vowel before the last letter. That spares a third of the work.
func (st *stemmer) dutch(word string) string {
	n := len(word)
	change := word[n-2] == word[n-3] && strings.IndexByte("aeou", word[n-2]) >= 0
	switch word[n-1] {
	case 'e', 's':
		change = true
	case 'n':
		change = change || word[n-2] == 'e'
	case 'd':
		change = change || strings.HasSuffix(word, "heid") || strings.HasSuffix(word, "end")
	case 'g':
		change = change || word[n-2] == 'i' || word[n-2] == 'n'
	case 'k':
		change = change || strings.HasSuffix(word, "lijk")
	case 'r':
		change = change || word[n-2] == 'a'
	}
	if !change {
		return word
	}
	st.env.SetCurrent(word)
	dutch.Stem(st.env)
	return st.env.Current()
}

// english does the same with the English endings.
func (st *stemmer) english(word string) string {
	before := word[len(word)-2]
	change := false
	switch word[len(word)-1] {
	case 'e', 'i', 'l', 's', 'y':
		change = true
	case 'c':
		change = before == 'i'
	case 'd':
		change = before == 'e'
	case 'g':
		change = before == 'n'
	case 'm':
		change = before == 's'
	case 'n':
		change = before == 'o'
	case 'r':
		change = before == 'e' || before == 'o'
	case 't':
		change = before == 'n'
	}
	if !change {
		return word
	}
	st.env.SetCurrent(word)
	english.Stem(st.env)
	return st.env.Current()
}

// hardEnd writes the end of a Dutch stem as it sounds, which joins huizen to huis and brieven to brief.
func hardEnd(stem string) string {
	if len(stem) < 3 {
		return stem
	}
	switch stem[len(stem)-1] {
	case 'z':
		return stem[:len(stem)-1] + "s"
	case 'v':
		return stem[:len(stem)-1] + "f"
	}
	return stem
}

// heads are the last parts of compounds that people leave out when they search.
const heads = `aanbieding aanmelding aansluiting aanvraag abonnement adres afspraak auto bedrag bericht besluit
bestelling betaling bewijs bezoek boete brief bureau code contract dienst document factuur fiets formulier gegevens
gesprek incasso kaart kamer kantoor klacht korting kosten lening levering machine medewerker melding meter monteur
naam nummer nota onderhoud opdracht pakket pas pomp premie prijs product rekening reparatie retour sleutel station
storing subsidie tarief telefoon termijn toeslag toestel uitkering vergoeding vergunning verzekering verzoek voorschot
voorwaarden vraag wachtwoord water wijziging woning zaak zorg`

// head is one way to write the last part of a compound, and the stem to store for it.
type head struct{ written, stem string }

// byEnd finds the heads by their last letters.
var byEnd = func() map[string][]head {
	m := map[string][]head{}
	st := newStemmer()
	for word := range strings.FieldsSeq(heads) {
		stem := word
		if stems, n := st.stems(word); n > 0 {
			stem = stems[0]
		}
		// The stem of a compound may differ from that of its head: storing stays, stroomstoring becomes stroomstor.
		for _, written := range []string{stem, word, word + "en", word + "s"} {
			m[end(written)] = append(m[end(written)], head{written, stem})
		}
	}
	return m
}()

const (
	endBytes = 3
	minFirst = 3 // letters before the head: "opgas" is no compound
)

func end(s string) string { return s[len(s)-endBytes:] }

// compoundHead is the stem of the longest known head of a compound, given as written or as its stem; nothing when it
// has none.
func compoundHead(word string) string {
	if len(word) < minFirst+endBytes {
		return ""
	}
	var best head
	for _, h := range byEnd[end(word)] {
		if len(word) >= len(h.written)+minFirst && len(h.written) > len(best.written) && strings.HasSuffix(word, h.written) {
			best = h
		}
	}
	return best.stem
}
