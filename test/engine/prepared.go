package engine

import (
	"os"
	"path/filepath"
	"sync"
)

// kept are the SQLite files that were prepared in this process.
var kept struct {
	mu    sync.Mutex
	files map[string][]byte
}

// preparedFile writes a file that was prepared before, first in dir.
func (t Target) preparedFile(dir, name string, prepare func(Target) error) error {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	made, ok := kept.files[name]
	if !ok {
		first := filepath.Join(dir, name+".db")
		if err := prepare(Target{Name: t.Name, Path: first}); err != nil {
			return err
		}
		var err error
		if made, err = os.ReadFile(first); err != nil {
			return err
		}
		if kept.files == nil {
			kept.files = make(map[string][]byte)
		}
		kept.files[name] = made
	}
	return os.WriteFile(t.Path, made, 0o600)
}
