package house

import (
	"fmt"
	"go/ast"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Fact is a type that is written to the ledger: it has a method Kind that gives one fixed string.
type Fact struct {
	Kind, Type, Doc, Place, Where string
	Fields                        []FactField
}

// FactField is one field as it stands in the ledger.
type FactField struct{ Name, Type, Doc string }

var factKind = regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)

// FactsOf finds the facts in the code, by room and kind.
func FactsOf(t *Tree) []Fact {
	var all []Fact
	for _, p := range t.Packages {
		if !fits("domain/...", p.Path) && !fits("flow/...", p.Path) && !fits("app/...", p.Path) {
			continue
		}
		structs := structsOf(p)
		for _, f := range p.Files {
			for _, decl := range f.AST.Decls {
				kind, typ := kindOf(decl)
				if f.Test || kind == "" {
					continue
				}
				fact := Fact{Kind: kind, Type: typ, Place: p.Path, Where: t.at(decl.Pos())}
				if s, ok := structs[typ]; ok {
					fact.Doc, fact.Fields = s.doc, fieldsOf(s.node)
				}
				all = append(all, fact)
			}
		}
	}
	slices.SortFunc(all, func(a, b Fact) int { return strings.Compare(a.Place+" "+a.Kind, b.Place+" "+b.Kind) })
	return all
}

// Facts checks that a kind is written by one type only, has the form room.past_tense and says what it means.
func Facts(t *Tree) []Finding {
	var found []Finding
	first := map[string]string{}
	for _, f := range FactsOf(t) {
		finding := Finding{Rule: "fact", What: f.Kind, Where: f.Where}
		if where, ok := first[f.Kind]; ok {
			finding.Says = "this fact is also written at " + where
			found = append(found, finding)
		}
		first[f.Kind] = f.Where
		if !factKind.MatchString(f.Kind) {
			finding.Says = "a fact is named room.what_happened"
			found = append(found, finding)
		}
		if f.Doc == "" {
			finding.Says = "the type has no comment; docs/facts.md is made from it"
			found = append(found, finding)
		}
	}
	return found
}

// kindOf reads `func (T) Kind() string { return "case.closed" }`.
func kindOf(decl ast.Decl) (kind, typ string) {
	f, ok := decl.(*ast.FuncDecl)
	if !ok || f.Recv == nil || f.Name.Name != "Kind" || f.Body == nil || len(f.Body.List) != 1 || f.Type.Results.NumFields() != 1 {
		return "", ""
	}
	if result, ok := f.Type.Results.List[0].Type.(*ast.Ident); !ok || result.Name != "string" {
		return "", ""
	}
	ret, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return "", ""
	}
	lit, ok := ret.Results[0].(*ast.BasicLit)
	if !ok {
		return "", ""
	}
	kind, err := strconv.Unquote(lit.Value)
	if err != nil {
		return "", ""
	}
	return kind, receiver(f.Recv.List[0].Type)
}

type structType struct {
	node *ast.StructType
	doc  string
}

func structsOf(p Package) map[string]structType {
	all := map[string]structType{}
	for _, f := range p.Files {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			decl, ok := n.(*ast.GenDecl)
			if !ok {
				return true
			}
			for _, spec := range decl.Specs {
				ts, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				doc := ts.Doc.Text()
				if doc == "" && len(decl.Specs) == 1 {
					doc = decl.Doc.Text()
				}
				node, _ := ts.Type.(*ast.StructType)
				all[ts.Name.Name] = structType{node: node, doc: strings.Join(strings.Fields(doc), " ")}
			}
			return true
		})
	}
	return all
}

// fieldsOf are the fields under their names in JSON.
func fieldsOf(s *ast.StructType) []FactField {
	if s == nil {
		return nil
	}
	var all []FactField
	for _, f := range s.Fields.List {
		doc := strings.Join(strings.Fields(f.Doc.Text()+" "+f.Comment.Text()), " ")
		names := []string{receiver(f.Type)}
		if len(f.Names) > 0 {
			names = nil
			for _, n := range f.Names {
				names = append(names, n.Name)
			}
		}
		for _, name := range names {
			if f.Tag != nil {
				if tag, err := strconv.Unquote(f.Tag.Value); err == nil {
					if json, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ","); json != "" {
						name = json
					}
				}
			}
			if name != "-" {
				all = append(all, FactField{Name: name, Type: typeText(f.Type), Doc: doc})
			}
		}
	}
	return all
}

func typeText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return typeText(e.X) + "." + e.Sel.Name
	case *ast.StarExpr:
		return "*" + typeText(e.X)
	case *ast.ArrayType:
		return "[]" + typeText(e.Elt)
	case *ast.MapType:
		return fmt.Sprintf("map[%s]%s", typeText(e.Key), typeText(e.Value))
	}
	return "…"
}
