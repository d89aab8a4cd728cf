package house

import (
	"regexp"
	"strings"
)

// Table is a table that a migration makes.
type Table struct {
	Name, File, Body string
}

var createTable = regexp.MustCompile(`(?is)\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?"?([a-z_][a-z0-9_]*)"?\s*\(`)

// Tables reads the tables from every migration, in the order of the files.
func Tables(t *Tree) []Table {
	var all []Table
	for _, path := range t.Files {
		if !strings.Contains("/"+path, "/migrations/") || !strings.HasSuffix(path, ".sql") {
			continue
		}
		text, ok := t.read(path)
		if !ok {
			continue
		}
		text = up(text)
		for _, m := range createTable.FindAllStringSubmatchIndex(text, -1) {
			all = append(all, Table{Name: named(strings.ToLower(text[m[2]:m[3]]), text[m[1]:]), File: path, Body: balanced(text[m[1]:])})
		}
	}
	return all
}

var renameTable = regexp.MustCompile(`(?i)\balter\s+table\s+([a-z_][a-z0-9_]*)\s+rename\s+to\s+([a-z_][a-z0-9_]*)`)

// named is what a table is called in the end: one that is made anew takes the place of the old one.
func named(name, after string) string {
	for _, m := range renameTable.FindAllStringSubmatch(after, -1) {
		if strings.EqualFold(m[1], name) {
			return strings.ToLower(m[2])
		}
	}
	return name
}

// Organisations checks that every table carries its organisation and that no two rooms make the same table.
func Organisations(t *Tree) []Finding {
	var found []Finding
	maker := map[string]string{}
	for _, table := range Tables(t) {
		if first, ok := maker[table.Name]; ok && pathDir(first) != pathDir(table.File) {
			found = append(found, Finding{
				Rule: "table", What: table.Name, Where: table.File, Says: "this table is also made in " + first,
			})
		}
		maker[table.Name] = table.File
		if !hasColumn(table.Body, "org") {
			found = append(found, Finding{
				Rule: "organisation", What: table.Name, Where: table.File,
				Says: "the table has no column org: every table carries its organisation, every query asks for it",
			})
		}
	}
	return found
}

var (
	oneEngine  = strings.NewReplacer("{sqlite}", "", "{postgres}", "")
	sqlComment = regexp.MustCompile(`(?m)--.*$`)
	downPart   = regexp.MustCompile(`(?im)^--\s*\+goose\s+Down\b`)
)

// up is the part of a migration that goes forward, without comments.
func up(sql string) string {
	if at := downPart.FindStringIndex(sql); at != nil {
		sql = sql[:at[0]]
	}
	return sqlComment.ReplaceAllString(oneEngine.Replace(sql), "")
}

// balanced is the text up to the parenthesis that closes the one before it.
func balanced(s string) string {
	depth := 1
	for i, c := range s {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return s[:i]
		}
	}
	return s
}

// hasColumn looks for a column definition: a part between commas at the top level that starts with the name.
func hasColumn(body, name string) bool {
	depth, start := 0, 0
	for i, c := range body + "," {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			if words := strings.Fields(body[start:i]); len(words) > 1 && strings.EqualFold(strings.Trim(words[0], `"`), name) {
				return true
			}
			start = i + 1
		}
	}
	return false
}
