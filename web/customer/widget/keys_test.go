package widget_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"balie/ground/text"
	"balie/web/customer"
	"balie/web/customer/widget"
)

func TestTheListOfTextsIsTheOneOfTheCatalogue(t *testing.T) {
	all, err := text.Load(customer.Texts)
	if err != nil {
		t.Fatal(err)
	}
	keys := widget.Keys()
	if len(keys) < 50 {
		t.Fatalf("only %d texts were read from the list", len(keys))
	}
	for i, key := range keys {
		if slices.Contains(keys[:i], key) {
			t.Errorf("%s stands twice in the list", key)
		}
		if !all.Has(key) {
			t.Errorf("%s has no text", key)
		}
	}
	for _, key := range all.Keys() {
		if strings.HasPrefix(key, "widget.") && !slices.Contains(keys, key) {
			t.Errorf("%s has a text and is not in the list", key)
		}
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	var program strings.Builder
	sources, err := filepath.Glob("*.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range sources {
		if path == "keys.ts" {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		program.Write(content)
	}
	for _, key := range widget.Keys() {
		name := strings.TrimPrefix(key, "widget.")
		if !strings.Contains(program.String(), `"`+name+`"`) && !strings.HasPrefix(name, "face_") {
			t.Errorf("%s is shown nowhere", key)
		}
	}
}
