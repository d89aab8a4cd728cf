package words

import (
	"strings"
	"sync"
)

// knownMost bounds how many words are remembered in each of two generations, some hundreds of kilobytes together.
const knownMost = 4096

// memory remembers the stems of words. Most words of a message are those of every other message, and finding their stems
// takes longer than all else that is done for them.
type memory struct {
	mu          sync.Mutex
	now, before map[string][]string
}

var known memory

// of gives the stems of a word, found by work when they are not remembered. What was not asked for lately is forgotten.
func (m *memory) of(word string, work func(string) []string) []string {
	m.mu.Lock()
	stems, ok := m.now[word]
	if !ok {
		stems, ok = m.before[word]
		if ok {
			m.keep(word, stems)
		}
	}
	m.mu.Unlock()
	if ok {
		return stems
	}
	stems = work(word)
	m.mu.Lock()
	m.keep(strings.Clone(word), stems)
	m.mu.Unlock()
	return stems
}

func (m *memory) keep(word string, stems []string) {
	if m.now == nil || len(m.now) >= knownMost {
		m.now, m.before = make(map[string][]string, knownMost/8), m.now
	}
	m.now[word] = stems
}
