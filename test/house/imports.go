package house

import (
	"fmt"
	"go/ast"
	"strconv"
	"strings"
)

// Imports checks every import against the table, and that every package has a place in it.
func Imports(t *Tree) []Finding {
	table := placesOf()
	var found []Finding
	for _, p := range t.Packages {
		place, ok := placeOf(table, p.Path)
		if !ok {
			found = append(found, Finding{
				Rule: "place", What: p.Path,
				Says: "this package has no place in the house: see the table in test/house/table.go",
			})
			continue
		}
		for _, f := range p.Files {
			for _, i := range f.AST.Imports {
				if says := t.refuse(p, place, f, importPath(i)); says != "" {
					found = append(found, Finding{
						Rule: "imports", What: p.Path + " > " + importPath(i), Where: t.at(i.Pos()), Says: says,
					})
				}
			}
		}
	}
	return found
}

func placeOf(table []Place, path string) (Place, bool) {
	for _, place := range table {
		if fits(place.Where, path) {
			return place, true
		}
	}
	return Place{}, false
}

// refuse says why a file may not import, or nothing.
func (t *Tree) refuse(p Package, place Place, f File, path string) string {
	inside, ours := strings.CutPrefix(path, t.Module+"/")
	if ours {
		// A package's own folder is open to it: its parts, and its tests from outside.
		if inside == p.Path || fitsAny(place.May, inside) || f.Test && fitsAny(testsMay, inside) {
			return ""
		}
		return fmt.Sprintf("%s may not import %s", p.Path, inside)
	}
	if fits("theory/...", p.Path) && !f.Test && outsideStandard(path) && !fitsAny(theoryOutside, path) {
		return "theory is pure: the standard library, gonum and the stemmer"
	}
	for _, fence := range fences {
		if fence.keepsOut(p.Path, f.Test, path) {
			return fence.Why
		}
	}
	return ""
}

func (f Fence) keepsOut(pkg string, test bool, path string) bool {
	if test && !f.Tests || !fitsAny(f.Imports, path) {
		return false
	}
	if len(f.Never) > 0 {
		return fitsAny(f.Never, pkg)
	}
	return !fitsAny(f.Only, pkg)
}

// outsideStandard is true for a path whose first part is a domain name.
func outsideStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}

func importPath(i *ast.ImportSpec) string {
	path, err := strconv.Unquote(i.Path.Value)
	if err != nil {
		return i.Path.Value // the parser has already refused such a file
	}
	return path
}
