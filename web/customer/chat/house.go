package chat

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"balie/domain/access"
	"balie/domain/insight"
	"balie/domain/org"
	"balie/domain/queue"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// houseValid is how long what is known of an organisation is remembered: everybody who opens a page with the chat asks
// for it.
const houseValid = time.Second

// mostHouses bounds what is remembered.
const mostHouses = 10_000

// house is an organisation as the chat needs it: as it was a moment ago.
type house struct {
	org.Organisation
	at        time.Time
	sites     []org.Site
	hours     org.Hours   // of the chat
	slots     []time.Time // at which we can call back, when nobody is there
	addresses []org.Address
	agents    []colleague     // who can be asked now, the one who is free longest first
	pictures  access.Pictures // of everybody who works here
	waiting   int
	lengths   map[ident.Department]int
	outlook   queue.Outlook
	record    insight.Record
	zone      *time.Location
	catalogue *text.Catalogue
	words     sync.Map // of the widget, by language
}

// ahead is how many come before somebody who would begin now.
func (h *house) ahead(d ident.Department) int {
	if d == 0 {
		return h.waiting
	}
	return h.lengths[0] + h.lengths[d]
}

// texts are the sentences in a language, in the organisation's own words.
func (h *house) texts(l text.Locale) text.Texts {
	return h.catalogue.For(l).With(h.Settings.Wording[string(l)])
}

// widgetTexts are all texts of the widget in a language.
func (h *house) widgetTexts(l text.Locale) map[string]string {
	const prefix = "widget."
	if all, ok := h.words.Load(l); ok {
		if all, ok := all.(map[string]string); ok {
			return all
		}
	}
	all, t := make(map[string]string), h.texts(l)
	for _, key := range h.catalogue.Keys() {
		if strings.HasPrefix(key, prefix) {
			all[key] = t.T(key)
		}
	}
	h.words.Store(l, all)
	return all
}

// site finds the website with a public key.
func (h *house) site(key string) (org.Site, bool) {
	for _, s := range h.sites {
		if s.Key == key {
			return s, true
		}
	}
	return org.Site{}, false
}

// houses remembers organisations by their name in web addresses.
type houses struct {
	chat *Chat
	mu   sync.RWMutex
	kept map[string]*house
	slug map[ident.Org]string
	turn sync.Mutex // one looks, the others wait for what it finds
}

func (h *houses) known(slug string, now time.Time) *house {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if k := h.kept[slug]; k != nil && now.Sub(k.at) < houseValid && !now.Before(k.at) {
		return k
	}
	return nil
}

func (h *houses) bySlug(ctx context.Context, slug string) (*house, error) {
	now := h.chat.DB.Clock().Now()
	if k := h.known(slug, now); k != nil {
		return k, nil
	}
	h.turn.Lock()
	defer h.turn.Unlock()
	if k := h.known(slug, now); k != nil {
		return k, nil
	}
	k := &house{at: now, catalogue: h.chat.Catalogue}
	if err := h.chat.DB.Read(ctx, func(tx *sqldb.Tx) error { return h.chat.load(tx, slug, k) }); err != nil {
		if fault.Is(err, fault.Unknown) {
			err = fault.New(fault.Unknown, "chat.desk_unknown")
		}
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept == nil || len(h.kept) >= mostHouses {
		h.kept, h.slug = make(map[string]*house), make(map[ident.Org]string)
	}
	h.kept[slug], h.slug[k.ID] = k, slug
	return k, nil
}

// byID gives an organisation whose chat was asked for before.
func (h *houses) byID(ctx context.Context, o ident.Org) (*house, error) {
	h.mu.RLock()
	slug := h.slug[o]
	h.mu.RUnlock()
	if slug == "" {
		if err := h.chat.DB.Read(ctx, func(tx *sqldb.Tx) error {
			found, err := h.chat.Flow.Org.Load(tx, o)
			slug = found.Slug
			return err
		}); err != nil {
			return nil, err
		}
	}
	return h.bySlug(ctx, slug)
}

// forget looks again at the next question.
func (h *houses) forget(o ident.Org) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.kept, h.slug[o])
}

// load reads what the chat needs to know of an organisation.
func (c *Chat) load(tx *sqldb.Tx, slug string, k *house) (err error) {
	rooms := c.Flow.Rooms
	if k.Organisation, err = rooms.Org.BySlug(tx, slug); err != nil {
		return err
	}
	k.zone = k.Location()
	if k.sites, err = rooms.Org.Sites(tx, k.ID); err != nil {
		return err
	}
	if k.hours, err = rooms.Org.Hours(tx, k.ID, "webchat"); err != nil {
		return err
	}
	if k.addresses, err = rooms.Org.Addresses(tx, k.ID); err != nil {
		return err
	}
	if k.lengths, err = rooms.Queue.Lengths(tx, k.ID); err != nil {
		return err
	}
	if k.record, err = c.Flow.Record(tx, k.ID); err != nil {
		return err
	}
	for _, n := range k.lengths {
		k.waiting += n
	}
	if k.outlook, err = c.Flow.Outlook(tx, k.ID); err != nil {
		return err
	}
	if k.pictures, err = rooms.Access.Pictures(tx, k.ID); err != nil {
		return err
	}
	if k.agents, err = c.there(tx, k.ID); err != nil || len(k.agents) > 0 {
		return err
	}
	k.slots, err = c.Flow.CallBacks(tx, k.ID, mostSlots)
	return err
}

// colleague is an agent who can be asked now.
type colleague struct {
	id   ident.Agent
	name string // the first one
	free time.Time
}

// there lists the agents who can be asked now.
func (c *Chat) there(tx *sqldb.Tx, o ident.Org) ([]colleague, error) {
	all, err := c.Flow.Staff.All(tx, o)
	if err != nil {
		return nil, err
	}
	free := make(map[ident.Agent]time.Time, len(all))
	for _, p := range all {
		if p.Takes() {
			free[p.Agent] = p.Free
		}
	}
	if len(free) == 0 {
		return nil, nil
	}
	people, err := c.Flow.Access.Accounts(tx, o)
	var found []colleague
	for _, a := range people { // by name, and so they stay among those who are free equally long
		if since, takes := free[a.ID]; takes && a.State != access.Blocked {
			found = append(found, colleague{a.ID, first(a.Name), since})
		}
	}
	slices.SortStableFunc(found, func(a, b colleague) int { return a.free.Compare(b.free) })
	return found, err
}

// first is the name that a customer sees of an agent.
func first(name string) string {
	name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
	return name
}
