package email_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"balie/channel/email"
)

// TestEveryFaultOfMailHasItsSentences looks for the keys in the source: one that is made up later may not be forgotten.
func TestEveryFaultOfMailHasItsSentences(t *testing.T) {
	key := regexp.MustCompile(`"(email\.[a-z_]+)"`)
	used := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range key.FindAllSubmatch(source, -1) {
			used[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, locale := range []string{"nl", "en"} {
		var texts map[string]any
		if _, err := toml.DecodeFS(email.Texts, "texts/"+locale+".toml", &texts); err != nil {
			t.Fatal(err)
		}
		for k := range used {
			if s, ok := texts[k].(string); !ok || s == "" {
				t.Errorf("%s has no sentence for %s", locale, k)
			}
		}
		for k := range texts {
			if !used[k] {
				t.Errorf("%s has a sentence for %s, which nothing says", locale, k)
			}
		}
	}
}
