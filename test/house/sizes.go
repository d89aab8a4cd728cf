package house

import (
	"fmt"
	"go/ast"
	"strings"
)

// The caps. They are for the tail: most things should be far below them.
const (
	maxFile      = 400 // lines
	maxFunction  = 60  // lines, from func to the closing brace
	maxInterface = 5   // methods
	maxParams    = 5   // a context counts, a receiver does not
)

// Sizes checks the caps and that every package says what it is.
func Sizes(t *Tree) []Finding {
	var found []Finding
	for _, p := range t.Packages {
		if p.Doc == "" {
			found = append(found, Finding{Rule: "doc", What: p.Path, Says: "the package has no doc comment"})
		}
	}
	for _, f := range t.Go {
		if f.Size > maxFile {
			found = append(found, Finding{
				Rule: "file", What: f.Path, Where: f.Path, Says: fmt.Sprintf("%d lines, at most %d", f.Size, maxFile),
			})
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			found = append(found, t.tooLong(f, n)...)
			return true
		})
	}
	return found
}

func (t *Tree) tooLong(f File, n ast.Node) []Finding {
	switch n := n.(type) {
	case *ast.FuncDecl:
		var found []Finding
		what := f.Path + " " + funcName(n)
		lines := t.Fset.Position(n.End()).Line - t.Fset.Position(n.Pos()).Line + 1
		if lines > maxFunction {
			found = append(found, Finding{
				Rule: "function", What: what, Where: t.at(n.Pos()), Says: fmt.Sprintf("%d lines, at most %d", lines, maxFunction),
			})
		}
		if params := n.Type.Params.NumFields(); params > maxParams {
			found = append(found, Finding{
				Rule: "parameters", What: what, Where: t.at(n.Pos()),
				Says: fmt.Sprintf("%d parameters, at most %d", params, maxParams),
			})
		}
		return found
	case *ast.TypeSpec:
		i, ok := n.Type.(*ast.InterfaceType)
		if !ok || methods(i) <= maxInterface {
			return nil
		}
		return []Finding{{
			Rule: "interface", What: f.Path + " " + n.Name.Name, Where: t.at(n.Pos()),
			Says: fmt.Sprintf("%d methods, at most %d", methods(i), maxInterface),
		}}
	}
	return nil
}

func methods(i *ast.InterfaceType) int {
	count := 0
	for _, m := range i.Methods.List {
		if _, ok := m.Type.(*ast.FuncType); ok {
			count += len(m.Names)
		}
	}
	return count
}

// funcName is the name with its receiver: "Room.Close".
func funcName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	return receiver(f.Recv.List[0].Type) + "." + f.Name.Name
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return strings.TrimSpace(fmt.Sprintf("%T", e))
}
