// Command thirdparty compares every file in third_party with the published package: the archive must have the integrity
// hash that the folder's README states, and each file must be in it, byte for byte. It needs npm and a network.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	root := flag.String("root", "../third_party", "the folder with the packages")
	flag.Parse()
	if err := run(*root); err != nil {
		fmt.Fprintln(os.Stderr, "thirdparty:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	var readmes []string
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if filepath.Base(path) == "README.md" {
			readmes = append(readmes, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(readmes) == 0 {
		return fmt.Errorf("no package in %s", root)
	}
	for _, readme := range readmes {
		if err := verify(readme); err != nil {
			return fmt.Errorf("%s: %w", filepath.Dir(readme), err)
		}
		fmt.Println("as published:", filepath.Dir(readme))
	}
	return nil
}

var stated = regexp.MustCompile(`(?m)^- (package|version|licence|integrity): (\S+)$`)

func verify(readme string) error {
	text, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	says := map[string]string{}
	for _, m := range stated.FindAllStringSubmatch(string(text), -1) {
		says[m[1]] = m[2]
	}
	if len(says) != 4 {
		return errors.New("README.md must state package, version, licence and integrity")
	}
	archive, err := fetch(says["package"] + "@" + says["version"])
	if err != nil {
		return err
	}
	sum := sha512.Sum512(archive)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != says["integrity"] {
		return fmt.Errorf("the published package has integrity %s, README.md says %s", got, says["integrity"])
	}
	published, err := unpack(archive)
	if err != nil {
		return err
	}
	return compare(filepath.Dir(readme), published)
}

// fetch asks the registry through its own client.
func fetch(name string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "thirdparty")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	cmd := exec.Command("npm", "pack", "--silent", "--pack-destination", folder, name)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("npm pack %s: %w", name, err)
	}
	found, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("npm pack %s left %d archives", name, len(found))
	}
	return os.ReadFile(found[0])
}

func unpack(archive []byte) (map[string][]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	reader := tar.NewReader(zip)
	for {
		head, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return nil, err
		}
		_, name, _ := strings.Cut(head.Name, "/")
		files[name] = content
	}
}

func compare(folder string, published map[string][]byte) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == filepath.Join(folder, "README.md") {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		ours, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		theirs, there := published[filepath.ToSlash(name)]
		if !there {
			return fmt.Errorf("%s is not in the published package", name)
		}
		if !bytes.Equal(ours, theirs) {
			return fmt.Errorf("%s was changed", name)
		}
		return nil
	})
}
