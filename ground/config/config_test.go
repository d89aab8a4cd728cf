package config

import (
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"balie/ground/fault"
)

// outside is the environment and the files of a test.
type outside struct {
	env   map[string]string
	files map[string]string
}

func (o outside) getenv(name string) string { return o.env[name] }

func (o outside) readFile(path string) ([]byte, error) {
	s, ok := o.files[path]
	if !ok {
		return nil, fmt.Errorf("open %s: %w", path, fs.ErrNotExist)
	}
	return []byte(s), nil
}

func (o outside) parse(args ...string) (Config, []string, error) {
	return Parse("serve", args, o.getenv, o.readFile)
}

func TestWithoutAnySettingTheDefaultsHold(t *testing.T) {
	c, rest, err := outside{}.parse()
	if err != nil || len(rest) != 0 {
		t.Fatal(rest, err)
	}
	want := Config{
		Data: "./balie-data", Listen: "127.0.0.1:8080", PublicURL: "http://127.0.0.1:8080",
		Mail:  Mail{SMTP: "127.0.0.1:2525"},
		Relay: Relay{TLS: TLSStartTLS},
		Log:   Log{Format: LogText, Level: slog.LevelInfo},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

func TestFlagsGoBeforeEnvironmentBeforeFileBeforeDefault(t *testing.T) {
	file := map[string]string{"balie.toml": `listen = "file:1"`}
	env := map[string]string{"BALIE_LISTEN": "env:2"}
	for _, tc := range []struct {
		name string
		out  outside
		args []string
		want string
	}{
		{"file", outside{files: file}, nil, "file:1"},
		{"environment", outside{env, file}, nil, "env:2"},
		{"flag", outside{env, file}, []string{"--listen", "flag:3"}, "flag:3"},
		{"flag with =", outside{env, file}, []string{"-listen=flag:3"}, "flag:3"},
		{"last flag", outside{}, []string{"--listen=a:1", "--listen=b:2"}, "b:2"},
		{"named file", outside{files: map[string]string{"x.toml": `listen = "x:9"`}}, []string{"--config", "x.toml"}, "x:9"},
		{"file named in the environment", outside{map[string]string{"BALIE_CONFIG": "x.toml"}, map[string]string{"x.toml": `listen = "x:9"`}}, nil, "x:9"},
	} {
		c, _, err := tc.out.parse(tc.args...)
		if err != nil || c.Listen != tc.want {
			t.Errorf("%s: listen %q, %v, want %q", tc.name, c.Listen, err, tc.want)
		}
	}
}

func TestEverySettingOfTheFileArrives(t *testing.T) {
	key := base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef"))
	c, rest, err := outside{files: map[string]string{"balie.toml": `
		data = "/var/lib/balie"
		database = "postgres://balie:pw@db.example/balie"
		listen = ":8080"
		public-url = "https://Hulp.energie-oost.example/"
		files-url = "https://files.energie-oost.example"
		smtp = "off"
		lmtp = "/run/balie/lmtp"
		smtp-hostname = "mx.energie-oost.example"
		trusted-authserv-id = "mx1.energie-oost.example"
		relay-host = "mail.energie-oost.example:465"
		relay-tls = "direct"
		relay-user = "balie"
		relay-password = "geheim"
		trusted-proxies = ["10.0.0.1", "192.168.7.9/16"]
		outside-allow = "fd00::/8"
		metrics-listen = "127.0.0.1:9100"
		metrics-token = "0123456789abcdef"
		secret-key = "` + key + `"
		log-format = "json"
		log-level = "debug"`}}.parse("first", "second")
	if err != nil || !reflect.DeepEqual(rest, []string{"first", "second"}) {
		t.Fatal(rest, err)
	}
	if c.Database.Reveal() != "postgres://balie:pw@db.example/balie" || c.Relay.Password.Reveal() != "geheim" ||
		c.Metrics.Token.Reveal() != "0123456789abcdef" || c.Key.Value.Reveal() != key {
		t.Error("a secret did not arrive")
	}
	c.Database, c.Relay.Password, c.Metrics.Token, c.Key.Value = Config{}.Database, Config{}.Database, Config{}.Database, Config{}.Database
	want := Config{
		Data: "/var/lib/balie", DataGiven: true, Listen: ":8080",
		PublicURL: "https://hulp.energie-oost.example", PublicURLGiven: true, FilesURL: "https://files.energie-oost.example",
		Mail:           Mail{LMTP: "/run/balie/lmtp", Hostname: "mx.energie-oost.example", Authserv: "mx1.energie-oost.example"},
		Relay:          Relay{Host: "mail.energie-oost.example:465", TLS: TLSDirect, User: "balie"},
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32"), netip.MustParsePrefix("192.168.0.0/16")},
		OutsideAllow:   []netip.Prefix{netip.MustParsePrefix("fd00::/8")},
		Metrics:        Metrics{Listen: "127.0.0.1:9100"},
		Log:            Log{Format: LogJSON, Level: slog.LevelDebug},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

type broken struct {
	file string
	env  string // NAME=value
	args []string
	key  string
	want []string
}

func brokenSettings() map[string]broken {
	return map[string]broken{
		"unknown key":        {file: "\nlissten = \"x:1\"", key: "config.unknown_key", want: []string{"balie.toml line 2", `"lissten"`, `did you mean "listen"?`}},
		"key far from all":   {file: `colour = "blue"`, key: "config.unknown_key", want: []string{"balie.toml line 1", `"colour"`, "--help"}},
		"table":              {file: "[smtp]\nlisten = \"x:1\"", key: "config.bad_value", want: []string{"balie.toml line 1: smtp", "host:port"}},
		"no port":            {file: `listen = "127.0.0.1"`, key: "config.bad_value", want: []string{"balie.toml line 1: listen", `"127.0.0.1"`, "host:port"}},
		"number for address": {file: `listen = 8080`, key: "config.bad_value", want: []string{"listen", `"8080"`, "host:port"}},
		"port too high":      {env: "BALIE_SMTP=127.0.0.1:70000", key: "config.bad_value", want: []string{"BALIE_SMTP", "host:port"}},
		"port by name":       {args: []string{"--listen", "a:http"}, key: "config.bad_value", want: []string{"--listen", "host:port"}},
		"no data folder":     {args: []string{"--data", ""}, key: "config.bad_value", want: []string{"--data", "a folder"}},
		"public url, path":   {args: []string{"--public-url", "https://a.example/x"}, key: "config.bad_value", want: []string{"--public-url", "without path"}},
		"public url, user":   {args: []string{"--public-url", "https://u@a.example"}, key: "config.bad_value", want: []string{"--public-url"}},
		"public url, scheme": {args: []string{"--public-url", "hulp.example"}, key: "config.bad_value", want: []string{"--public-url"}},
		"files url":          {args: []string{"--files-url", "ftp://a.example"}, key: "config.bad_value", want: []string{"--files-url"}},
		"database":           {env: "BALIE_DATABASE=mysql://u:pw@db", key: "config.bad_value", want: []string{"BALIE_DATABASE", "postgres://"}},
		"relay without host": {args: []string{"--relay-host", ":25"}, key: "config.bad_value", want: []string{"--relay-host"}},
		"relay tls":          {args: []string{"--relay-tls", "yes"}, key: "config.bad_value", want: []string{"direct, starttls or none"}},
		"proxies":            {args: []string{"--trusted-proxies", "10.0.0.1,proxy"}, key: "config.bad_value", want: []string{"--trusted-proxies", "192.168.0.0/16"}},
		"level":              {env: "BALIE_LOG_LEVEL=loud", key: "config.bad_value", want: []string{"BALIE_LOG_LEVEL", `"loud"`, "debug, info, warn or error"}},
		"format":             {env: "BALIE_LOG_FORMAT=xml", key: "config.bad_value", want: []string{"text or json"}},
		"short key":          {env: "BALIE_SECRET_KEY=c2hvcnQ", key: "config.bad_value", want: []string{"BALIE_SECRET_KEY", "32 bytes"}},
		"short token":        {env: "BALIE_METRICS_TOKEN=tok", key: "config.bad_value", want: []string{"BALIE_METRICS_TOKEN", "16 characters"}},
		"two lines":          {args: []string{"--relay-user", "a\nb"}, key: "config.bad_value", want: []string{"--relay-user"}},
		"no such file":       {args: []string{"--config", "none.toml"}, key: "config.unreadable_file", want: []string{"none.toml"}},
		"no TOML":            {file: "data = \"x\"\nrelay-password = geheim", key: "config.bad_file", want: []string{"balie.toml line 2"}},
		"unknown flag":       {args: []string{"--lissten", "x"}, key: "config.bad_flag", want: []string{"--lissten", "--help"}},
		"flag without value": {args: []string{"--listen"}, key: "config.bad_flag", want: []string{"--listen"}},
		"secret as a flag":   {args: []string{"--relay-password", "geheim"}, key: "config.bad_flag", want: []string{"--relay-password"}},
		"password in clear":  {file: "relay-host = \"a:25\"\nrelay-tls = \"none\"\nrelay-password = \"geheim\"", key: "config.password_in_clear", want: []string{"relay-tls"}},
		"two keys":           {file: `secret-key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="`, args: []string{"--secret-key-file", "k"}, key: "config.two_keys", want: []string{"secret-key-file"}},
	}
}

func TestABrokenSettingIsOneLineThatNamesItsPlace(t *testing.T) {
	for name, tc := range brokenSettings() {
		t.Run(name, func(t *testing.T) {
			out := outside{env: map[string]string{}}
			if tc.file != "" {
				out.files = map[string]string{"balie.toml": tc.file}
			}
			envName, envValue, _ := strings.Cut(tc.env, "=")
			out.env[envName] = envValue
			_, _, err := out.parse(tc.args...)
			if err == nil {
				t.Fatal("it was taken")
			}
			line := err.Error()
			if f := fault.Of(err); f.Kind != fault.Invalid || f.Key != tc.key {
				t.Errorf("fault %v, want key %s", f, tc.key)
			}
			for _, want := range tc.want {
				if !strings.Contains(line, want) {
					t.Errorf("%q does not say %q", line, want)
				}
			}
			for _, secret := range []string{"geheim", "u:pw", "c2hvcnQ", "\n"} {
				if strings.Contains(line, secret) {
					t.Errorf("%q holds %q", line, secret)
				}
			}
		})
	}
}

func TestASubCommandBringsItsOwnFlags(t *testing.T) {
	var cases int
	c, rest, err := Parse("demo", []string{"--cases", "12", "--data", "d", "x"}, outside{}.getenv, outside{}.readFile,
		func(set *flag.FlagSet) { set.IntVar(&cases, "cases", 0, "generated cases") })
	if err != nil || cases != 12 || c.Data != "d" || !reflect.DeepEqual(rest, []string{"x"}) {
		t.Errorf("cases %d, data %q, rest %v, %v", cases, c.Data, rest, err)
	}
}

func TestHelpIsAskedNotAnError(t *testing.T) {
	if _, _, err := (outside{}).parse("--help"); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("err = %v", err)
	}
	usage := Usage()
	for _, s := range settings() {
		if !strings.Contains(usage, s.name) || s.about == "" || s.expects == "" {
			t.Errorf("%s is not explained", s.name)
		}
	}
}

func TestTheAddressFollowsFromTheListener(t *testing.T) {
	for addr, want := range map[string]string{
		":8080": "http://localhost:8080", "0.0.0.0:80": "http://localhost:80", "[::]:80": "http://localhost:80",
		"[::1]:80": "http://[::1]:80", "desk.example:8080": "http://desk.example:8080",
	} {
		if got := URLOf(addr); got != want {
			t.Errorf("URLOf(%q) = %q, want %q", addr, got, want)
		}
	}
}
