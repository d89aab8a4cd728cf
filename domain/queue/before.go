package queue

import (
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Before counts those who wait since a moment or longer and come before whoever waits for a department; zero is whoever is
// free.
func (r *Room) Before(tx *sqldb.Tx, org ident.Org, d ident.Department, since time.Time) (int64, error) {
	return sqldb.Value(tx, `select count(*) from wait where org = $1 and state = 'waiting' and rank <= $2
		and (department is null or cast($3 as bigint) = 0 or department = $3)`, org, since, d)
}
