package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// page is one page of the inbox.
type page struct {
	name string
	path string
	rows int
	cost spread
}

// pages are measured on the usual desk and, where it is made, on the large one.
type pages struct {
	cases int
	made  time.Duration // how long making the desk took
	disk  int64
	all   []page
	mail  spread // a mail on this desk
}

// inbox measures every view, filters and searches of a desk.
func (b *bench) inbox(p *program, d desk) ([]page, error) {
	client := newClient(1)
	all, err := b.choose(p, client, d)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].cost, err = b.pageCPU(p, client, d.token, all[i].path); err != nil {
			return nil, fmt.Errorf("%s: %w", all[i].name, err)
		}
	}
	return all, nil
}

// choose says which pages, with words and names that this desk has.
func (b *bench) choose(p *program, c *http.Client, d desk) ([]page, error) {
	rare := newWord() + "zeldzaam"
	if err := p.create(c, d.token, rare); err != nil {
		return nil, err
	}
	var first struct{ Next string }
	if err := p.get(c, d.token, "/api/v1/cases", &first); err != nil {
		return nil, err
	}
	var all []page
	add := func(name, query string) { all = append(all, page{name: name, path: "/api/v1/cases" + query}) }
	for _, v := range []string{"mine", "unassigned", "promises", "waiting", "snoozed", "dissatisfied", "all"} {
		add("view "+v, "?view="+v)
	}
	add("view all, second page", "?view=all&cursor="+url.QueryEscape(first.Next))
	for _, s := range []string{"new", "open", "proposed", "closed"} {
		add("status "+s, "?status="+s)
	}
	add("owner: an agent", "?owner="+d.agent)
	add("owner: nobody", "?owner=none")
	add("a tag", "?tag="+b.commonTag(p, c, d))
	add("a tag that no case has", "?tag=qqxwoord")
	add("search, a common word", "?q=rekening")
	add("search, two common words", "?q=rekening+graag")
	add("search, a common word in one view", "?q=rekening&view=mine")
	add("search, a word of one case", "?q="+rare)
	add("search, a word of no case", "?q=qqxwoord")
	all = append(all, page{name: "the workspace page itself, with the view mine inside", path: "/desk"},
		page{name: "counts beside the views", path: "/api/v1/me"}, page{name: "the lead's board", path: "/api/v1/board"})
	for i := range all {
		var answer struct{ Cases []json.RawMessage }
		body, err := p.ask(c, d.token, http.MethodGet, all[i].path, nil)
		if err != nil {
			return nil, err
		}
		if json.Unmarshal(body, &answer) == nil {
			all[i].rows = len(answer.Cases)
		}
	}
	return all, nil
}

// commonTag is a tag that cases which were closed last have; any word when they have none.
func (b *bench) commonTag(p *program, c *http.Client, d desk) string {
	var list struct {
		Cases []struct{ Tags []string }
	}
	if err := p.get(c, d.token, "/api/v1/cases?status=closed", &list); err == nil {
		for _, cas := range list.Cases {
			for _, tag := range cas.Tags {
				return url.QueryEscape(tag)
			}
		}
	}
	return "geen"
}

// pageCPU is what one request costs, one after another on one connection that stays open.
func (b *bench) pageCPU(p *program, c *http.Client, token, path string) (spread, error) {
	n := b.times(60)
	ask := func(times int) error {
		for range times {
			if _, err := p.ask(c, token, http.MethodGet, path, nil); err != nil {
				return err
			}
		}
		return nil
	}
	if err := ask(5); err != nil {
		return spread{}, err
	}
	var took []time.Duration
	for range rounds {
		each, err := p.spend(n, func() error { return ask(n) })
		if err != nil {
			return spread{}, err
		}
		took = append(took, each)
	}
	return spreadOf(n, took), nil
}
