package app_test

import (
	"os"
	"strings"
	"testing"

	"balie/ground/config"
)

func TestEverySettingStandsInTheManual(t *testing.T) {
	b, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(config.Usage()) {
		name, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(line, "  "), "--"), " ")
		if !ok || !strings.HasPrefix(line, "  ") {
			continue
		}
		n++
		if !strings.Contains(string(b), "\n| `"+name+"` |") {
			t.Errorf("docs/operating.md does not explain %s", name)
		}
	}
	if n < 20 {
		t.Errorf("%d settings were looked at", n)
	}
}
