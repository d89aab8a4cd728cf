package access

import (
	"sync"
	"time"

	"balie/ground/ident"
)

// fresh is how long an answer about a session or token is believed without asking the database. A revocation on this
// node counts at once; one on another node within this time.
const fresh = 5 * time.Second

// cacheSize bounds the cache; a full one is emptied.
const cacheSize = 10_000

type cache struct {
	mu    sync.Mutex
	known map[string]cached // by hash
}

type cached struct {
	who   Principal
	until time.Time
}

func newCache() *cache { return &cache{known: make(map[string]cached)} }

func (c *cache) get(hash string, now time.Time) (Principal, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[hash]
	return k.who, ok && now.Before(k.until)
}

// put keeps an answer, never longer than the session itself lives.
func (c *cache) put(hash string, p Principal, now, ends time.Time) {
	until := now.Add(fresh)
	if !ends.IsZero() && ends.Before(until) {
		until = ends
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= cacheSize {
		clear(c.known)
	}
	c.known[hash] = cached{p, until}
}

// dropRow forgets a session or token.
func (c *cache) dropRow(id ident.Row) {
	c.drop(func(p Principal) bool { return p.Row == id })
}

// dropAgent forgets everything of a person.
func (c *cache) dropAgent(id ident.Agent) {
	c.drop(func(p Principal) bool { return p.Agent == id })
}

func (c *cache) drop(match func(Principal) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for hash, k := range c.known {
		if match(k.who) {
			delete(c.known, hash)
		}
	}
}
