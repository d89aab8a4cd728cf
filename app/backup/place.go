package backup

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"

	"balie/ground/secret"
)

// KeyPlace is where the secret key of the restored desk belongs.
type KeyPlace struct {
	File  string      // empty when the settings hold the key itself
	Value secret.Text // the key from the settings
}

// present is the key that is there already; nil when there is none.
func (k KeyPlace) present() ([]byte, error) {
	if !k.Value.Empty() {
		return secret.ParseKey(k.Value.Reveal())
	}
	b, err := os.ReadFile(k.File)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return secret.ParseKey(string(b))
}

// accepts refuses a backup whose key differs from the one that is there: what is sealed could not be opened.
func (k KeyPlace) accepts(key []byte) error {
	theirs, err := secret.ParseKey(string(key))
	if err != nil {
		return errors.New("the secret key in it is not a key")
	}
	ours, err := k.present()
	if err != nil {
		return err
	}
	if ours != nil && !bytes.Equal(ours, theirs) {
		return errors.New("the secret key that is here is not the one of the backup; take it away, or restore with the right one")
	}
	return nil
}

// placeFiles gives the files and the key their place.
func (r *restore) placeFiles() error {
	if err := r.disk.Close(); err != nil {
		return err
	}
	files := filepath.Join(r.Data, "files")
	// Only what emptyFolder let pass: an empty folder, or files of this restore when it was killed before.
	if err := os.RemoveAll(files); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(r.dir, "files"), files); err != nil {
		return err
	}
	r.placed = append(r.placed, files)
	if err := syncDir(r.Data); err != nil {
		return err
	}
	if ours, err := r.Key.present(); err != nil || ours != nil || r.found == nil {
		return err
	}
	if err := unpack(bytes.NewReader(r.found), r.Key.File); err != nil {
		return err
	}
	r.placed = append(r.placed, r.Key.File)
	return syncDir(filepath.Dir(r.Key.File))
}

// placeDatabase is the last step with SQLite: from here on the desk is whole.
func (r *restore) placeDatabase() error {
	from, to := filepath.Join(r.dir, "balie.db"), filepath.Join(r.Data, "balie.db")
	f, err := os.OpenFile(from, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(from, to); err != nil { // a rename would replace a database that came meanwhile
		return err
	}
	r.placed = append([]string{to}, r.placed...)
	return syncDir(r.Data)
}

// undo takes away what a failed restore put in place.
func (r *restore) undo() error {
	var all error
	for _, name := range r.placed {
		all = errors.Join(all, os.RemoveAll(name))
	}
	return errors.Join(all, os.RemoveAll(r.dir))
}
