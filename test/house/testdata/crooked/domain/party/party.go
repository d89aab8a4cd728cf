// Package party forgets the organisation.
package party

import (
	later "time"
)

// Find has too many parameters.
func Find(a, b, c, d, e, f int) string { return "select name from party where id = $1" }

const right = "select name from party where org = $1 and id = $2"

const alsoRight = "insert into party (org, id) values ($1, $2)"

func parts(where string) string { return "select name from party where " + where }

func partsRight(where string) string { return "select name from party where org = $1 and " + where }

func init() {} // wrong

var now = later.Now // wrong

// Wide has too many methods.
type Wide interface {
	A()
	B()
	C()
	D()
	E()
	F()
}

func put(format func(string, ...any) string) string {
	return format("select name from party where %s", "name is null") // wrong
}

func putRight(format func(string, ...any) string) string {
	return format("select name from party where %s", "org = $1")
}

const byHash = "select name from party where hash = $1"
