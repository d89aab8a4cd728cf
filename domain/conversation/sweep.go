package conversation

import (
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// SweepAge is how long a content must lie unused before it may be swept away: it is written before the row that names
// it.
const SweepAge = 24 * time.Hour

// sweepEvery is how often contents on disk that nothing names are looked for.
const sweepEvery = 24 * time.Hour

// ClaimSweep says whether it is time to sweep, and gives the turn to whoever asks: of several nodes on one database only
// one gets it, until the next day.
func (r *Room) ClaimSweep(tx *sqldb.Tx) (bool, error) {
	n, err := tx.Exec(`insert into chore (org, name, next_at) values (0, 'sweep', $1) on conflict (name) do update
		set next_at = excluded.next_at where chore.next_at <= $2`, tx.Now().Add(sweepEvery), tx.Now())
	return n > 0, err
}

// Named says whether any row names a content. The table of large contents knows at once; what is not in it is looked for
// in the lines and files themselves, which takes long and is rare.
func (r *Room) Named(tx *sqldb.Tx, org ident.Org, hash string) (bool, error) {
	for _, query := range []string{
		`select count(*) from large_content where org = $1 and hash = $2`,
		`select count(*) from attachment where org = $1 and hash = $2`,
		`select count(*) from entry where org = $1 and (raw_hash = $2 or html_hash = $2)`,
	} {
		if n, err := sqldb.Value(tx, query, org, hash); err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}
