package access

import (
	"context"
	"errors"
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"balie/ground/fault"
	"balie/ground/sqldb"
)

// Source is where somebody signs in from.
type Source struct {
	IP      netip.Addr
	Browser string // the User-Agent header
}

// text is the address as people see it.
func (s Source) text() string {
	if !s.IP.IsValid() {
		return ""
	}
	return s.IP.Unmap().String()
}

// net is what attempts are counted by: an IPv6 customer owns at least a /64.
func (s Source) net() string {
	if !s.IP.IsValid() {
		return "?"
	}
	ip := s.IP.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

func (s Source) browser() string {
	b := []rune(s.Browser)
	return string(b[:min(len(b), 300)])
}

// limit lets so many attempts through, then asks for a wait that doubles up to a quarter of an hour. It never closes
// for good: the owner of an account can always get in from elsewhere, and after the wait from here.
type limit struct {
	free   int
	first  time.Duration
	forget time.Duration // after so long without an attempt the count starts anew
}

const longestWait = 15 * time.Minute

var (
	perAccountAndSource = limit{free: 5, first: 30 * time.Second, forget: 24 * time.Hour}
	perSource           = limit{free: 40, first: 10 * time.Second, forget: time.Hour}
	// Six figures can be guessed by many sources together, so codes are counted per account alone. Whoever comes this
	// far has the password.
	perCode = limit{free: 5, first: 30 * time.Second, forget: 24 * time.Hour}
	// Mail that somebody else can cause to be sent (threat T9).
	perLetter       = limit{free: 3, first: longestWait, forget: time.Hour}
	perLetterSource = limit{free: 20, first: longestWait, forget: time.Hour}
)

func (l limit) wait(failures int) time.Duration {
	if failures < l.free {
		return 0
	}
	wait := float64(l.first) * math.Pow(2, float64(min(failures-l.free, 20)))
	return time.Duration(min(wait, float64(longestWait)))
}

type counter struct {
	failures int
	last     time.Time
}

// tag keeps addresses and e-mail addresses out of the table of attempts.
func (r *Room) tag(parts ...string) string { return r.box.Sign("attempt", parts...) }

// spend counts an attempt before it is made, so that many at once are counted too; forgive takes it back when it
// succeeds. fault.TooMany says how long to wait.
func (r *Room) spend(tx *sqldb.Tx, l limit, tag string) error {
	c, err := sqldb.One(tx, func(r sqldb.Row, c *counter) error { return r.Scan(&c.failures, sqldb.Time(&c.last)) },
		`select failures, last from attempt where tag = $1`, tag)
	if err != nil && !errors.Is(err, sqldb.ErrNone) {
		return err
	}
	now := tx.Now()
	if now.Sub(c.last) > l.forget {
		c.failures = 0
	}
	if left := l.wait(c.failures) - now.Sub(c.last); left > 0 {
		return tooMany(left)
	}
	n, err := tx.Exec(`insert into attempt (tag, failures, last) values ($1, $2, $3)
		on conflict (tag) do update set failures = excluded.failures, last = excluded.last where attempt.failures = $4 or attempt.last < $5`,
		tag, c.failures+1, now, c.failures, now.Add(-l.forget))
	if err == nil && n == 0 { // somebody counted at the same moment: only many at once come here
		return tooMany(time.Second)
	}
	return err
}

// forgive forgets what was counted under a tag.
func (r *Room) forgive(tx *sqldb.Tx, tag string) error {
	_, err := tx.Exec(`delete from attempt where tag = $1`, tag)
	return err
}

// giveBack takes one attempt back: a source that many people share is not blamed for those who succeed.
func (r *Room) giveBack(tx *sqldb.Tx, tag string) error {
	_, err := tx.Exec(`update attempt set failures = failures - 1 where tag = $1 and failures > 0`, tag)
	return err
}

func tooMany(wait time.Duration) error {
	return fault.New(fault.TooMany, "access.too_many_attempts", "minutes", int(math.Ceil(wait.Minutes())), "wait", wait)
}

// spendAll counts one attempt under several tags, in a transaction of its own.
func (r *Room) spendAll(ctx context.Context, db *sqldb.DB, spends map[string]limit) error {
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		for tag, l := range spends {
			if err := r.spend(tx, l, tag); err != nil {
				return err
			}
		}
		return nil
	})
}

// pace slows down a source that asks very fast, before anything is looked up or calculated.
type pace struct {
	mu      sync.Mutex
	sources map[string]*rate.Limiter
}

const (
	paceEvery = 500 * time.Millisecond
	paceBurst = 50
	paceSize  = 10_000
)

func newPace() *pace { return &pace{sources: make(map[string]*rate.Limiter)} }

func (p *pace) allow(s Source, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.sources[s.net()]
	if l == nil {
		if len(p.sources) >= paceSize {
			clear(p.sources)
		}
		l = rate.NewLimiter(rate.Every(paceEvery), paceBurst)
		p.sources[s.net()] = l
	}
	if !l.AllowN(now, 1) {
		return tooMany(paceEvery)
	}
	return nil
}
