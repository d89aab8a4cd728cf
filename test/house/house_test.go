package house_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"balie/test/house"
)

func load(t *testing.T, root string) *house.Tree {
	t.Helper()
	tree, err := house.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestTheHouse(t *testing.T) {
	tree := load(t, filepath.Join("..", ".."))
	if tree.Module != "balie" || len(tree.Packages) == 0 {
		t.Fatalf("this is not the house: module %q with %d packages", tree.Module, len(tree.Packages))
	}
	var all []house.Finding
	for _, rule := range house.Rules {
		t.Run(rule.Name, func(t *testing.T) {
			found := rule.Check(tree)
			all = append(all, found...)
			for _, f := range house.Unexcused(found, house.Exceptions) {
				if f.Rule != "exception" {
					t.Error(f)
				}
			}
		})
	}
	t.Run("EveryExceptionIsNeededAndSaysWhy", func(t *testing.T) {
		for _, f := range house.Unexcused(all, house.Exceptions) {
			if f.Rule == "exception" {
				t.Error(f)
			}
		}
	})
}

// crooked is a house in which every rule is broken; each line of want is a part of a finding, in any order, and there
// are no other findings.
func crooked(t *testing.T, check func(*house.Tree) []house.Finding, want ...string) {
	t.Helper()
	found := check(load(t, filepath.Join("testdata", "crooked")))
	for _, w := range want {
		at := slices.IndexFunc(found, func(f house.Finding) bool { return strings.Contains(f.String(), w) })
		if at < 0 {
			t.Errorf("no finding says %q", w)
			continue
		}
		found = slices.Delete(found, at, at+1)
	}
	for _, f := range found {
		t.Errorf("not expected: %v", f)
	}
}

func TestImportsAgainstTheOrderAreFound(t *testing.T) {
	crooked(t, house.Imports,
		"[place: shed]",
		"ground/sqldb may not import domain/org",
		"[imports: domain/org > database/sql]",
		"[imports: domain/org > net/http]",
		"domain/org may not import domain/party",
		"theory is pure: the same arguments",
		"[imports: theory/erlang > example.org/elsewhere]",
		"channel/form may not import channel/email",
		"channel/form may not import domain/party",
		"[imports: web/agent > html/template]",
		"web/agent may not import web/customer",
	)
}

func TestWhatIsTooLongOrUnexplainedIsFound(t *testing.T) {
	crooked(t, house.Sizes,
		"[doc: domain/cases]",
		"[parameters: domain/party/party.go Find]",
		"[interface: domain/party/party.go Wide]",
		"[file: flow/long.go]",
		"[function: flow/long.go long]",
	)
}

func TestOwnClocksAndInitAreFound(t *testing.T) {
	crooked(t, house.Habits,
		"domain/org/org_test.go:11: time.Sleep",
		"domain/party/party.go:21: time.Now",
		"domain/party/party.go:19: func init",
	)
}

func TestTableWithoutOrganisationIsFound(t *testing.T) {
	crooked(t, house.Organisations, "[organisation: party_alias]")
}

func TestQueryThatForgetsTheOrganisationIsFound(t *testing.T) {
	crooked(t, house.Queries,
		"[query: domain/party/party.go Find]",
		"[query: domain/party/party.go parts]",
		"[query: domain/party/party.go put]",
	)
}

func TestKeysWithoutTextAreFound(t *testing.T) {
	crooked(t, house.Texts,
		"org.go:16: this key has no text in nl [text: org.without_text]",
		"org.go:16: this key has no text in en [text: org.without_text]",
		"missing in en [language: org.only_dutch]",
	)
}

func TestFactsWithTwoMeaningsAreFound(t *testing.T) {
	crooked(t, house.Facts,
		"also written at domain/cases/facts.go:10",
		"the type has no comment",
		"[fact: CaseOdd]",
	)
}

func TestWordsOfElsewhereAreFound(t *testing.T) {
	crooked(t, house.Words, "docs/words.md:3:", "docs/words.md:4:", "docs/words.md:5:")
}

func TestDocumentsThatFellBehindAreFound(t *testing.T) {
	crooked(t, house.Documents, "[docs: docs/rooms.md]", "[docs: docs/facts.md]")
}

func TestDocumentsAreMadeFromTheCode(t *testing.T) {
	pages := house.Pages(load(t, filepath.Join("testdata", "crooked")))
	for path, text := range pages {
		golden := filepath.Join("testdata", filepath.Base(path))
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(golden, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if text != string(want) {
			t.Errorf("%s:\n%s\nwant:\n%s", path, text, want)
		}
	}
}

func TestExceptionsMustBeNeededAndSayWhy(t *testing.T) {
	found := []house.Finding{
		{Rule: "file", What: "a.go"},
		{Rule: "file", What: "b.go"},
		{Rule: "file", What: "c.go"},
		{Rule: "query", What: "d.go One"},
		{Rule: "query", What: "d.go Two"},
		{Rule: "query", What: "dd.go One"},
	}
	left := house.Unexcused(found, []house.Exception{
		{Rule: "file", What: "a.go", Reason: "one table, clearer in one place"},
		{Rule: "file", What: "b.go", Reason: "long"},
		{Rule: "query", What: "d.go *", Reason: "one clock serves all organisations"},
		{Rule: "file", What: "gone.go", Reason: "one table, clearer in one place"},
	})
	var says []string
	for _, f := range left {
		says = append(says, f.Rule+" "+f.What)
	}
	want := []string{"file c.go", "query dd.go One", "exception file: b.go", "exception file: gone.go"}
	if !slices.Equal(says, want) {
		t.Errorf("left %q, want %q", says, want)
	}
}
