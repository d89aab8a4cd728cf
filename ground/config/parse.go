package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"balie/ground/fault"
	"github.com/BurntSushi/toml"
)

// DefaultFile is read when no other file is named; it need not exist.
const DefaultFile = "balie.toml"

// Problem is a setting that cannot be used. Its Error is a sentence for whoever started the program; the fault in it
// carries the same for the pages.
type Problem struct {
	line  string
	fault *fault.Fault
}

// Error is one line without secrets.
func (p *Problem) Error() string { return p.line }

// Unwrap gives the fault.
func (p *Problem) Unwrap() error { return p.fault }

// given is a value and where it was given.
type given struct {
	value string
	place string // "--listen", "BALIE_LISTEN", "balie.toml line 3: listen", "" for a default
}

// Parse reads the settings of the sub-command name. more adds the flags of that sub-command; rest is what stands
// behind the flags. flag.ErrHelp means that help was asked: print Usage.
func Parse(name string, args []string, env func(string) string, readFile func(string) ([]byte, error), more ...func(*flag.FlagSet)) (Config, []string, error) {
	values := map[string]given{}
	file, rest, err := fromFlags(name, args, values, more)
	if err != nil {
		return Config{}, nil, err
	}
	fromEnvironment(env, values)
	if file.value == "" {
		file = given{value: env("BALIE_CONFIG"), place: "BALIE_CONFIG"}
	}
	if err := fromFile(file, readFile, values); err != nil {
		return Config{}, nil, err
	}
	var c Config
	for _, s := range settings() {
		v, ok := values[s.name]
		if !ok {
			v = given{value: s.value}
		}
		if !ok && s.value == "" {
			continue
		}
		if err := s.take(&c, v.value); err != nil {
			return Config{}, nil, badValue(s, v)
		}
	}
	if !c.PublicURLGiven {
		c.PublicURL = URLOf(c.Listen)
	}
	_, c.DataGiven = values["data"]
	return c, rest, together(c)
}

// together checks what only shows when two settings are seen side by side.
func together(c Config) error {
	if c.Relay.Host != "" && c.Relay.TLS == TLSNone && !c.Relay.Password.Empty() {
		return problem("config.password_in_clear", "relay-tls is none while relay-password is set: the password would travel readable; set relay-tls to starttls or direct")
	}
	if !c.Key.Value.Empty() && c.Key.File != "" {
		return problem("config.two_keys", "secret-key and secret-key-file are both set; leave one out")
	}
	return nil
}

func fromFlags(name string, args []string, values map[string]given, more []func(*flag.FlagSet)) (file given, rest []string, err error) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, s := range settings() {
		if s.confidential {
			continue
		}
		set.Func(s.name, s.about, func(v string) error {
			values[s.name] = given{value: v, place: "--" + s.name}
			return nil
		})
	}
	set.Func("config", "file with settings", func(v string) error {
		file = given{value: v, place: "--config"}
		return nil
	})
	for _, add := range more {
		add(set)
	}
	err = set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return file, nil, err
	case err != nil:
		return file, nil, problem("config.bad_flag", strings.ReplaceAll(err.Error(), ": -", ": --")+"; see balie "+name+" --help", "flag", err.Error())
	}
	return file, set.Args(), nil
}

func fromEnvironment(env func(string) string, values map[string]given) {
	for _, s := range settings() {
		name := envName(s.name)
		if _, ok := values[s.name]; ok {
			continue
		}
		if v := env(name); v != "" {
			values[s.name] = given{value: v, place: name}
		}
	}
}

func envName(name string) string {
	return "BALIE_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

func fromFile(file given, readFile func(string) ([]byte, error), values map[string]given) error {
	path := file.value
	if path == "" {
		path = DefaultFile
	}
	src, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) && file.value == "" {
		return nil
	}
	if err != nil {
		return problem("config.unreadable_file", fmt.Sprintf("cannot read the settings in %s: %v", path, err), "file", path)
	}
	var table map[string]any
	if err := toml.Unmarshal(src, &table); err != nil {
		return badFile(path, err)
	}
	known := settings()
	for _, key := range slices.Sorted(maps.Keys(table)) {
		place := path + atLine(src, key) + ": " + key
		at := slices.IndexFunc(known, func(s setting) bool { return s.name == key })
		if at < 0 {
			return unknownKey(path, atLine(src, key), key)
		}
		value, ok := plain(table[key])
		if !ok {
			return badValue(known[at], given{value: "this", place: place})
		}
		if _, ok := values[key]; !ok {
			values[key] = given{value: value, place: place}
		}
	}
	return nil
}

// plain is the text of a value in the file: a text, a number, or a list of texts.
func plain(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case int64:
		return strconv.FormatInt(v, 10), true
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			s, ok := v[i].(string)
			if !ok {
				return "", false
			}
			parts[i] = s
		}
		return strings.Join(parts, ","), true
	}
	return "", false
}

// atLine finds the line of a key, " line 3", for the message only; nothing when it is written in an unusual way.
func atLine(src []byte, key string) string {
	n := 0
	for line := range strings.Lines(string(src)) {
		n++
		start := strings.TrimLeft(line, " \t[\"'")
		if after, ok := strings.CutPrefix(start, key); ok && strings.IndexAny(after, " \t=]\"'.") == 0 {
			return " line " + strconv.Itoa(n)
		}
	}
	return ""
}
