package engine

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// kept are the SQLite files that were prepared in this process, and the databases on the cluster.
var kept struct {
	mu        sync.Mutex
	files     map[string][]byte
	databases map[string]string
}

// preparedDatabase puts a copy of a database that was prepared before in the place of the empty one. The original stays on
// the cluster, which ends with the tests.
func (t Target) preparedDatabase(name string, prepare func(Target) error) error {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	ctx := context.Background()
	base, err := cluster()
	if err != nil {
		return err
	}
	made, ok := kept.databases[name]
	if !ok {
		original, _, err := create(ctx, base)
		if err != nil {
			return err
		}
		if err := prepare(Target{Name: t.Name, URL: original}); err != nil {
			return err
		}
		if made, err = databaseOf(original); err != nil {
			return err
		}
		if kept.databases == nil {
			kept.databases = make(map[string]string)
		}
		kept.databases[name] = made
	}
	mine, err := databaseOf(t.URL)
	if err != nil {
		return err
	}
	if err := admin(ctx, base, "DROP DATABASE "+mine); err != nil {
		return err
	}
	return admin(ctx, base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", mine, made))
}

// databaseOf is the name of the database at an address.
func databaseOf(address string) (string, error) {
	at, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(at.Path, "/"), nil
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
