package texts

import (
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

func catalogue(t *testing.T, name string) map[string]string {
	t.Helper()
	texts, err := Catalogue(strings.TrimSuffix(name, ".toml"))
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	sort.Strings(found)
	return found
}

func TestBothLanguagesHaveTheSameTextsWithTheSameBlanks(t *testing.T) {
	nl, en := catalogue(t, "nl.toml"), catalogue(t, "en.toml")
	for key, text := range nl {
		other, there := en[key]
		if !there {
			t.Errorf("en.toml lacks %q", key)
			continue
		}
		if a, b := placeholders(text), placeholders(other); len(a) != len(b) || !equal(a, b) {
			t.Errorf("%q has blanks %v in Dutch and %v in English", key, a, b)
		}
	}
	for key := range en {
		if _, there := nl[key]; !there {
			t.Errorf("nl.toml lacks %q", key)
		}
	}
}

func equal(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

var (
	used   = regexp.MustCompile(`\bt\(\s*"([a-z_]+\.[a-z0-9_]+)"`)
	usedIf = regexp.MustCompile(`\? "([a-z_]+\.[a-z0-9_]+)" : "([a-z_]+\.[a-z0-9_]+)"`)
	plural = regexp.MustCompile(`\bcount\("([a-z_]+\.[a-z0-9_]+)"`)
)

func TestEveryTextThatTheWorkspaceAsksForExists(t *testing.T) {
	nl := catalogue(t, "nl.toml")
	files, err := filepath.Glob("../ui/*.ts*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources found: %v", err)
	}
	asked := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, m := range used.FindAllStringSubmatch(string(source), -1) {
			keys = append(keys, m[1])
		}
		for _, m := range usedIf.FindAllStringSubmatch(string(source), -1) {
			keys = append(keys, m[1], m[2])
		}
		for _, m := range plural.FindAllStringSubmatch(string(source), -1) {
			keys = append(keys, m[1]+"_one", m[1]+"_other")
		}
		for _, key := range keys {
			asked++
			if nl[key] == "" {
				t.Errorf("%s asks for %q", filepath.Base(file), key)
			}
		}
	}
	if asked < 100 {
		t.Fatalf("only %d questions for a text were found: the pattern no longer fits the sources", asked)
	}
}
