package live

import (
	"context"
	"time"

	"balie/domain/staff"
	"balie/ground/sqldb"
)

// An agent is there while a stream of theirs is open at some node. Each node writes that down for its own streams, all at
// once every few seconds; what a node no longer writes, because the stream ended or the node did, is old after
// staff.Absent.

const (
	refresh = 10 * time.Second // well within staff.Absent
	atOnce  = 500              // screens written in one transaction, so that others get a turn
)

// enter counts a stream of an agent. The first one here is written down before the stream says anything, so that whoever
// hears something is also seen.
func (s *Streams) enter(ctx context.Context, at staff.Screen) (leave func()) {
	s.mu.Lock()
	s.open[at]++
	first := s.open[at] == 1
	delete(s.shut, at)
	s.mu.Unlock()
	if first && s.Staff != nil {
		// A stream that breaks off at once does not undo this: the others of its transaction would go with it.
		err := s.DB.Write(context.WithoutCancel(ctx), func(tx *sqldb.Tx) error { return s.Staff.Opened(tx, at, s.Node) })
		if err != nil {
			s.Log.Warn("presence waits for the next turn", "error", err)
		}
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[at]--; s.open[at] == 0 {
			delete(s.open, at)
			s.shut[at] = s.Clock.Now()
		}
	}
}

// Run keeps the presence of those with a stream here fresh until ctx ends.
func (s *Streams) Run(ctx context.Context) error {
	for s.Clock.Sleep(ctx, refresh) == nil {
		if err := s.Refresh(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("presence waits for the next turn", "error", err)
		}
	}
	return nil
}

// Refresh writes down who has a stream here now, and until when those had one whose last stream ended since. After a time
// in which it could not, whoever is here may count as gone, so they come back as if they had just opened a screen.
func (s *Streams) Refresh(ctx context.Context) error {
	now := s.Clock.Now()
	s.mu.Lock()
	overdue := now.Sub(s.fresh) >= staff.Absent-refresh
	s.mu.Unlock()
	all := s.heard(now)
	for len(all) > 0 {
		n := min(len(all), atOnce)
		if err := s.DB.Write(ctx, func(tx *sqldb.Tx) error { return s.write(tx, all[:n], overdue, now) }); err != nil {
			return err
		}
		all = all[n:]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fresh = now
	return nil
}

func (s *Streams) write(tx *sqldb.Tx, all []staff.Heard, overdue bool, now time.Time) error {
	for _, h := range all {
		if overdue && h.At.Equal(now) {
			if err := s.Staff.Opened(tx, h.Screen, s.Node); err != nil {
				return err
			}
		}
	}
	return s.Staff.Still(tx, s.Node, all)
}

func (s *Streams) heard(now time.Time) []staff.Heard {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]staff.Heard, 0, len(s.open)+len(s.shut))
	for at := range s.open {
		all = append(all, staff.Heard{Screen: at, At: now})
	}
	for at, until := range s.shut {
		all = append(all, staff.Heard{Screen: at, At: until})
	}
	clear(s.shut)
	return all
}
