package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const widgetFolder = "web/customer/widget"

// widget builds the chat for other people's pages: widget.js, a plain script that every visitor downloads, and
// widget-panel.js, a module that it asks for by its hashed name when the chat is opened.
func widget(root string, names map[string]string, files map[string][]byte) error {
	for _, part := range []struct {
		name, source string
		format       api.Format
	}{
		{"widget-panel.js", "panel.ts", api.FormatESModule},
		{"widget.js", "button.ts", api.FormatIIFE},
	} {
		result := api.Build(api.BuildOptions{
			AbsWorkingDir: root,
			EntryPointsAdvanced: []api.EntryPoint{
				{InputPath: widgetFolder + "/" + part.source, OutputPath: strings.TrimSuffix(part.name, ".js")},
			},
			Outdir:            dist,
			EntryNames:        "[name]-[hash]",
			Define:            map[string]string{"PANEL": fmt.Sprintf("%q", names["widget-panel.js"])},
			Plugins:           []api.Plugin{icons(filepath.Join(root, iconFolder)), styles()},
			Bundle:            true,
			MinifySyntax:      true,
			MinifyWhitespace:  true,
			MinifyIdentifiers: true,
			LegalComments:     api.LegalCommentsNone,
			Charset:           api.CharsetUTF8,
			Format:            part.format,
			Platform:          api.PlatformBrowser,
			Target:            api.ES2022,
			LogLevel:          api.LogLevelSilent,
			TsconfigRaw:       "{}",
		})
		if len(result.Errors) > 0 {
			return errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
		}
		if len(result.OutputFiles) != 1 {
			return fmt.Errorf("%s became %d files", part.name, len(result.OutputFiles))
		}
		out := result.OutputFiles[0]
		names[part.name] = filepath.Base(out.Path)
		files[names[part.name]] = out.Contents
	}
	return nil
}

// styles lets a module write `import css from "style:./panel.css"` and get the rules as text, for a style sheet that the
// program itself makes: the page it runs on may allow no other.
func styles() api.Plugin {
	return api.Plugin{Name: "styles", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^style:`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			name := strings.TrimPrefix(a.Path, "style:")
			// The path is part of the hash in the name of what is built, so it may not say where the checkout lies.
			return api.OnResolveResult{Path: name, Namespace: "style", PluginData: filepath.Join(a.ResolveDir, name)}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "style"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			file, _ := a.PluginData.(string)
			text, err := os.ReadFile(file)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			small := api.Transform(string(text), api.TransformOptions{
				Loader: api.LoaderCSS, MinifySyntax: true, MinifyWhitespace: true, Target: api.ES2022, Charset: api.CharsetUTF8,
			})
			content := strings.TrimSpace(string(small.Code))
			return api.OnLoadResult{Contents: &content, Loader: api.LoaderText, Errors: small.Errors, Warnings: small.Warnings}, nil
		})
	}}
}
