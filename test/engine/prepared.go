package engine

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// kept is what was prepared in this process: SQLite files, and the names of databases on the cluster.
var kept struct {
	mu    sync.Mutex
	files map[string][]byte
	made  map[string]bool
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

// preparedDatabase makes the database of the target anew, from one that was prepared before.
func (t Target) preparedDatabase(ctx context.Context, name string, prepare func(Target) error) error {
	base, err := cluster()
	if err != nil {
		return err
	}
	at, err := url.Parse(t.URL)
	if err != nil {
		return err
	}
	mine := strings.TrimPrefix(at.Path, "/")
	template := "prepared_" + processName() + "_" + name
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if !kept.made[template] {
		if err := admin(ctx, base, "CREATE DATABASE "+template+" TEMPLATE template0 STRATEGY file_copy"); err != nil {
			return err
		}
		to := *at
		to.Path = "/" + template
		if err := prepare(Target{Name: t.Name, URL: to.String()}); err != nil {
			return err
		}
		if kept.made == nil {
			kept.made = make(map[string]bool)
		}
		kept.made[template] = true
	}
	if err := admin(ctx, base, "DROP DATABASE "+mine+" WITH (FORCE)"); err != nil {
		return err
	}
	return admin(ctx, base, "CREATE DATABASE "+mine+" TEMPLATE "+template+" STRATEGY file_copy")
}
