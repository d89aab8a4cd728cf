// Command assets bundles the workspace's TypeScript, the chat for websites and every style sheet into web/assets/dist, which is committed, so
// that whoever runs Balie needs Go and nothing else. With -check it builds in memory and fails when the committed files
// differ from what the sources give.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const dist = "web/assets/dist"

// entries are the files a page asks for by name; all else is reached from these.
var entries = map[string]string{
	"desk.js":      "web/agent/ui/main.tsx",
	"stream.js":    "web/agent/ui/stream-worker.ts",
	"push.js":      "web/agent/ui/push-worker.ts",
	"files.js":     "web/customer/files.js",
	"desk.css":     "web/assets/css/desk.css",
	"customer.css": "web/assets/css/customer.css",
	"manage.css":   "web/assets/css/manage.css",
	"signin.css":   "web/assets/css/signin.css",
}

func main() {
	check := flag.Bool("check", false, "compare instead of write")
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	files, err := build(root)
	if err != nil {
		return err
	}
	if check {
		return compare(filepath.Join(root, dist), files)
	}
	return write(filepath.Join(root, dist), files)
}

// build returns the content of every file that belongs in dist, by its name there.
func build(root string) (map[string][]byte, error) {
	result := api.Build(options(root))
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	for _, text := range api.FormatMessages(result.Warnings, api.FormatMessagesOptions{Kind: api.WarningMessage}) {
		fmt.Fprint(os.Stderr, text)
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	names, err := entryNames(result.Metafile)
	if err != nil {
		return nil, err
	}
	if err := widget(root, names, files); err != nil {
		return nil, err
	}
	if err := static(filepath.Join(root, "web/assets/static"), names, files); err != nil {
		return nil, err
	}
	if files["manifest.json"], err = indented(names); err != nil {
		return nil, err
	}
	files["icons.json"], err = iconShapes(filepath.Join(root, iconFolder))
	return files, err
}

func options(root string) api.BuildOptions {
	points := make([]api.EntryPoint, 0, len(entries))
	for name, source := range entries {
		points = append(points, api.EntryPoint{InputPath: source, OutputPath: strings.TrimSuffix(name, filepath.Ext(name))})
	}
	sort.Slice(points, func(a, b int) bool { return points[a].InputPath < points[b].InputPath })
	return api.BuildOptions{
		AbsWorkingDir:       root,
		EntryPointsAdvanced: points,
		Outdir:              dist,
		EntryNames:          "[name]-[hash]",
		AssetNames:          "[name]-[hash]",
		NodePaths:           []string{filepath.Join(root, "third_party")},
		Loader:              map[string]api.Loader{".woff2": api.LoaderFile},
		Plugins:             []api.Plugin{icons(filepath.Join(root, iconFolder))},
		Bundle:              true,
		Metafile:            true,
		MinifySyntax:        true,
		MinifyWhitespace:    true,
		MinifyIdentifiers:   true,
		LegalComments:       api.LegalCommentsNone,
		Charset:             api.CharsetUTF8,
		Format:              api.FormatESModule,
		Platform:            api.PlatformBrowser,
		Target:              api.ES2022,
		JSX:                 api.JSXAutomatic,
		JSXImportSource:     "preact",
		LogLevel:            api.LogLevelSilent,
	}
}

// entryNames maps the name a page asks for to the name with the hash of the content.
func entryNames(metafile string) (map[string]string, error) {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string `json:"entryPoint"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for path, out := range meta.Outputs {
		for name, source := range entries {
			if out.EntryPoint == source {
				names[name] = filepath.Base(path)
			}
		}
	}
	if len(names) != len(entries) {
		return nil, fmt.Errorf("%d of %d entries were built", len(names), len(entries))
	}
	return names, nil
}

// static adds the files that are served as they are.
func static(folder string, names map[string]string, files map[string][]byte) error {
	list, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, f := range list {
		content, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		ext := filepath.Ext(f.Name())
		hashed := fmt.Sprintf("%s-%X%s", strings.TrimSuffix(f.Name(), ext), sum[:4], ext)
		names[f.Name()], files[hashed] = hashed, content
	}
	return nil
}

func indented(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	return append(text, '\n'), err
}
