// Package sqldb is the one door to the database: SQLite in a file, or PostgreSQL. One SQL text serves both, with $N
// placeholders; the few differences live here (see dialect.go).
//
// On SQLite there is one writer with group commit: the write functions that wait are run in one transaction, a
// savepoint each, and are answered together after one synchronous commit. On PostgreSQL each write function has a
// transaction of its own. Either way, when Write returns nil the change is on disk.
//
// It knows no table of any room.
package sqldb
