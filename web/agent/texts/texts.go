// Package texts holds the words of the workspace, Dutch and English: per language a file for each part of the screen,
// with the same keys. The page carries those of the agent's language; the program in the browser fills in {name}.
package texts

import (
	"embed"
	"fmt"

	"github.com/BurntSushi/toml"
)

// Files are the catalogues.
//
//go:embed *.toml
var Files embed.FS

// parts are the files of a language; the first has no name of its own.
var parts = []string{"", "chat.", "rule.", "skill.", "wall."}

// Catalogue is every text in a language. A key stands in one file only.
func Catalogue(language string) (map[string]string, error) {
	all := map[string]string{}
	for _, part := range parts {
		raw, err := Files.ReadFile(part + language + ".toml")
		if err != nil {
			return nil, err
		}
		texts := map[string]string{}
		if err := toml.Unmarshal(raw, &texts); err != nil {
			return nil, fmt.Errorf("%s%s.toml: %w", part, language, err)
		}
		for key, text := range texts {
			if _, twice := all[key]; twice {
				return nil, fmt.Errorf("%s%s.toml: %q stands in another file too", part, language, key)
			}
			all[key] = text
		}
	}
	return all, nil
}
