package org

import (
	"math"
	"strconv"

	"balie/ground/fault"
)

// The surfaces that an accent must be readable on: the card of a customer page, in light and in dark.
const (
	lightCard = Colour("#ffffff")
	darkCard  = Colour("#1e2124")
	// Enough is the least contrast of text with its background (WCAG 2.2, success criterion 1.4.3).
	Enough = 4.5
)

// Colour is "#rrggbb" in lower case.
type Colour string

// ParseColour reads "#rgb" or "#rrggbb".
func ParseColour(s string) (Colour, error) {
	if len(s) == 4 && s[0] == '#' {
		s = string([]byte{'#', s[1], s[1], s[2], s[2], s[3], s[3]})
	}
	if len(s) != 7 || s[0] != '#' {
		return "", fault.New(fault.Invalid, "org.accent_unreadable", "colour", s)
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return "", fault.New(fault.Invalid, "org.accent_unreadable", "colour", s)
	}
	return fromRGB(float64(n>>16), float64(n>>8&0xff), float64(n&0xff)), nil
}

func fromRGB(r, g, b float64) Colour {
	n := uint64(math.Round(r))<<16 | uint64(math.Round(g))<<8 | uint64(math.Round(b))
	s := strconv.FormatUint(n, 16)
	return Colour("#" + "000000"[len(s):] + s)
}

func (c Colour) rgb() (r, g, b float64) {
	n, _ := strconv.ParseUint(string(c[1:]), 16, 32) // a Colour is made by ParseColour
	return float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)
}

// luminance is the relative luminance of WCAG 2.2.
func (c Colour) luminance() float64 {
	linear := func(v float64) float64 {
		v /= 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	r, g, b := c.rgb()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// Contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// OnDark is the same hue, mixed with white until it can be read on a dark page. No colour can be read on both white
// and dark, so an organisation chooses the light one and the dark one follows.
func (c Colour) OnDark() Colour {
	r, g, b := c.rgb()
	for mix := 0.0; mix < 1; mix += 0.02 {
		lighter := fromRGB(r+(255-r)*mix, g+(255-g)*mix, b+(255-b)*mix)
		if Contrast(lighter, darkCard) >= Enough {
			return lighter
		}
	}
	return lightCard
}

// checkAccent refuses a colour that letters of that colour cannot be read in on white; white letters on it are then
// readable too.
func checkAccent(c Colour) (Colour, error) {
	if c == "" {
		return "", nil
	}
	c, err := ParseColour(string(c))
	if err != nil {
		return "", err
	}
	if got := Contrast(c, lightCard); got < Enough {
		return "", fault.New(fault.Invalid, "org.accent_too_light",
			"contrast", math.Floor(got*10)/10, "least", Enough)
	}
	return c, nil
}
