package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"time"
)

// nodeName names this process among those on one database: the machine, and something that no earlier process had.
func nodeName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "node"
	}
	var b [6]byte
	rand.Read(b[:]) //nolint:errcheck // never fails: it ends the program instead
	return host + "-" + hex.EncodeToString(b[:])
}

// handOver gives up what only this node does, so that another goes on at once.
func (a *App) handOver() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := a.leases.Release(ctx); err != nil {
		a.Log.Warn("the leases of this node end by themselves", "error", err)
	}
	if a.leases.Shared() { // whoever listened here has the whole time to go on elsewhere
		if err := a.streams.Refresh(ctx); err != nil {
			a.Log.Warn("who was here is told by what was written before", "error", err)
		}
	}
}
