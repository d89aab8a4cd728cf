package backup

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"balie/ground/blob"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Format is the number of this form of backup.
const Format = 1

// Header is the first part: what is needed to begin reading.
type Header struct {
	Format  int              `json:"format"`
	Engine  sqldb.Engine     `json:"engine"`
	Made    time.Time        `json:"made"`
	Program string           `json:"program"`
	Rooms   map[string]int64 `json:"rooms"` // version of the tables of each room
	Tables  []sqldb.Table    `json:"tables"`
}

// Manifest is the last part but the seal.
type Manifest struct {
	Parts []Part           `json:"parts"` // all but the files, whose names are their hashes
	Rows  map[string]int64 `json:"rows"`
	Files Files            `json:"files"`
	Key   bool             `json:"key"`
}

// Part is one piece and its hash.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Files counts the large contents.
type Files struct {
	Count int64 `json:"count"`
	Bytes int64 `json:"bytes"`
	// Missing are contents to which the database referred and that were not whole in the data folder when the backup
	// was made: ORG/HASH, at most maxMissing of them.
	Missing []string `json:"missing,omitempty"`
}

// Summary is what a person wants to know of a backup.
type Summary struct {
	Header
	Manifest
	Size int64 // of the whole file
}

// String is one line.
func (s Summary) String() string {
	rows, key := int64(0), "with the secret key"
	for _, n := range s.Rows {
		rows += n
	}
	if !s.Key {
		key = "without the secret key"
	}
	return fmt.Sprintf("%s, made %s, %d rows in %d tables, %d large files, %s, %s", s.Engine, s.Made.Format(time.RFC3339),
		rows, len(s.Rows), s.Files.Count, key, bytesText(s.Size))
}

func bytesText(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

const (
	headerName   = "balie-backup.json"
	databaseName = "database/balie.db"
	tableFolder  = "database/"
	fileFolder   = "files/"
	keyName      = "secret.key"
	manifestName = "manifest.json"
	sealName     = "seal"
)

// Bounds of what is read into memory.
const (
	piece       = 4 << 20 // of a table
	maxHeader   = 1 << 20
	maxKey      = 4 << 10
	maxManifest = 64 << 20
	maxSeal     = 1 << 10
	maxMissing  = 1000
)

// kind says what a part is; parts come in this order.
type kind int

const (
	isHeader kind = iota
	isDatabase
	isTable
	isFile
	isKey
	isManifest
	isSeal
)

var (
	tablePart = regexp.MustCompile(`^database/([a-z][a-z0-9_]{0,62})/([0-9]{6,9})$`)
	filePart  = regexp.MustCompile(`^files/([1-9][0-9]{0,18})/([0-9a-f]{64})$`)
)

// part is a name that may stand in a backup, taken apart. There is no other: no name can lead out of a folder.
type part struct {
	kind  kind
	name  string
	table string
	org   ident.Org
	file  blob.ID
}

func parsePart(name string) (part, error) {
	for k, fixed := range map[kind]string{isHeader: headerName, isDatabase: databaseName, isKey: keyName, isManifest: manifestName, isSeal: sealName} {
		if name == fixed {
			return part{kind: k, name: name}, nil
		}
	}
	if m := tablePart.FindStringSubmatch(name); m != nil {
		return part{kind: isTable, name: name, table: m[1]}, nil
	}
	if m := filePart.FindStringSubmatch(name); m != nil {
		org, err := ident.Parse[ident.Org](m[1])
		return part{kind: isFile, name: name, org: org, file: blob.ID(m[2])}, err
	}
	return part{}, fmt.Errorf("it holds %q, which does not belong in a backup", strings.ToValidUTF8(name, "?"))
}

// newer refuses tables that this program does not know yet.
func newer(h Header, rooms []sqldb.Room) error {
	if h.Format != Format {
		return fmt.Errorf("the backup has format %d and this program reads format %d; use the program that made it", h.Format, Format)
	}
	known := make(map[string]int64)
	for _, r := range rooms {
		known[r.Name] = r.Newest()
	}
	for room, version := range h.Rooms {
		if version > known[room] {
			return fmt.Errorf("the backup was made by a newer program (%s): its tables of %s have version %d, this program knows %d",
				h.Program, room, version, known[room])
		}
	}
	if len(h.Rooms) == 0 {
		return errors.New("the backup does not say which tables it holds")
	}
	return nil
}
