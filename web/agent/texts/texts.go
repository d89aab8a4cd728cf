// Package texts holds the words of the workspace, Dutch and English, one file per language with the same keys. The page
// carries the catalogue of the agent's language; the program in the browser fills in {name}.
package texts

import "embed"

// Files are nl.toml and en.toml.
//
//go:embed *.toml
var Files embed.FS
