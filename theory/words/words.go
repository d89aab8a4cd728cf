// Package words turns text into search words, the same way for what is stored and for what is asked, so that both
// databases find the same. It knows Dutch and English: case, accents, endings (huis, huizen), the last part of common
// compounds (energierekening is found by rekening), case numbers and mail addresses as a whole and in parts.
//
// A search word is "w:" and a word as written, or "s:" and the stem of a word. A word that is its own stem is stored
// once, as "w:"; Query asks for both.
package words

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const (
	// MaxWords bounds what one text adds to the index. A long letter has a tenth of it.
	MaxWords = 4000
	// MaxBytes bounds one search word, with its prefix; what is longer is cut, in questions too.
	MaxBytes = 40
	// maxQuery bounds the words of one question.
	maxQuery = 16
	// minJoined is the number of digits from which 06-1234 5678 is also one number; below it 12-3 could be anything.
	minJoined = 9
)

const (
	wordPrefix = "w:"
	stemPrefix = "s:"
)

// Index gives the search words of a text, each once, in the order in which they come.
func Index(text string) []string {
	room := 32 + min(len(text)/8, MaxWords)
	x := indexer{out: make([]string, 0, room), seen: make(map[string]struct{}, room)}
	s := newScanner(text)
	for !x.full() && s.next() {
		x.token(s)
	}
	return x.out
}

// Query gives, per word of a question, the search words of which at least one must be there. Nothing for a question
// without a letter or digit.
func Query(question string) [][]string {
	var all [][]string
	asked := map[string]bool{}
	st := newStemmer()
	s := newScanner(question)
	for len(all) < maxQuery && s.next() {
		for _, part := range s.asked() {
			word := string(part)
			if asked[word] {
				continue
			}
			asked[word] = true
			all = append(all, alternatives(st, word))
		}
	}
	return all[:min(len(all), maxQuery)]
}

func alternatives(st *stemmer, word string) []string {
	tagged := func(prefix, word string) string { return string(tag(nil, prefix, []byte(word))) }
	out := []string{tagged(wordPrefix, word)}
	if joined := joinDigits([]byte(word)); joined != nil {
		out = append(out, tagged(wordPrefix, string(joined)))
	}
	stems, n := st.stems(word)
	if n == 0 {
		return append(out, tagged(stemPrefix, word)) // too short to lose an ending, but others may end up as it
	}
	for _, stem := range stems[:n] {
		// A word that is its own stem was stored as a word only.
		out = add(out, tagged(stemPrefix, stem))
		out = add(out, tagged(wordPrefix, stem))
	}
	return out
}

func add(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// indexer collects search words.
type indexer struct {
	out     []string
	seen    map[string]struct{}
	stem    *stemmer
	scratch []byte
}

func (x *indexer) full() bool { return len(x.out) >= MaxWords }

func (x *indexer) token(s *scanner) {
	if s.joined() {
		x.put(wordPrefix, s.whole)
		if digits := joinDigits(s.whole); digits != nil {
			x.put(wordPrefix, digits)
		}
	}
	for _, part := range s.parts {
		word := x.put(wordPrefix, part)
		if word == "" {
			continue // its stems were stored with it
		}
		if isPostcode(part) {
			x.put(wordPrefix, part[:4])
			x.put(wordPrefix, part[4:])
		}
		x.stems(word)
	}
}

func (x *indexer) stems(word string) {
	for _, stem := range known.of(word, x.work) {
		x.put(stemPrefix, []byte(stem))
	}
}

// work finds the stems that a word is stored with, besides the word itself.
func (x *indexer) work(word string) (all []string) {
	if x.stem == nil {
		x.stem = newStemmer()
	}
	stems, n := x.stem.stems(word)
	for _, stem := range stems[:n] {
		if stem != word {
			all = append(all, strings.Clone(stem))
		}
	}
	if n == 0 {
		return nil
	}
	for _, written := range [...]string{word, stems[0]} {
		if stem := compoundHead(written); stem != "" {
			return append(all, strings.Clone(stem))
		}
	}
	return all
}

// put gives the word as it was stored, without its prefix; nothing when it was there already or there is no room.
func (x *indexer) put(prefix string, word []byte) string {
	if x.full() {
		return ""
	}
	x.scratch = tag(x.scratch, prefix, word)
	if _, ok := x.seen[string(x.scratch)]; ok { // this conversion does not allocate
		return ""
	}
	stored := string(x.scratch)
	x.seen[stored] = struct{}{}
	x.out = append(x.out, stored)
	return stored[len(prefix):]
}

// tag puts the prefix before a word, over what is in to, and cuts both to MaxBytes, never inside a letter.
func tag(to []byte, prefix string, word []byte) []byte {
	limit := MaxBytes - len(prefix)
	if len(word) > limit {
		for limit > 0 && !utf8.RuneStart(word[limit]) {
			limit--
		}
		word = word[:limit]
	}
	return append(append(to[:0], prefix...), word...)
}

// joinDigits writes a telephone number that was typed with hyphens as one number; nothing for anything else.
func joinDigits(word []byte) []byte {
	digits := 0
	for _, c := range word {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c != '-':
			return nil
		}
	}
	if digits < minJoined || digits == len(word) {
		return nil
	}
	return bytes.ReplaceAll(word, []byte("-"), nil)
}

// isPostcode recognises 1234ab, which others write as 1234 AB.
func isPostcode(word []byte) bool {
	if len(word) != 6 {
		return false
	}
	for i, c := range word {
		digit := '0' <= c && c <= '9'
		if digit != (i < 4) || !digit && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
