package letter

import "strings"

var dutch = words("de het een en van ik je u uw wij we niet dat die is zijn was heb heeft hebben met voor op aan bij maar ook naar dan wel nog graag groet groeten hoi hallo beste geachte mijn jullie wat hoe kan kunt wil zou alvast bedankt vriendelijke wordt geen al er om te ontvangen rekening vraag")

var english = words("the a an and of i you your we not that this is are was were have has with for on at but also to then please regards hi hello dear my what how can could would will thanks thank best kind no there be been received bill question it from me")

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	// Words of both languages say nothing.
	for _, w := range []string{"is", "was", "we", "van", "have"} {
		delete(m, w)
	}
	return m
}

// locale guesses "nl" or "en" from the small words of the first lines; "" when neither clearly leads.
func locale(text string) string {
	nl, en := 0, 0
	text = cut(text, 800)
	start := -1
	for i := 0; i <= len(text); i++ {
		letter := i < len(text) && (text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' || text[i] >= 0x80)
		switch {
		case letter && start < 0:
			start = i
		case !letter && start >= 0:
			if i-start < 14 {
				var low [16]byte
				n := copy(low[:], text[start:i])
				for k := range n {
					if low[k] >= 'A' && low[k] <= 'Z' {
						low[k] |= 0x20
					}
				}
				if dutch[string(low[:n])] {
					nl++
				}
				if english[string(low[:n])] {
					en++
				}
			}
			start = -1
		}
	}
	switch {
	case nl >= 2 && nl > en+en/4, nl == 1 && en == 0:
		return "nl"
	case en >= 2 && en > nl+nl/4, en == 1 && nl == 0:
		return "en"
	}
	return ""
}
