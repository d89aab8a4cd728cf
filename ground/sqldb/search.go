package sqldb

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// wordIndex makes the index of words: FTS5 on SQLite, a tsvector on PostgreSQL. Words are made in Go, alike for both
// engines, so both find the same. The organisation stands in front of every word, so a search cannot cross over and a
// word that is rare in one organisation is cheap to find there. Each commit makes a small segment of FTS5; merging them
// less often than by default costs a search little and an accepted mail a fifth less.
var wordIndex = map[Engine]string{
	SQLite: `create virtual table word_index using fts5(words, content='', contentless_delete=1, detail=none,
		tokenize="ascii tokenchars ':@._+-'");
		insert into word_index (word_index, rank) values ('automerge', 16);
		insert into word_index (word_index, rank) values ('crisismerge', 64);`,
	Postgres: `create table word_index (id bigint primary key, words tsvector not null);
		create index word_index_words on word_index using gin (words);`,
}

// IndexWords makes a row findable by its words. A row is indexed once.
func (tx *Tx) IndexWords(org, id int64, words []string) error {
	if len(words) == 0 {
		return nil
	}
	if w := tx.waiting(); w != nil {
		w.rows = append(w.rows, indexed{id: id, words: string(marks(org, words, " "))})
		return nil
	}
	// marks hold no quote and no backslash
	_, err := tx.Exec(`insert into word_index (id, words) values ($1, array_to_tsvector($2::text[]))`, id, `{"`+string(marks(org, words, `","`))+`"}`)
	return err
}

// indexed is a row that is to be findable.
type indexed struct {
	id    int64
	words string
}

// wordsWaiting are the rows of one commit of SQLite that are not in the index yet. FTS5 writes what it was given at every
// savepoint, and each time makes a segment that is merged with others later: so it is given the rows of all writes of a
// commit together, at its end or before somebody looks.
type wordsWaiting struct {
	rows []indexed
	in   int // how many of them are in the index
}

// waiting are the words of the commit that is being made; nil on PostgreSQL.
func (tx *Tx) waiting() *wordsWaiting {
	if tx.db.writer == nil || tx.lite != tx.db.writer.conn {
		return nil
	}
	return &tx.db.writer.words
}

// indexWaiting puts what waits into the index. By number: a row before the last one would make FTS5 write first.
func (tx *Tx) indexWaiting() error {
	w := tx.waiting()
	if w == nil || w.in == len(w.rows) {
		return nil
	}
	rows := slices.Clone(w.rows[w.in:])
	slices.SortFunc(rows, func(a, b indexed) int { return cmp.Compare(a.id, b.id) })
	for _, r := range rows {
		if _, err := tx.Exec(`insert into word_index (rowid, words) values ($1, $2)`, r.id, r.words); err != nil {
			return err
		}
	}
	w.in = len(w.rows)
	return nil
}

// marks are all words as the index keeps them, in one piece.
func marks(org int64, words []string, between string) []byte {
	prefix := append(strconv.AppendInt(nil, org, 36), ':')
	all := make([]byte, 0, len(words)*(len(prefix)+12))
	for i, w := range words {
		if i > 0 {
			all = append(all, between...)
		}
		all = appendMark(append(all, prefix...), w)
	}
	return all
}

// ForgetWords takes a row out of the index.
func (tx *Tx) ForgetWords(id int64) error {
	key := "rowid"
	if tx.Engine() == Postgres {
		key = "id"
	}
	if err := tx.indexWaiting(); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from word_index where `+key+` = $1`, id)
	return err
}

// FindWords gives the rows that have, for every term, at least one of its words; newest first, those before a row.
func (tx *Tx) FindWords(org int64, terms [][]string, before int64, limit int) ([]int64, error) {
	query := `select rowid from word_index where word_index match $1 and rowid < $2 order by rowid desc limit $3`
	if tx.Engine() == Postgres {
		query = `select id from word_index where words @@ $1::tsquery and id < $2 order by id desc limit $3`
	}
	asked := tx.matching(org, terms)
	if asked == "" {
		return nil, nil
	}
	if err := tx.indexWaiting(); err != nil {
		return nil, err
	}
	return All(tx, func(r Row, id *int64) error { return r.Scan(id) }, query, asked, before, limit)
}

// RowHasWords says whether one row has at least one of the words.
func (tx *Tx) RowHasWords(org, id int64, term []string) (bool, error) {
	query := `select count(*) from word_index where word_index match $1 and rowid = $2`
	if tx.Engine() == Postgres {
		query = `select count(*) from word_index where words @@ $1::tsquery and id = $2`
	}
	asked := tx.matching(org, [][]string{term})
	if asked == "" {
		return false, nil
	}
	if err := tx.indexWaiting(); err != nil {
		return false, err
	}
	n, err := Value(tx, query, asked, id)
	return n > 0, err
}

// matching is what an engine is asked for: of every term at least one word. Empty when no term has any.
func (tx *Tx) matching(org int64, terms [][]string) string {
	and := make([]string, 0, len(terms))
	quote, or, join := `"`, " OR ", " AND "
	if tx.Engine() == Postgres {
		quote, or, join = `'`, " | ", " & "
	}
	for _, term := range terms {
		alternatives := make([]string, len(term))
		for i, w := range term {
			alternatives[i] = quote + string(marks(org, []string{w}, "")) + quote
		}
		if len(alternatives) > 0 {
			and = append(and, "("+strings.Join(alternatives, or)+")")
		}
	}
	return strings.Join(and, join)
}

// appendMark writes a word as the index keeps it. Anything that could end a word or a quotation becomes an underscore.
func appendMark(to []byte, word string) []byte {
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= 0x80,
			c == ':', c == '@', c == '.', c == '_', c == '+', c == '-':
			to = append(to, c)
		default:
			to = append(to, '_')
		}
	}
	return to
}
