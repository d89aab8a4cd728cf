// Package widget is the chat on other people's pages: button.ts is what every visitor downloads, panel.ts what comes when
// somebody opens it. The built files lie in web/assets; here is only what the desk must know of them: the texts it sends.
package widget

import (
	_ "embed"
	"regexp"
)

//go:embed keys.ts
var list string

// Keys are the texts that the widget shows, as they stand in the catalogue ("widget.title"). keys.ts is the one list.
func Keys() []string {
	block := regexp.MustCompile(`(?s)keys = \[(.*?)\] as const`).FindStringSubmatch(list)
	if block == nil {
		return nil
	}
	var keys []string
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(block[1], -1) {
		keys = append(keys, "widget."+m[1])
	}
	return keys
}
