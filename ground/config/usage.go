package config

import (
	"fmt"
	"strings"
)

// Usage lists every setting with its default, for --help and the manual.
func Usage() string {
	var b strings.Builder
	b.WriteString("Settings: a flag goes before the environment, that before " + DefaultFile + ", that before the default.\n")
	b.WriteString("--relay-host is BALIE_RELAY_HOST in the environment and relay-host in the file.\n\n")
	fmt.Fprintf(&b, "  %-22s %s\n", "--config", "file with settings (default "+DefaultFile+")")
	for _, s := range settings() {
		name := "--" + s.name
		if s.confidential {
			name = s.name
		}
		about := s.about
		switch {
		case s.confidential:
			about += " (file or environment only)"
		case s.value != "":
			about += " (default " + s.value + ")"
		}
		fmt.Fprintf(&b, "  %-22s %s\n", name, about)
	}
	return b.String()
}
