package customer

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/domain/org"
	"balie/ground/text"
)

func TestACustomersTextIsShownAsTypedWithSafeLinks(t *testing.T) {
	for typed, want := range map[string]string{
		"a < b & c":                            "a &lt; b &amp; c",
		"zie https://a.example/x?y=1&z=2, dan": `zie <a href="https://a.example/x?y=1&amp;z=2" rel="nofollow noreferrer">https://a.example/x?y=1&amp;z=2</a>, dan`,
		"(https://a.example/b)":                `(<a href="https://a.example/b" rel="nofollow noreferrer">https://a.example/b</a>)`,
		"https://a.example/b_(c)":              `<a href="https://a.example/b_(c)" rel="nofollow noreferrer">https://a.example/b_(c)</a>`,
		`https://a.example/"onclick="x`:        `<a href="https://a.example/" rel="nofollow noreferrer">https://a.example/</a>&#34;onclick=&#34;x`,
		"javascript:alert(1) data:text/html,x": "javascript:alert(1) data:text/html,x",
		"http://":                              "http://",
	} {
		if got := linked(typed); got != want {
			t.Errorf("%q\n got %s\nwant %s", typed, got, want)
		}
	}
}

func FuzzLinked(f *testing.F) {
	f.Add("zie https://a.example/<script>, ja")
	f.Fuzz(func(t *testing.T, typed string) {
		bare := regexp.MustCompile(`<a href="https?://[^"<>]*" rel="nofollow noreferrer">|</a>`).ReplaceAllString(linked(typed), "")
		if strings.ContainsAny(bare, `<>"`) {
			t.Errorf("%q gives %q", typed, linked(typed))
		}
	})
}

func TestEveryAccentCanBeReadOnThePages(t *testing.T) {
	colours := regexp.MustCompile(`#[0-9a-f]{6}`)
	for _, accent := range []org.Colour{"#12566b", "#767676", "#d4145a", "#0000ff", "#000000", "#8a5200", "#007a3d", "#c2410c"} {
		all := colours.FindAllString(accentStyle(accent), -1)
		if len(all) != 4 {
			t.Fatalf("%s: %v", accent, all)
		}
		for _, c := range []struct{ ink, paper string }{
			{all[0], "#ffffff"},
			{all[0], "#f6f5f2"},
			{all[0], "#efede8"},
			{all[0], all[1]},
			{"#ffffff", all[0]},
			{all[2], "#1e2124"},
			{all[2], "#16181a"},
			{all[2], all[3]},
			{"#0d1f25", all[2]},
		} {
			if got := org.Contrast(org.Colour(c.ink), org.Colour(c.paper)); got < 4.5 {
				t.Errorf("accent %s: %s on %s has contrast %.2f", accent, c.ink, c.paper, got)
			}
		}
	}
	if accentStyle("") != "" {
		t.Error("without an accent of its own an organisation has ours")
	}
}

func testFrame(t *testing.T, l text.Locale) *frame {
	t.Helper()
	catalogue, err := text.Load(Texts)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return &frame{Texts: catalogue.For(l), Zone: zone, Now: time.Date(2026, 11, 16, 13, 30, 0, 0, time.UTC)}
}

func TestDaysWithTheSameHoursAreOneLine(t *testing.T) {
	f := testFrame(t, text.Dutch)
	day, late := []org.Span{{From: 9 * 60, To: 17 * 60}}, []org.Span{{From: 8 * 60, To: 12 * 60}, {From: 13 * 60, To: 24 * 60}}
	var said []string
	for _, row := range f.week(org.Week{nil, day, day, day, late, day, nil}) {
		said = append(said, row.Days+" "+row.Hours)
	}
	want := "maandag tot en met woensdag 09.00–17.00|donderdag 08.00–12.00, 13.00–00.00|vrijdag 09.00–17.00|zaterdag en zondag gesloten"
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if rows := f.week(org.Week{day, day, day, day, day, day, day}); len(rows) != 1 || rows[0].Days != "maandag tot en met zondag" {
		t.Errorf("the same each day: %v", rows)
	}
}

func TestAWholeNetworkOfOneHouseholdHasOnePace(t *testing.T) {
	p, now := newPace(), time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)
	allowed := 0
	for n := range 200 {
		a := netip.MustParseAddr("2001:db8::1").As16()
		a[15] = byte(n)
		if p.allow(netip.AddrFrom16(a), now) {
			allowed++
		}
	}
	if allowed != paceBurst {
		t.Errorf("%d forms of one network in a moment", allowed)
	}
	if !p.allow(netip.MustParseAddr("2001:db8:0:1::1"), now) || !p.allow(netip.MustParseAddr("192.0.2.1"), now) {
		t.Error("the neighbours are stopped too")
	}
	if !p.allow(netip.Addr{}, now) {
		t.Error("nobody knows where it came from, and it is stopped")
	}
}

func TestManyAddressesDoNotFillTheMemory(t *testing.T) {
	p, now := newPace(), time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)
	for n := range paceMost + 10 {
		p.allow(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), now)
	}
	if p.Len() > paceMost {
		t.Errorf("%d addresses are remembered", p.Len())
	}
}

func TestOnlyTheFirstNameOfAnAgentIsSaid(t *testing.T) {
	for name, want := range map[string]string{"Maaike Vos": "Maaike", " Jan-Willem de Boer": "Jan-Willem", "": ""} {
		if got := first(name); got != want {
			t.Errorf("%q gives %q", name, got)
		}
	}
}
