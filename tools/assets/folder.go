package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// write leaves exactly the given files in the folder.
func write(folder string, files map[string][]byte) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	old, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	for _, f := range old {
		if _, kept := files[f.Name()]; !kept {
			if err := os.Remove(filepath.Join(folder, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare names each file that is missing, extra or different.
func compare(folder string, files map[string][]byte) error {
	var wrong []string
	for name, content := range files {
		there, err := os.ReadFile(filepath.Join(folder, name))
		switch {
		case err != nil:
			wrong = append(wrong, name+" is missing")
		case !bytes.Equal(there, content):
			wrong = append(wrong, name+" differs")
		}
	}
	old, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, f := range old {
		if _, known := files[f.Name()]; !known {
			wrong = append(wrong, f.Name()+" does not belong there")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	sort.Strings(wrong)
	return fmt.Errorf("%s is not what the sources give; run `go run ./assets` in tools:\n  %s", dist, strings.Join(wrong, "\n  "))
}
