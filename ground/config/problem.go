package config

import (
	"errors"
	"fmt"

	"balie/ground/fault"
	"github.com/BurntSushi/toml"
)

func problem(key, line string, args ...any) *Problem {
	return &Problem{line: line, fault: fault.New(fault.Invalid, key, args...)}
}

func badValue(s setting, v given) *Problem {
	shown := fmt.Sprintf("%q", v.value)
	if s.confidential || s.name == "database" { // the address of a database holds its password
		shown = "this value"
	}
	line := fmt.Sprintf("%s: %s is not what is expected here: %s", v.place, shown, s.expects)
	return problem("config.bad_value", line, "place", v.place, "name", s.name, "expects", s.expects)
}

func badFile(path string, err error) *Problem {
	line := path + ": " + err.Error()
	var at toml.ParseError
	if errors.As(err, &at) {
		// Its own message shows what stands there, which may be a password.
		line = fmt.Sprintf(`%s line %d: cannot be read; a setting looks like: listen = "127.0.0.1:8080"`, path, at.Position.Line)
	}
	return problem("config.bad_file", line, "file", path)
}

func unknownKey(path, line, key string) *Problem {
	text := fmt.Sprintf("%s%s: there is no setting %q", path, line, key)
	if near := nearest(key); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	} else {
		text += "; balie serve --help lists them"
	}
	return problem("config.unknown_key", text, "file", path, "name", key)
}

// nearest is the setting that differs from key in at most two letters.
func nearest(key string) string {
	best, name := 3, ""
	for _, s := range settings() {
		if d := distance(key, s.name); d < best {
			best, name = d, s.name
		}
	}
	return name
}

// distance counts the letters to change, add or leave out (Levenshtein).
func distance(a, b string) int {
	if len(a) > 2*len(b) || len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
