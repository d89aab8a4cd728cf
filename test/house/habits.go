package house

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strings"
)

// ownTime are the functions of package time that look at the machine's clock or wait for it.
var ownTime = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// Habits checks that time comes from ground/clock and that nothing happens merely because a package is imported.
func Habits(t *Tree) []Finding {
	var found []Finding
	for _, f := range t.Go {
		name := timeName(f.AST)
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == name && slices.Contains(ownTime, n.Sel.Name) && pathDir(f.Path) != "ground/clock" {
					found = append(found, Finding{
						Rule: "time", What: f.Path, Where: t.at(n.Pos()),
						Says: "time." + n.Sel.Name + ": time is an argument; it comes from ground/clock",
					})
				}
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					found = append(found, Finding{
						Rule: "init", What: f.Path, Where: t.at(n.Pos()),
						Says: "func init: lists are lists, made where they are used",
					})
				}
			}
			return true
		})
	}
	return found
}

// timeName is what a file calls package time; a name that nothing has when it does not import it.
func timeName(f *ast.File) string {
	for _, i := range f.Imports {
		if importPath(i) == "time" {
			if i.Name != nil {
				return i.Name.Name
			}
			return "time"
		}
	}
	return "time is not imported"
}

// banned is what no file of the project may say. The patterns are in two halves so that this file does not say it.
var banned = []struct {
	what *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME)\b`), "finish it, or open an issue"},
	{
		regexp.MustCompile(`(?:^|[\s"'(=:<\x60])/(?:ro` + `ot|wo` + `rk|ho` + `me/[a-z]+|Us` + `ers/[A-Za-z]+)/`),
		"a path of somebody's own machine",
	},
	{
		regexp.MustCompile(`\b(?:registry\.example|registry\.np` + `mjs\.org|registry\.ya` + `rnpkg\.com|proxy\.go` + `lang\.org|sum\.go` + `lang\.org|` +
			`deb\.deb` + `ian\.org|py` + `pi\.org)\b`),
		"the host of a package registry: name packages, not where one machine gets them",
	},
}

// Words checks every text file for what the project does not say: it speaks of itself alone.
func Words(t *Tree) []Finding {
	var found []Finding
	for _, path := range t.Files {
		text, ok := t.read(path)
		if !ok || strings.HasSuffix(path, "go.sum") {
			continue
		}
		for _, b := range banned {
			for _, at := range b.what.FindAllStringIndex(text, -1) {
				line := 1 + strings.Count(text[:at[0]], "\n")
				found = append(found, Finding{
					Rule: "words", What: path, Where: fmt.Sprintf("%s:%d", path, line),
					Says: fmt.Sprintf("%q: %s", strings.TrimSpace(text[at[0]:at[1]]), b.why),
				})
			}
		}
	}
	return found
}
