package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Tree is the source that the rules look at.
type Tree struct {
	Root     string
	Module   string
	Packages []Package // as go list gives them
	Files    []string  // every file but test data and what is somebody else's, from the root, with slashes
	Go       []File    // every Go file that was written by hand, the tools module included
	Fset     *token.FileSet
}

// Package is a package of the module.
type Package struct {
	Path  string // within the module: "domain/cases"
	Doc   string
	Files []File
}

// File is one Go file.
type File struct {
	Path string // from the root, with slashes
	Test bool
	AST  *ast.File
	Size int // lines
}

// Finding is one place where a rule is broken.
type Finding struct {
	Rule  string
	What  string // what an exception names: a file, a function, a table
	Where string // file:line, where there is one
	Says  string
}

func (f Finding) String() string {
	where := f.Where
	if where == "" {
		where = f.What
	}
	return fmt.Sprintf("%s: %s [%s: %s]", where, f.Says, f.Rule, f.What)
}

// Load reads the tree at root. Third-party, generated and test data are left out of Go.
func Load(root string) (*Tree, error) {
	t := &Tree{Root: root, Fset: token.NewFileSet()}
	var err error
	if t.Files, err = files(root); err != nil {
		return nil, err
	}
	for _, path := range t.Files {
		if !strings.HasSuffix(path, ".go") || Generated(path) {
			continue
		}
		f, err := t.parse(path)
		if err != nil {
			return nil, err
		}
		t.Go = append(t.Go, f)
	}
	return t, t.list()
}

// Generated is true for files that a program writes: the caps are not for them.
func Generated(path string) bool { return strings.HasSuffix(path, "_templ.go") }

func (t *Tree) parse(path string) (File, error) {
	src, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(path)))
	if err != nil {
		return File{}, err
	}
	file, err := parser.ParseFile(t.Fset, path, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return File{}, err
	}
	return File{Path: path, Test: strings.HasSuffix(path, "_test.go"), AST: file, Size: bytes.Count(src, []byte("\n"))}, nil
}

// list asks go list for the packages. Files behind build tags are read too: a rule holds for every build.
func (t *Tree) list() error {
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Doc,Module", "./...")
	cmd.Dir = t.Root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p struct {
			ImportPath, Dir, Doc string
			Module               struct{ Path string }
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("go list: %w", err)
		}
		t.Module = p.Module.Path
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, t.Module), "/")
		own := func(f File) bool { return pathDir(f.Path) == path }
		t.Packages = append(t.Packages, Package{Path: path, Doc: p.Doc, Files: slices.Collect(filter(t.Go, own))})
	}
}

// files are those that git knows or would add; without git, everything that is not plainly somebody else's.
func files(root string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "-co", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return walk(root)
	}
	var all []string
	for _, path := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
		// A file that was deleted and not yet committed is still on the list.
		if info, err := os.Stat(filepath.Join(root, path)); err == nil && info.Mode().IsRegular() && !foreign(path) {
			all = append(all, filepath.ToSlash(path))
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func walk(root string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir() && (d.Name() == ".git" || foreign(rel+"/")):
			return filepath.SkipDir
		case d.Type().IsRegular():
			all = append(all, rel)
		}
		return nil
	})
	slices.Sort(all)
	return all, err
}

// foreign is what others wrote and we only keep, what is made to be wrong, and what a run leaves behind.
func foreign(path string) bool {
	for _, part := range strings.Split(path, "/") {
		if slices.Contains([]string{"third_party", "node_modules", "testdata", "balie-data", ".balie-test"}, part) {
			return true
		}
	}
	return false
}

// read gives the text of a file, and false for a file that is not text.
func (t *Tree) read(path string) (string, bool) {
	data, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(path)))
	if err != nil || bytes.IndexByte(data, 0) >= 0 {
		return "", false
	}
	return string(data), true
}

func (t *Tree) at(pos token.Pos) string {
	p := t.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

func pathDir(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return ""
	}
	return path[:i]
}

func filter[T any](all []T, keep func(T) bool) func(yield func(T) bool) {
	return func(yield func(T) bool) {
		for _, v := range all {
			if keep(v) && !yield(v) {
				return
			}
		}
	}
}
