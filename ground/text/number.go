package text

import (
	"math"
	"strconv"
	"strings"
)

// Number writes a number with the decimal sign of the language and thousands in groups. decimals -1 means as many
// as it needs.
func (t Texts) Number(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	digits := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	point, group := ".", ","
	if t.locale == Dutch {
		point, group = ",", "."
	}
	var b strings.Builder
	if v < 0 && strings.Trim(digits, "0.") != "" {
		b.WriteString("-")
	}
	for i, digit := range whole {
		if left := len(whole) - i; i > 0 && left%3 == 0 && len(whole) > 4 {
			b.WriteString(group)
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString(point + fraction)
	}
	return b.String()
}

// Grade writes an average grade with one decimal: "8,2".
func (t Texts) Grade(v float64) string { return t.Number(v, 1) }

// Share writes a share between 0 and 1 as a percentage: "72%".
func (t Texts) Share(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return t.Number(100*v, 0) + "%"
}

// Size writes a number of bytes as the sizes that people see at their files: "640 kB", "2,4 MB".
func (t Texts) Size(bytes int64) string {
	switch {
	case bytes < 1000:
		return t.T("text.bytes", "count", bytes)
	case bytes < 999_500:
		return t.Number(math.Round(float64(bytes)/1e3), 0) + " kB"
	case bytes < 999_950_000:
		return t.Number(float64(bytes)/1e6, 1) + " MB"
	}
	return t.Number(float64(bytes)/1e9, 1) + " GB"
}
