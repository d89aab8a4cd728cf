package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const iconFolder = "third_party/lucide-static/icons"

// shape is one element of an icon: its name and its attributes.
type shape struct {
	Tag  string            `json:"tag"`
	Attr map[string]string `json:"attr"`
}

// icons lets a module write `import clock from "icon:clock"` and get shapes. The page builds nodes from them: strings
// of markup are not allowed there (Trusted Types).
func icons(folder string) api.Plugin {
	return api.Plugin{Name: "icons", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^icon:`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: strings.TrimPrefix(a.Path, "icon:"), Namespace: "icon"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "icon"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			shapes, err := readIcon(filepath.Join(folder, a.Path+".svg"))
			if err != nil {
				return api.OnLoadResult{}, err
			}
			pairs := make([][2]any, len(shapes))
			for i, s := range shapes {
				pairs[i] = [2]any{s.Tag, s.Attr}
			}
			text, err := json.Marshal(pairs)
			content := string(text)
			return api.OnLoadResult{Contents: &content, Loader: api.LoaderJSON}, err
		})
	}}
}

func readIcon(path string) ([]shape, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var shapes []shape
	decoder := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return shapes, nil
		}
		if err != nil {
			return nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local == "svg" {
			continue
		}
		attr := map[string]string{}
		for _, a := range start.Attr {
			attr[a.Name.Local] = a.Value
		}
		shapes = append(shapes, shape{Tag: start.Name.Local, Attr: attr})
	}
}

// iconShapes are all icons, for pages that are made on the server.
func iconShapes(folder string) ([]byte, error) {
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	all := map[string][]shape{}
	for _, f := range files {
		if all[strings.TrimSuffix(f.Name(), ".svg")], err = readIcon(filepath.Join(folder, f.Name())); err != nil {
			return nil, err
		}
	}
	return indented(all)
}
