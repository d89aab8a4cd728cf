package notice_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"balie/channel/email/notice"
)

func load(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.eml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no reports in %s: %v", folder, err)
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

func TestReportsOfAllKindsOfServersAreRead(t *testing.T) {
	const id = "out-77@energie-oost.example"
	want := map[string]notice.Notice{
		"standard_full":              {id, "Sanne@dewit.example", "failed", notice.Failed, "5.2.2", "552 5.2.2 <sanne@dewit.example>: mailbox is full, try later", true},
		"delayed":                    {id, "sanne@dewit.example", "delayed", notice.Delayed, "4.4.1", "connect to mx.dewit.example: Connection timed out", false},
		"delivered":                  {id, "sanne@dewit.example", "delivered", notice.Delivered, "2.0.0", "Your message has been delivered.", false},
		"no_report_type_exchange_nl": {id, "sanne@dewit.example", "failed", notice.Failed, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", true},
		"two_recipients":             {id, "b@b.example", "failed", notice.Failed, "4.4.7", "x", false},
		"exim":                       {id, "sanne@dewit.example", "", notice.Failed, "5.1.1", "host mx.dewit.example [192.0.2.7]: 550 5.1.1 User unknown", true},
		"qmail":                      {id, "sanne@dewit.example", "", notice.Failed, "5.0.0", "Remote host said: 550 sorry, no mailbox here by that name", true},
		"dutch_plain":                {id, "sanne@kpnmail.example", "", notice.Failed, "", "Uw bericht aan sanne@kpnmail.example kon niet worden bezorgd.", true},
		"broken_status":              {id, "sanne@dewit.example", "failed", notice.Failed, "5.7.1", "554 5.7.1 refused by policy", true},
	}
	for name, raw := range load(t, "report") {
		got, ok := notice.Read(raw)
		if !ok || got != want[name] {
			t.Errorf("%s: %v\ngot  %+v\nwant %+v", name, ok, got, want[name])
		}
	}
}

func TestMailOfPeopleIsNoReport(t *testing.T) {
	for name, raw := range load(t, "none") {
		if n, ok := notice.Read(raw); ok {
			t.Errorf("%s was read as %+v", name, n)
		}
	}
}

// FuzzNotice: no bytes break it, and what it gives can be stored.
func FuzzNotice(f *testing.F) {
	for _, folder := range []string{"report", "none"} {
		for _, raw := range load(f, folder) {
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		n, ok := notice.Read(raw)
		if !ok {
			if n != (notice.Notice{}) {
				t.Fatal("something of nothing")
			}
			return
		}
		if n.Outcome == "" || utf8.RuneCountInString(n.Reason) > 500 || !utf8.ValidString(n.Reason+n.Recipient+n.MessageID+n.Status+n.Action) {
			t.Fatalf("%+v", n)
		}
		if strings.ContainsAny(n.Reason+n.Recipient+n.MessageID, "\x00\r\n") {
			t.Fatalf("cannot be stored: %+v", n)
		}
		if n.Permanent && n.Outcome != notice.Failed {
			t.Fatalf("permanent without a failure: %+v", n)
		}
	})
}
