package conversation

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/theory/words"
)

const (
	// spreadLines is how many of the newest lines with a word are looked at, to find it spread over the lines of a case.
	spreadLines = 400
	// spreadCases is in how many cases, and caseLines in how many lines of each, a word of more lines is looked for.
	spreadCases = 50
	caseLines   = 100
	// spreadPadding keeps the number of different texts of a query small: statements are prepared once per text.
	spreadPadding = 100
)

// FindSpread gives the cases that hold all words of q, but not in one line, newest first: what Find does not find. It
// looks at the newest lines of each word, so a search for words that are all common may miss old cases.
func (r *Room) FindSpread(tx *sqldb.Tx, org ident.Org, q string) ([]ident.Case, error) {
	terms := words.Query(q)
	if len(terms) < 2 {
		return nil, nil
	}
	var common [][]string
	var newest map[ident.Case]int64 // of the cases that may have them all, the newest line that was found
	for _, term := range terms {
		ids, err := tx.FindWords(int64(org), [][]string{term}, math.MaxInt64, spreadLines)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		if len(ids) == spreadLines {
			common = append(common, term)
			continue
		}
		with, err := r.newestOf(tx, org, ids)
		if err != nil {
			return nil, err
		}
		for c, id := range newest {
			if with[c] == 0 {
				delete(newest, c)
			} else {
				newest[c] = max(id, with[c])
			}
		}
		if newest == nil {
			newest = with
		}
	}
	return r.spreadIn(tx, org, newest, terms, common)
}

// newestOf gives the cases of lines, each with its newest one.
func (r *Room) newestOf(tx *sqldb.Tx, org ident.Org, ids []int64) (map[ident.Case]int64, error) {
	with := make(map[ident.Case]int64, len(ids))
	for page := range slices.Chunk(ids, spreadPadding) {
		for len(page) < spreadPadding {
			page = append(slices.Clip(page), page[0])
		}
		at, err := r.casesOf(tx, org, page)
		if err != nil {
			return nil, err
		}
		for id, c := range at {
			with[c] = max(with[c], int64(id))
		}
	}
	return with, nil
}

// spreadIn leaves out what Find finds, and what lacks one of the common words.
func (r *Room) spreadIn(tx *sqldb.Tx, org ident.Org, newest map[ident.Case]int64, terms, common [][]string) ([]ident.Case, error) {
	if len(newest) == 0 {
		return nil, nil
	}
	ids, err := tx.FindWords(int64(org), terms, math.MaxInt64, spreadLines)
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 {
		inOne, err := r.newestOf(tx, org, ids)
		if err != nil {
			return nil, err
		}
		for c := range inOne {
			delete(newest, c)
		}
	}
	found := slices.SortedFunc(maps.Keys(newest), func(a, b ident.Case) int { return cmp.Compare(newest[b], newest[a]) })
	if len(common) == 0 {
		return found, nil
	}
	var holding []ident.Case
	for _, c := range found[:min(len(found), spreadCases)] {
		has, err := r.holds(tx, org, c, common)
		if err != nil {
			return nil, err
		}
		if has {
			holding = append(holding, c)
		}
	}
	return holding, nil
}

// holds says whether a case has, for each term, a line with one of its words.
func (r *Room) holds(tx *sqldb.Tx, org ident.Org, c ident.Case, terms [][]string) (bool, error) {
	ids, err := sqldb.All(tx, func(r sqldb.Row, id *int64) error { return r.Scan(id) },
		`select id from entry where org = $1 and case_id = $2 order by at desc, id desc limit $3`, org, c, caseLines)
	if err != nil {
		return false, err
	}
	for _, term := range terms {
		there := false
		for _, id := range ids {
			if there, err = tx.RowHasWords(int64(org), id, term); err != nil {
				return false, err
			}
			if there {
				break
			}
		}
		if !there {
			return false, nil
		}
	}
	return true, nil
}
