package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

var (
	sqlTable   = regexp.MustCompile(`(?i)\b(from|join|update|into)\s+([a-z_][a-z0-9_]*)`)
	sqlVerb    = regexp.MustCompile(`(?i)^\s*(select|insert|update|delete|with)\b`)
	orgCompare = regexp.MustCompile(`(?i)\b(org|hash)\s*(=|in\b)|=\s*([a-z_]+\.)?org\b|\(([a-z_]+\.)?org\s*,`)
	orgColumn  = regexp.MustCompile(`(?i)\borg\b`)
)

// Queries checks that SQL on a table with an organisation names the organisation: a select, update or delete compares
// it, an insert fills it. The hash of a secret does as well: it is one row, for whoever has the secret. SQL that is put
// together from parts is taken with all SQL of its function. Ground lies under the organisations: its followers serve
// all of them.
func Queries(t *Tree) []Finding {
	carries := map[string]bool{}
	for _, table := range Tables(t) {
		carries[table.Name] = carries[table.Name] || hasColumn(table.Body, "org")
	}
	var found []Finding
	for _, f := range t.Go {
		if f.Test || strings.HasPrefix(f.Path, "test/") || strings.HasPrefix(f.Path, "ground/") {
			continue
		}
		for _, decl := range f.AST.Decls {
			texts := stringsIn(decl)
			all := ""
			for _, s := range texts {
				all += s.text + "\n"
			}
			for _, s := range texts {
				in := s.text
				if s.joined || strings.Contains(s.text, "%s") {
					in = all
				}
				if table := forgets(s.text, in, carries); table != "" {
					found = append(found, Finding{
						Rule: "query", What: f.Path + " " + declName(decl, s.pos), Where: t.at(s.pos),
						Says: fmt.Sprintf("this query on %s does not ask for the organisation", table),
					})
				}
			}
		}
	}
	return found
}

// forgets gives the first table of the SQL that carries an organisation when the text around it does not ask for it.
func forgets(sql, around string, carries map[string]bool) string {
	verb := sqlVerb.FindStringSubmatch(sql)
	if verb == nil {
		return ""
	}
	asks := orgCompare
	if strings.EqualFold(verb[1], "insert") {
		asks = orgColumn
	}
	for _, m := range sqlTable.FindAllStringSubmatch(sql, -1) {
		if table := strings.ToLower(m[2]); carries[table] && !asks.MatchString(around) {
			return table
		}
	}
	return ""
}

// sqlText is one string in the code; joined when something that is not a literal is added to it.
type sqlText struct {
	text   string
	pos    token.Pos
	joined bool
}

func stringsIn(n ast.Node) []sqlText {
	var all []sqlText
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field:
			return false
		case *ast.BinaryExpr:
			if n.Op == token.ADD {
				if s := concatenation(n); s.text != "" {
					all = append(all, s)
					return false
				}
			}
		case *ast.BasicLit:
			if s := literal(n); s != "" {
				all = append(all, sqlText{text: s, pos: n.Pos()})
			}
		}
		return true
	})
	return all
}

func concatenation(e ast.Expr) sqlText {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return sqlText{joined: true, pos: e.Pos()}
		}
		left, right := concatenation(e.X), concatenation(e.Y)
		return sqlText{text: left.text + right.text, pos: left.pos, joined: left.joined || right.joined}
	case *ast.BasicLit:
		return sqlText{text: literal(e), pos: e.Pos()}
	}
	return sqlText{joined: true, pos: e.Pos()}
}

func literal(l *ast.BasicLit) string {
	if l.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(l.Value)
	if err != nil {
		return ""
	}
	return s
}

// declName is the function or the constant in which pos stands.
func declName(decl ast.Decl, pos token.Pos) string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		return funcName(d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && v.Pos() <= pos && pos < v.End() {
				return v.Names[0].Name
			}
		}
	}
	return ""
}
