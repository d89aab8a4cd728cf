package house

import (
	"fmt"
	"go/doc"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const madeBy = "<!-- Made from the code by `make docs`; changes here are lost. -->\n"

// Pages are the documents that are made from the code, by path.
func Pages(t *Tree) map[string]string {
	return map[string]string{"docs/rooms.md": roomsPage(t), "docs/facts.md": factsPage(t)}
}

// Write writes the pages.
func Write(t *Tree) error {
	for path, text := range Pages(t) {
		full := filepath.Join(t.Root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Documents checks that the pages in docs are as the code would make them now.
func Documents(t *Tree) []Finding {
	var found []Finding
	for path, want := range Pages(t) {
		if got, ok := t.read(path); !ok || got != want {
			found = append(found, Finding{Rule: "docs", What: path, Where: path, Says: "not as the code is now: run `make docs`"})
		}
	}
	return found
}

func roomsPage(t *Tree) string {
	var b strings.Builder
	b.WriteString("# Rooms\n\n" + madeBy + "\nEvery package, from what everything stands on up to the program.\n" +
		"A room imports only what stands above it here.\n")
	tables := map[string][]string{}
	for _, table := range Tables(t) {
		dir := pathDir(pathDir(table.File))
		if !slices.Contains(tables[dir], table.Name) {
			tables[dir] = append(tables[dir], table.Name)
		}
	}
	for _, layer := range []string{"ground", "theory", "channel", "domain", "flow", "web", "app", "cmd"} {
		packages := inLayer(t, layer)
		if len(packages) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| package | what it is | imports | tables |\n|---|---|---|---|\n", layer)
		for _, p := range packages {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Path, cell(whatItIs(p)), strings.Join(ownImports(t, p), " "),
				strings.Join(tables[p.Path], " "))
		}
	}
	return b.String()
}

// whatItIs is the first sentence of the doc comment, after "Package clock ".
func whatItIs(p Package) string {
	first := new(doc.Package).Synopsis(p.Doc)
	_, after, ok := strings.Cut(strings.TrimPrefix(first, "Package "), " ")
	if !ok || !strings.HasPrefix(first, "Package ") {
		return first
	}
	return after
}

// inLayer are the packages of a layer by name; those of domain in the order of the walk.
func inLayer(t *Tree, layer string) []Package {
	packages := slices.Collect(filter(t.Packages, func(p Package) bool { return fits(layer+"/...", p.Path) }))
	order := func(p Package) int {
		name, _, _ := strings.Cut(strings.TrimPrefix(p.Path, "domain/"), "/")
		return slices.Index(Rooms, name)
	}
	slices.SortStableFunc(packages, func(a, b Package) int {
		if layer == "domain" && order(a) != order(b) {
			return order(a) - order(b)
		}
		return strings.Compare(a.Path, b.Path)
	})
	return packages
}

func ownImports(t *Tree, p Package) []string {
	all := map[string]bool{}
	for _, f := range p.Files {
		if f.Test {
			continue
		}
		for _, i := range f.AST.Imports {
			if path, ok := strings.CutPrefix(importPath(i), t.Module+"/"); ok {
				all[strings.TrimPrefix(path, "domain/")] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func factsPage(t *Tree) string {
	var b strings.Builder
	b.WriteString("# Facts\n\n" + madeBy + "\nWhat the ledger can say. A fact is written in the transaction that made it true and " +
		"never changed.\nBesides its own fields every entry has a position, a time, an organisation, an actor and, where there is " +
		"one, a case and a customer.\n")
	room := ""
	for _, f := range FactsOf(t) {
		if f.Place != room {
			room = f.Place
			fmt.Fprintf(&b, "\n## %s\n", room)
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s\n", f.Kind, f.Doc)
		if len(f.Fields) == 0 {
			continue
		}
		b.WriteString("\n| field | type | |\n|---|---|---|\n")
		for _, field := range f.Fields {
			fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", field.Name, field.Type, cell(field.Doc))
		}
	}
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
