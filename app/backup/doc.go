// Package backup keeps a whole desk in one file and puts it back: the database, the large contents beside it and the
// secret key. The file is a plain tar, not compressed, so that nothing in it can grow:
//
//	balie-backup.json            what this is: format, engine, version of the tables of each room
//	database/balie.db            SQLite: one moment of the database
//	database/TABLE/000001 …      PostgreSQL: the rows of one moment as COPY text, in pieces
//	files/ORG/HASH               contents to which that moment refers
//	secret.key                   unless it was left out
//	manifest.json                size and hash of every part, rows of every table
//	seal                         hash of every byte before it
//
// What is read back is not trusted before the seal was reached and fits.
package backup
