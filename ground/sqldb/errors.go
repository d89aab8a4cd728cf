package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"balie/ground/fault"
)

// Duplicate is the key of the conflict that a unique index reports.
const Duplicate = "ground.duplicate"

// classify turns an engine's error into a fault. lost says that the whole transaction is gone.
func classify(e Engine, err error, query string) (_ error, lost bool) {
	var already *fault.Fault
	if errors.As(err, &already) || errors.Is(err, sql.ErrNoRows) {
		return err, false
	}
	err = fmt.Errorf("%s: %w", firstLine(query), err)
	if e == Postgres {
		return classifyPostgres(err)
	}
	var se *sqlite.Error // of a migration, or of a copy of the file
	var le *liteError
	code := 0
	switch {
	case errors.As(err, &le):
		code = le.code
	case errors.As(err, &se):
		code = se.Code()
	default:
		return fault.Wrap(fault.Unavailable, "ground.database_away", err), true
	}
	switch code & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		return fault.Wrap(fault.Conflict, Duplicate, err), false
	case sqlite3.SQLITE_FULL:
		return fault.Wrap(fault.Unavailable, "ground.disk_full", err), true
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY,
		sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.Wrap(fault.Unavailable, "ground.database_away", err), true
	}
	return fault.Wrap(fault.Internal, "ground.internal", err), false
}

func classifyPostgres(err error) (error, bool) {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch {
		case pe.Code == "23505":
			return fault.Wrap(fault.Conflict, Duplicate, err), false
		case strings.HasPrefix(pe.Code, "53"), strings.HasPrefix(pe.Code, "57"), strings.HasPrefix(pe.Code, "58"):
			return fault.Wrap(fault.Unavailable, "ground.database_away", err), false
		}
		return fault.Wrap(fault.Internal, "ground.internal", err), false
	}
	var ne net.Error
	if errors.As(err, &ne) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed) || isConnecting(err) {
		return fault.Wrap(fault.Unavailable, "ground.database_away", err), true
	}
	return fault.Wrap(fault.Internal, "ground.internal", err), false
}

func isConnecting(err error) bool {
	var ce *pgconn.ConnectError
	return errors.As(err, &ce) || strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "unexpected EOF")
}

// again says that PostgreSQL undid the transaction for a reason that another attempt can mend: a deadlock, or a row
// that another transaction made at the same moment and that the next attempt will see.
func again(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01" || pe.Code == "23505")
}

// Undone says that PostgreSQL undid what was being done because of what others did at the same moment: it is to be done
// again from the beginning of the transaction, and nothing is wrong with it.
func Undone(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01")
}

func firstLine(query string) string {
	query = strings.Join(strings.Fields(query), " ")
	if len(query) > 80 {
		query = query[:80]
	}
	return query
}

// guarded runs fn and turns a panic into an error, so that one bad write cannot stop the writer.
func guarded(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, "ground.internal", fmt.Errorf("panic: %v", p))
		}
	}()
	return fn()
}
