package flow_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"balie/ground/sqldb"
)

func TestOfSeveralNodesOneSweepsADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		turns := func() int64 {
			var got atomic.Int64
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					if err := w.db.Write(t.Context(), func(tx *sqldb.Tx) error {
						mine, err := w.flow.Conversation.ClaimSweep(tx)
						if mine {
							tx.AfterCommit(func() { got.Add(1) })
						}
						return err
					}); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			return got.Load()
		}
		if n := turns(); n != 1 {
			t.Errorf("%d nodes sweep at once", n)
		}
		w.hand.Advance(23 * time.Hour)
		if n := turns(); n != 0 {
			t.Errorf("within a day %d nodes sweep again", n)
		}
		w.hand.Advance(time.Hour)
		if n := turns(); n != 1 {
			t.Errorf("a day later %d nodes sweep", n)
		}
	})
}
