package letter_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"balie/channel"
	"balie/channel/email/letter"
)

var update = flag.Bool("update", false, "write the golden files anew")

// told writes a letter down for a golden file.
func told(l letter.Letter) string {
	var b strings.Builder
	put := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	put("problem", l.Problem)
	put("from", one(l.From))
	for _, p := range l.CC {
		put("cc", one(p))
	}
	for _, p := range l.Recipients {
		put("recipient", one(p))
	}
	put("subject", l.Subject)
	if !l.At.IsZero() {
		put("at", l.At.Format("2006-01-02T15:04:05Z07:00"))
	}
	put("id", l.Thread.ID)
	put("parents", strings.Join(l.Thread.Parents, " "))
	put("numbers", strings.Join(l.Thread.Numbers, " "))
	put("locale", l.Locale)
	put("proof", l.Proof)
	if l.Auto {
		put("auto", "yes")
	}
	for _, f := range l.Files {
		put("file", fmt.Sprintf("%q %s %d bytes %s", f.Name, f.Type, len(f.Data), f.ContentID))
	}
	fmt.Fprintf(&b, "=== text\n%s\n", l.Text)
	if l.Quoted != "" {
		fmt.Fprintf(&b, "=== quoted\n%s\n", l.Quoted)
	}
	if l.HTML != "" {
		fmt.Fprintf(&b, "=== html\n%s\n", l.HTML)
	}
	return b.String()
}

func one(p channel.Person) string { return strings.TrimSpace(p.Name + " <" + p.Address + ">") }

func mails(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/mail/*.eml")
	if err != nil || len(paths) < 20 {
		t.Fatalf("only %d mails in testdata: %v", len(paths), err)
	}
	all := map[string][]byte{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".eml")] = raw
	}
	return all
}

func TestEveryMailReadsAsWrittenDown(t *testing.T) {
	for name, raw := range mails(t) {
		t.Run(name, func(t *testing.T) {
			l, err := letter.Read(raw, letter.Options{Trusted: []string{"mx.energie-oost.example"}})
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "golden", name+".txt")
			got := told(l)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
