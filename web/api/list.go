package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

const (
	defaultLimit = 80
	mostLimit    = 100
	// searchRounds bounds how far a search with filters looks for a page; the next page goes on from there. The first
	// round asks for one more than fits, to know whether there is a next page, the others for searchMore pages.
	searchRounds = 3
	searchMore   = 5
	longestQuery = 400
)

// limitOf reads ?limit=.
func limitOf(q url.Values) (int, error) {
	s := q.Get("limit")
	if s == "" {
		return defaultLimit, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > mostLimit {
		return 0, fault.New(fault.Invalid, "api.limit", "most", mostLimit)
	}
	return n, nil
}

// queryID reads an identifier of the query; zero when it is not there.
func queryID[T ident.ID](q url.Values, name string) (T, error) {
	s := q.Get(name)
	if s == "" {
		return 0, nil
	}
	id, err := ident.Parse[T](s)
	if err != nil {
		return 0, fault.New(fault.Invalid, "api.parameter", "name", name)
	}
	return id, nil
}

// casePage is a page of cases.
type casePage struct {
	Cases []row  `json:"cases"`
	Next  string `json:"next"`
}

func listCases(c *call, tx *sqldb.Tx) (any, error) {
	q := c.r.URL.Query()
	f, err := c.filter(q)
	if err != nil {
		return nil, err
	}
	var list []cases.Case
	var page casePage
	if words := strings.TrimSpace(q.Get("q")); words != "" {
		list, page.Next, err = c.search(tx, words, f)
	} else {
		list, page.Next, err = c.Flow.Cases.List(tx, c.who.Org, f)
	}
	if err != nil {
		return nil, err
	}
	page.Cases, err = c.rowsOf(tx, list)
	return page, err
}

func (c *call) filter(q url.Values) (cases.Filter, error) {
	f := cases.Filter{
		View: cases.View(q.Get("view")), Me: c.who.Agent, Status: cases.Status(q.Get("status")),
		Tag: q.Get("tag"), Cursor: q.Get("cursor"),
	}
	var err error
	if f.Limit, err = limitOf(q); err != nil {
		return f, err
	}
	if f.Status != "" && !slices.Contains(cases.Statuses(), f.Status) {
		return f, fault.New(fault.Invalid, "api.parameter", "name", "status")
	}
	if f.Customer, err = queryID[ident.Party](q, "customer"); err != nil {
		return f, err
	}
	switch owner := q.Get("owner"); owner {
	case "none":
		f.NoOwner = true
	case "me":
		f.Owner = c.who.Agent
	default:
		if f.Owner, err = queryID[ident.Agent](q, "owner"); err != nil {
			return f, err
		}
	}
	if c.who.Agent == 0 && (q.Get("owner") == "me" || f.View == cases.Mine) {
		return f, fault.New(fault.Invalid, "api.token_is_nobody")
	}
	return f, nil
}

// searchCursor is where a page of a search ended: at a place in the index of words, q and a line, or, after all of those,
// among the cases that hold the words spread over several lines, s and how many of them were looked at; -1 is the former.
func searchCursor(s string) (before ident.Entry, spread int, err error) {
	if s == "" {
		return 0, -1, nil
	}
	if digits, ok := strings.CutPrefix(s, "s"); ok {
		if spread, err = strconv.Atoi(digits); err != nil || spread < 0 {
			return 0, 0, fault.New(fault.Invalid, "cases.cursor")
		}
		return 0, spread, nil
	}
	digits, ok := strings.CutPrefix(s, "q")
	before, err = ident.Parse[ident.Entry](digits)
	if !ok || err != nil {
		return 0, 0, fault.New(fault.Invalid, "cases.cursor")
	}
	return before, -1, nil
}

// search finds cases by whole words, newest first; the case with this number comes before all others. The filters are
// applied to what was found.
func (c *call) search(tx *sqldb.Tx, words string, f cases.Filter) ([]cases.Case, string, error) {
	before, spread, err := searchCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	if len(words) > longestQuery {
		return nil, "", fault.New(fault.Invalid, "api.query_long", "limit", longestQuery)
	}
	s := &searching{call: c, tx: tx, filter: f, taken: map[ident.Case]bool{}}
	if spread >= 0 {
		return s.spread(words, spread)
	}
	if before == 0 {
		if err := s.number(words); err != nil {
			return nil, "", err
		}
	}
	for round := range searchRounds {
		most := f.Limit + 1
		if round > 0 {
			most = f.Limit * searchMore
		}
		found, err := c.Flow.Conversation.Find(tx, c.who.Org, words, before, most)
		if err != nil {
			return nil, "", err
		}
		loaded, err := s.load(found)
		if err != nil {
			return nil, "", err
		}
		for _, hit := range found {
			if len(s.list) == f.Limit {
				return s.list, "q" + ident.Text(before), nil
			}
			before = hit.Entry
			if cas, ok := loaded[hit.Case]; ok && !s.taken[hit.Case] {
				s.taken[hit.Case] = true
				s.list = append(s.list, *cas)
			}
		}
		if len(found) < most {
			return s.spread(words, 0)
		}
	}
	return s.list, "q" + ident.Text(before), nil
}

// spread goes on with the cases that hold the words, but not in one line.
func (s *searching) spread(words string, from int) ([]cases.Case, string, error) {
	found, err := s.Flow.Conversation.FindSpread(s.tx, s.who.Org, words)
	if err != nil {
		return nil, "", err
	}
	for at := from; at < len(found); at += spreadStep {
		part := found[at:min(at+spreadStep, len(found))]
		list, err := s.Flow.Cases.These(s.tx, s.who.Org, part, s.filter)
		if err != nil {
			return nil, "", err
		}
		loaded := make(map[ident.Case]*cases.Case, len(list))
		for i := range list {
			loaded[list[i].ID] = &list[i]
		}
		for i, id := range part {
			if len(s.list) == s.filter.Limit {
				return s.list, "s" + strconv.Itoa(at+i), nil
			}
			if cas, ok := loaded[id]; ok && !s.taken[id] {
				s.taken[id] = true
				s.list = append(s.list, *cas)
			}
		}
	}
	return s.list, "", nil
}

// spreadStep is how many of them are loaded at a time.
const spreadStep = 50

type searching struct {
	*call
	tx     *sqldb.Tx
	filter cases.Filter
	list   []cases.Case
	taken  map[ident.Case]bool
}

// number takes the case with this number, when the filter lets it through.
func (s *searching) number(words string) error {
	numbered, err := s.Flow.Cases.ByNumber(s.tx, s.who.Org, words)
	if fault.Is(err, fault.Unknown) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.list, err = s.Flow.Cases.These(s.tx, s.who.Org, []ident.Case{numbered.ID}, s.filter); len(s.list) > 0 {
		s.taken[numbered.ID] = true
	}
	return err
}

// load reads the cases that were found and that the filter lets through, in one query.
func (s *searching) load(found []conversation.Found) (map[ident.Case]*cases.Case, error) {
	var ids []ident.Case
	for _, hit := range found {
		if !s.taken[hit.Case] {
			ids = append(ids, hit.Case)
		}
	}
	list, err := s.Flow.Cases.These(s.tx, s.who.Org, ids, s.filter)
	loaded := make(map[ident.Case]*cases.Case, len(list))
	for i := range list {
		loaded[list[i].ID] = &list[i]
	}
	return loaded, err
}
