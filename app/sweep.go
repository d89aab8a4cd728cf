package app

import (
	"context"
	"errors"
	"time"

	"balie/domain/conversation"
	"balie/ground/blob"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// sweepFiles clears away, once a day, files that no row names: what was written for something that was then refused. It
// blocks until ctx ends.
func (a *App) sweepFiles(ctx context.Context) error {
	for a.Clock.Sleep(ctx, time.Hour) == nil {
		if n, err := a.sweepOnce(ctx); err != nil && ctx.Err() == nil {
			a.Log.Warn("files that nothing names could not be cleared away", "error", err)
		} else if n > 0 {
			a.Log.Info("files that nothing names were cleared away", "files", n)
		}
	}
	return nil
}

// sweepOnce sweeps when it is time and no other node has the turn. On any doubt about a file it stays.
func (a *App) sweepOnce(ctx context.Context) (int, error) {
	mine := false
	if err := a.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		mine, err = a.Flow.Conversation.ClaimSweep(tx)
		return err
	}); err != nil || !mine {
		return 0, err
	}
	orgs, err := a.disk.Orgs()
	if err != nil {
		return 0, err
	}
	total := 0
	before := a.Clock.Now().Add(-conversation.SweepAge)
	for _, o := range orgs {
		n, wrong := a.disk.Sweep(ctx, o, before, func(id blob.ID) (bool, error) { return a.named(ctx, o, id) })
		total += n
		err = errors.Join(err, wrong)
	}
	return total, err
}

func (a *App) named(ctx context.Context, o ident.Org, id blob.ID) (used bool, err error) {
	err = a.DB.Read(ctx, func(tx *sqldb.Tx) error {
		used, err = a.Flow.Conversation.Named(tx, o, string(id))
		return err
	})
	return used, err
}
