// Package power simulates power cuts: it sees every write and every sync of SQLite and makes, at any moment, the files as
// a disk could hold them if the power went away then. What was synced is there; of what was only written each block is
// there or not, as chance wants it.
package power

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"balie/ground/sqldb"
)

// name is what the database is called in the folder of the program.
const name = "balie.db"

var suffix = map[sqldb.File]string{sqldb.Database: "", sqldb.Log: "-wal"}

// Cuts is how often the power is cut in a test: BALIE_POWER_CUTS, or else so many as a run of all tests has time for.
func Cuts(usual int) int {
	if n, err := strconv.Atoi(os.Getenv("BALIE_POWER_CUTS")); err == nil && n > 0 {
		return n
	}
	return usual
}

// block is what a disk writes as a whole.
const block = 512

// Disk is a sqldb.Witness. The writer of SQLite is one goroutine and waits while it is told, so Then may look and cut.
type Disk struct {
	// Then is called before everything that happens to a file counts, with how many things have; nil is nothing. Whoever
	// was told by then that something is kept was told before this happened.
	Then func(n int)

	files map[sqldb.File]*content
	n     int
}

// content is one file: what is certain, and what was done since the last sync.
type content struct {
	certain []byte
	since   []act
}

// act is a write, or a new size.
type act struct {
	at   int64
	data []byte // nil: at is the size
}

// New begins with the files as they are in the folder; no program has them open.
func New(dir string) (*Disk, error) {
	d := &Disk{files: map[sqldb.File]*content{}}
	for file, end := range suffix {
		data, err := os.ReadFile(filepath.Join(dir, name+end))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		d.files[file] = &content{certain: data}
	}
	return d, nil
}

// Wrote implements sqldb.Witness.
func (d *Disk) Wrote(file sqldb.File, at int64, data []byte) {
	d.did(file, act{at: at, data: bytes.Clone(data)})
}

// Truncated implements sqldb.Witness.
func (d *Disk) Truncated(file sqldb.File, size int64) { d.did(file, act{at: size}) }

func (d *Disk) did(file sqldb.File, a act) {
	d.then()
	f := d.files[file]
	f.since = append(f.since, a)
}

// Synced implements sqldb.Witness.
func (d *Disk) Synced(file sqldb.File) {
	d.then()
	f := d.files[file]
	f.certain, f.since = f.all(), nil
}

func (d *Disk) then() {
	d.n++
	if d.Then != nil {
		d.Then(d.n)
	}
}

// Cut writes the files into a folder as they could be found after a power cut at this moment.
func (d *Disk) Cut(dir string, chance *rand.Rand) error {
	for file, end := range suffix {
		if err := os.WriteFile(filepath.Join(dir, name+end), d.files[file].cut(chance), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Complete tells whether the files in a folder are what the disk was told: if not, something writes past it.
func (d *Disk) Complete(dir string) (bool, error) {
	for file, end := range suffix {
		data, err := os.ReadFile(filepath.Join(dir, name+end))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
		if !bytes.Equal(data, d.files[file].all()) {
			return false, nil
		}
	}
	return true, nil
}

func (f *content) all() []byte {
	data := f.certain
	for _, a := range f.since {
		data = a.on(data)
	}
	return data
}

// cut keeps of everything that was not synced as much as chance wants: nothing, all, or some of the blocks in any order.
func (f *content) cut(chance *rand.Rand) []byte {
	data := bytes.Clone(f.certain)
	kept := []float64{0, 0.2, 0.5, 0.9, 1}[chance.IntN(5)]
	for _, a := range f.since {
		if a.data == nil {
			if chance.Float64() < kept {
				data = a.on(data)
			}
			continue
		}
		for begin := a.at; begin < a.at+int64(len(a.data)); {
			end := min((begin/block+1)*block, a.at+int64(len(a.data)))
			if chance.Float64() < kept {
				data = act{at: begin, data: a.data[begin-a.at : end-a.at]}.on(data)
			}
			begin = end
		}
	}
	return data
}

func (a act) on(data []byte) []byte {
	if a.data == nil {
		return sized(data, a.at)
	}
	data = sized(data, max(int64(len(data)), a.at+int64(len(a.data))))
	copy(data[a.at:], a.data)
	return data
}

func sized(data []byte, n int64) []byte {
	if n <= int64(len(data)) {
		return data[:n]
	}
	return append(data, make([]byte, n-int64(len(data)))...)
}
