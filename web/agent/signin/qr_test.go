package signin

import (
	"strings"
	"testing"
)

func TestTheQRCodeHasItsCornersAndItsWhiteEdge(t *testing.T) {
	svg, err := drawQR("otpauth://totp/Balie:carla@energie-oost.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Balie")
	if err != nil {
		t.Fatal(err)
	}
	// The two upper corners and the lower left one begin with seven black modules (ISO/IEC 18004, finder pattern).
	if n := strings.Count(svg, "h7v1h-7z"); n < 6 || !strings.Contains(svg, "M4 4h7v1h-7z") {
		t.Errorf("%d rows of corners: %s", n, svg)
	}
	if strings.Contains(svg, "M0 1") || strings.Contains(svg, "M3 ") {
		t.Error("there is black in the white edge")
	}
}

func TestOnlyPathsOfThisSiteAreSafe(t *testing.T) {
	for next, want := range map[string]string{
		"/desk/cases/12?tab=1": "/desk/cases/12?tab=1", "/manage": "/manage", "/sign-in/me": "/sign-in/me",
		"/sign-in": Home, "/sign-out": Home, "//evil.example/desk": Home, "/\\evil.example": Home, "https://evil.example": Home,
		"/desk/../../x": Home, "/desk\n": Home, "desk": Home, "/" + strings.Repeat("a", 600): Home, "/%2f/evil.example": Home,
	} {
		if got := safeNext(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func FuzzNextStaysOnThisSite(f *testing.F) {
	f.Add("/desk?x=//y")
	f.Add("/\\evil.example")
	f.Fuzz(func(t *testing.T, s string) {
		got := safeNext(s)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("%q leads to %q", s, got)
		}
	})
}
