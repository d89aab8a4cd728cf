package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Languages are those of the screen. A text exists in all of them or in none.
var Languages = []string{"nl", "en"}

// Texts checks that every key given to fault.New and fault.Wrap has a text in every language, and that the languages
// have the same keys.
func Texts(t *Tree) []Finding {
	catalogue, found := catalogues(t)
	for _, language := range Languages {
		for key, where := range faultKeys(t) {
			if _, ok := catalogue[language][key]; !ok {
				found = append(found, Finding{
					Rule: "text", What: key, Where: where, Says: "this key has no text in " + language,
				})
			}
		}
		for _, other := range Languages {
			for key, path := range catalogue[other] {
				if _, ok := catalogue[language][key]; !ok {
					found = append(found, Finding{
						Rule: "language", What: key, Where: path, Says: "this text is missing in " + language,
					})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.String(), b.String()) })
	return slices.CompactFunc(found, func(a, b Finding) bool { return a == b })
}

// catalogues are the keys per language, each with its file, from every texts/*.toml. The language is the last part of
// the name: nl.toml, mail.nl.toml.
func catalogues(t *Tree) (map[string]map[string]string, []Finding) {
	all := map[string]map[string]string{}
	var found []Finding
	for _, path := range t.Files {
		if !strings.Contains("/"+path, "/texts/") || !strings.HasSuffix(path, ".toml") {
			continue
		}
		var tree map[string]any
		text, _ := t.read(path)
		if _, err := toml.Decode(text, &tree); err != nil {
			found = append(found, Finding{Rule: "text", What: path, Where: path, Says: err.Error()})
			continue
		}
		parts := strings.Split(strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".toml"), ".")
		language := parts[len(parts)-1]
		if !slices.Contains(Languages, language) {
			found = append(found, Finding{
				Rule: "language", What: path, Where: path,
				Says: fmt.Sprintf("%q is not one of the languages %v", language, Languages),
			})
			continue
		}
		if all[language] == nil {
			all[language] = map[string]string{}
		}
		// The workspace's page carries its own catalogue whole: its keys stand apart from those of the program.
		apart := strings.HasPrefix(path, "web/agent/texts/")
		for key := range keys(tree, "") {
			if apart {
				key = "workspace:" + key
			}
			if first, ok := all[language][key]; ok {
				found = append(found, Finding{Rule: "text", What: key, Where: path, Says: "this key also stands in " + first})
			}
			all[language][key] = path
		}
	}
	return all, found
}

// plural is true for a table with plural forms and nothing else: one text.
func plural(table map[string]any) bool {
	for form := range table {
		if !slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, form) {
			return false
		}
	}
	return table["other"] != nil
}

// keys are the paths of the texts: a text is a string, or a table of plural forms.
func keys(tree map[string]any, path string) map[string]bool {
	all := map[string]bool{}
	for name, value := range tree {
		full := strings.TrimPrefix(path+"."+name, ".")
		switch value := value.(type) {
		case string:
			all[full] = true
		case map[string]any:
			if plural(value) {
				all[full] = true
			} else {
				maps.Copy(all, keys(value, full))
			}
		}
	}
	return all
}

// faultKeys are the literal keys given to fault.New and fault.Wrap, each with its first place. Tests and what only tests
// use may invent faults that nobody reads.
func faultKeys(t *Tree) map[string]string {
	all := map[string]string{}
	for _, f := range t.Go {
		if f.Test || strings.HasPrefix(f.Path, "test/") || pathDir(f.Path) == "channel/channeltest" {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 || !callsFault(f, call) {
				return true
			}
			if lit, ok := call.Args[1].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if key, err := strconv.Unquote(lit.Value); err == nil && all[key] == "" {
					all[key] = t.at(lit.Pos())
				}
			}
			return true
		})
	}
	return all
}

func callsFault(f File, call *ast.CallExpr) bool {
	name, inside := "", pathDir(f.Path) == "ground/fault"
	switch fn := call.Fun.(type) {
	case *ast.SelectorExpr:
		if x, ok := fn.X.(*ast.Ident); ok && x.Name == "fault" {
			name = fn.Sel.Name
		}
	case *ast.Ident:
		if inside {
			name = fn.Name
		}
	}
	return name == "New" || name == "Wrap"
}
