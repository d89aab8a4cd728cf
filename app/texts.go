package app

import "embed"

// Texts are what the program itself says, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS
