package words

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
)

// finds says whether a text is found by a question: every word of it by one of its alternatives.
func finds(text, question string) bool {
	index, asked := Index(text), Query(question)
	for _, alternatives := range asked {
		if !slices.ContainsFunc(alternatives, func(a string) bool { return slices.Contains(index, a) }) {
			return false
		}
	}
	return len(asked) > 0
}

func TestATextIsFoundByWhatPeopleType(t *testing.T) {
	for _, tc := range []struct{ text, question string }{
		{"Mijn huis is koud", "huizen"},
		{"Alle huizen in de straat", "huis"},
		{"Twee brieven gekregen", "brief"},
		{"De slimme meters", "meter"},
		{"Ik heb betaald", "betaalde"},
		{"Mijn energierekeningen kloppen niet", "rekening"},
		{"De stroomstoring duurt lang", "storingen"},
		{"My invoices are wrong", "invoice"},
		{"Running late", "run"},
		{"Zaak 2026-4817 graag", "2026-4817"},
		{"Zaak 2026-4817 graag", "4817"},
		{"[Energie Oost #2026-4817] Re: meter", "2026-4817"},
		{"Mail fatma.yilmaz+thuis@post.energie.example.", "fatma.yilmaz+thuis@post.energie.example"},
		{"Mail Fatma.Yilmaz@post.example", "yilmaz"},
		{"<fatma@post.example>", "Fatma@Post.Example"},
		{"Bel 06-12345678", "0612345678"},
		{"Bel 0612345678", "06-12345678"},
		{"Woont op 1234AB 7", "1234 ab"},
		{"Woont op 1234AB 7", "1234ab"},
		{"Café Zoë, Oezbekistanstraße", "cafe zoe"},
		{"cafe\u0301 op de hoek", "café"},
		{"Een café", "cafe\u0301"},
		{"GROTE LETTERS", "grote letters"},
		{"één ding", "een"},
		{"Ik wil mijn auto's verzekeren", "auto"},
		{"De A/B-test", "test"},
		{"Рассказ о доме", "рассказ"},
		{"Ga naar www.energie.example/meter", "energie"},
		{"zon\u00adne\u00adpa\u00adne\u00adlen", "zonnepanelen"},
		{"ijs", "ĳs"},
	} {
		if !finds(tc.text, tc.question) {
			t.Errorf("%q is not found by %q: index %v, query %v", tc.text, tc.question, Index(tc.text), Query(tc.question))
		}
	}
}

func TestATextIsNotFoundByAnythingElse(t *testing.T) {
	for _, tc := range []struct{ text, question string }{
		{"Mijn huis is koud", "muis"},
		{"Zaak 2026-4817", "2026-4818"},
		{"Zaak 2026-4817", "2025-4817"},
		{"Zaken 2026 en 4817", "2026-4817"},
		{"fatma@post.example", "fatma@post"},
		{"De kamer is warm", "koud kamer"},
		{"alles", ""},
		{"alles", "... --- @"},
		{"", "alles"},
		{"Een rekening", "energierekening"},
	} {
		if finds(tc.text, tc.question) {
			t.Errorf("%q is found by %q: index %v, query %v", tc.text, tc.question, Index(tc.text), Query(tc.question))
		}
	}
}

func TestEachSearchWordIsGivenOnce(t *testing.T) {
	got := Index("Huizen, huizen en HUIZEN; een huis 2026-1, 2026-1")
	for _, w := range []string{"w:huizen", "w:huis", "s:huis", "w:en", "w:2026-1", "w:2026", "w:1"} {
		if !slices.Contains(got, w) {
			t.Errorf("%s is not in %v", w, got)
		}
	}
	sorted := slices.Sorted(slices.Values(got))
	if len(slices.Compact(sorted)) != len(got) {
		t.Errorf("twice the same in %v", got)
	}
}

func TestIndexAndQueryAreBounded(t *testing.T) {
	var many strings.Builder
	for i := range 3 * MaxWords {
		fmt.Fprintf(&many, "woord%d ", i)
	}
	if n := len(Index(many.String())); n != MaxWords {
		t.Errorf("%d search words", n)
	}
	if n := len(Query(many.String())); n != maxQuery {
		t.Errorf("%d words of a question", n)
	}
	if n := len(Query(strings.Repeat("a.", 500))); n != 1 {
		t.Errorf("%d words of a question", n)
	}
	long := strings.Repeat("é", 10) + strings.Repeat("ж", 5000)
	if !finds("x "+long+" y", long) {
		t.Error("a very long word is not found")
	}
	for _, w := range Index(long) {
		if len(w) > MaxBytes || !utf8.ValidString(w) {
			t.Errorf("%q", w)
		}
	}
}

// A word that occurs in a text finds it: the contract of the search.
func FuzzEveryWordFindsItsText(f *testing.F) {
	for _, s := range []string{sample, "2026-4817", "a@b.example", "06-12345678", "1234AB", "\xff\xfe", "İstanbul ŉ", "a-b_c.d+e@", "éé ß"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		index := Index(text)
		if len(index) >= MaxWords {
			return
		}
		have := map[string]bool{}
		for _, w := range index {
			if have[w] || len(w) > MaxBytes || len(w) <= 2 || !utf8.ValidString(w) {
				t.Errorf("%q in the index of %q", w, text)
			}
			have[w] = true
		}
		for _, alternatives := range Query(text) {
			if !slices.ContainsFunc(alternatives, func(a string) bool { return have[a] }) {
				t.Errorf("%v does not find %q", alternatives, text)
			}
		}
	})
}

// What the stemmer is not asked would not have changed: on made-up words with every ending of three letters.
func TestOnlyWordsWithoutAnEndingSkipTheStemmer(t *testing.T) {
	st, env := newStemmer(), snowballstem.NewEnv("")
	n := 0
	for _, begin := range []string{"", "st", "gevol", "aai"} {
		for i := range 26 * 26 * 26 * 2 {
			word := begin + string([]byte{'a' + byte(i/676%26), 'a' + byte(i/26%26), 'a' + byte(i%26)})
			if i >= 26*26*26 {
				word = begin + "e" + word[len(begin):] // four letters, to get a longer part before the ending
			}
			if len(word) < minStem {
				continue
			}
			env.SetCurrent(word)
			dutch.Stem(env)
			if got, want := st.dutch(word), env.Current(); got != want {
				t.Fatalf("Dutch %s: %s, the stemmer says %s", word, got, want)
			}
			env.SetCurrent(word)
			english.Stem(env)
			if got, want := st.english(word), env.Current(); got != want {
				t.Fatalf("English %s: %s, the stemmer says %s", word, got, want)
			}
			n++
		}
	}
	if n < 100_000 {
		t.Errorf("only %d words", n)
	}
}

const sample = `Geachte mevrouw, vorige week kreeg ik een brief over mijn energierekening. Het bedrag klopt volgens mij
niet: er staat dat ik 4817 kWh heb verbruikt, maar op mijn meter zie ik een veel lager getal. Ik heb foto's van de
meterstand gemaakt en stuur die mee. Kunt u uitrekenen wat ik werkelijk moet betalen en mij een nieuwe factuur sturen?
Ik ben overdag bereikbaar op 06-12345678 of via fatma@post.example. Mijn vorige vraag had nummer 2026-4817. `

func BenchmarkIndex3kB(b *testing.B) {
	text := letter()
	b.ReportAllocs()
	for b.Loop() {
		Index(text)
	}
}

// letter is 3 kB in which the words do not only repeat.
func letter() string {
	var b strings.Builder
	for i := 0; b.Len() < 3000; i++ {
		b.WriteString(sample)
		fmt.Fprintf(&b, "onderdeel%d verbruik%d ", i, i)
		b.WriteString(`Toen wij in het voorjaar verhuisden, hebben onze buren de sleutels gekregen en de aansluitingen laten
controleren. Daarbij vertelde een monteur dat verschillende leidingen vervangen moesten worden, waarvoor wij nooit eerder
kosten hadden gemaakt. We would like to understand which charges belong to the previous owners and who decides that. `)
	}
	return b.String()[:3000]
}
