package customer

import (
	"fmt"
	"strconv"

	"balie/domain/org"
)

// Shades are an organisation's accent in both schemes, readable on every surface of these pages (WCAG 2.2, success
// criterion 1.4.3): as ink, as a surface with a little of it, and what is written on it.
type Shades struct {
	Light   org.Colour `json:"light"`
	LightBg org.Colour `json:"light_bg"`
	OnLight org.Colour `json:"on_light"`
	Dark    org.Colour `json:"dark"`
	DarkBg  org.Colour `json:"dark_bg"`
	OnDark  org.Colour `json:"on_dark"`
}

// ShadesOf makes them of a colour.
func ShadesOf(c org.Colour) Shades {
	s := Shades{Light: c, Dark: c.OnDark()}
	for n := 1; n <= 20 && org.Contrast(s.Light, "#efede8") < org.Enough; n++ {
		s.Light = mix(c, "#000000", float64(n)*0.04)
	}
	s.LightBg, s.DarkBg = wash(s.Light, "#ffffff"), wash(s.Dark, "#1e2124")
	s.OnLight, s.OnDark = inkOn(s.Light), inkOn(s.Dark)
	return s
}

// inkOn is the ink that is best read on a colour.
func inkOn(c org.Colour) org.Colour {
	const paper, ink = org.Colour("#ffffff"), org.Colour("#10181b")
	if org.Contrast(c, paper) >= org.Contrast(c, ink) {
		return paper
	}
	return ink
}

// accentStyle makes the organisation's accent fit both schemes.
func accentStyle(c org.Colour) string {
	if c == "" {
		return ""
	}
	s := ShadesOf(c)
	return fmt.Sprintf(":root{--accent:%s;--accent-bg:%s}@media (prefers-color-scheme:dark){:root{--accent:%s;--accent-bg:%s}}",
		s.Light, s.LightBg, s.Dark, s.DarkBg)
}

// wash is a surface with a little of the accent in it, on which the accent can still be read.
func wash(accent, surface org.Colour) org.Colour {
	for share := 0.14; share > 0; share -= 0.02 {
		if c := mix(surface, accent, share); org.Contrast(accent, c) >= org.Enough {
			return c
		}
	}
	return surface
}

// mix gives a with a share of b in it.
func mix(a, b org.Colour, share float64) org.Colour {
	var out [3]int64
	for i := range out {
		x, _ := strconv.ParseInt(string(a[1+2*i:3+2*i]), 16, 64) // a Colour is made by org.ParseColour
		y, _ := strconv.ParseInt(string(b[1+2*i:3+2*i]), 16, 64)
		out[i] = int64(float64(x)*(1-share) + float64(y)*share + 0.5)
	}
	return org.Colour(fmt.Sprintf("#%02x%02x%02x", out[0], out[1], out[2]))
}
