package config

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"balie/ground/secret"
)

// setting is one line of the table below: its name, what it is for, what it expects and how it is taken in.
type setting struct {
	name    string
	value   string // the default
	about   string
	expects string
	// confidential settings have no flag: every user of the machine can read the flags of a program.
	confidential bool
	take         func(c *Config, s string) error
}

// errForm is enough of a cause: the line that is printed says what was expected.
var errForm = errors.New("not in the expected form")

const (
	hostPort    = `host:port, for example "127.0.0.1:8080"`
	hostPortOff = `host:port, for example "127.0.0.1:2525", or "off"`
	webAddress  = `an address such as "https://hulp.example.org", without path`
	ranges      = `addresses or ranges, for example "10.0.0.1, 192.168.0.0/16"`
)

func settings() []setting {
	all := []setting{
		{name: "data", value: "./balie-data", about: "folder for the database and the files", expects: "a folder", take: needed(func(c *Config) *string { return &c.Data })},
		{name: "database", about: "PostgreSQL instead of SQLite", expects: "postgres://user:password@host/name", take: takeDatabase},
		{name: "nats", about: "bus between many nodes, instead of PostgreSQL's NOTIFY", expects: `nats://host:4222 or tls://user:password@host:4222, several with commas, or "off"`, take: optional(takeNats)},
		{name: "listen", value: "127.0.0.1:8080", about: "where pages and API are served", expects: hostPort, take: listener(func(c *Config) *string { return &c.Listen })},
		{name: "public-url", about: "how people outside reach the desk; default http://LISTEN", expects: webAddress, take: takePublicURL},
		{name: "files-url", about: "second address of the same server, for files of customers", expects: webAddress, take: origin(func(c *Config) *string { return &c.FilesURL })},
		{name: "trusted-proxies", about: "whose X-Forwarded-For counts", expects: ranges, take: prefixes(func(c *Config) *[]netip.Prefix { return &c.TrustedProxies })},
		{name: "outside-allow", about: "private ranges that outgoing requests may reach", expects: ranges, take: prefixes(func(c *Config) *[]netip.Prefix { return &c.OutsideAllow })},
		{name: "secret-key-file", about: "file with the secret key; default secret.key in the data folder", expects: "a file", take: word(func(c *Config) *string { return &c.Key.File })},
		{name: "secret-key", about: "the secret key itself", expects: "32 bytes in base64", confidential: true, take: takeKey},
	}
	return append(append(all, mailSettings()...), reportSettings()...)
}

func mailSettings() []setting {
	return []setting{
		{name: "smtp", value: "127.0.0.1:2525", about: "where mail is taken in by SMTP; off = not", expects: hostPortOff, take: optional(listener(func(c *Config) *string { return &c.Mail.SMTP }))},
		{name: "lmtp", about: "where mail is taken in by LMTP", expects: `host:port, a path such as "/run/balie/lmtp", or "off"`, take: optional(takeLMTP)},
		{name: "smtp-hostname", about: "our name in SMTP; default the host of public-url", expects: "a host name", take: word(func(c *Config) *string { return &c.Mail.Hostname })},
		{name: "trusted-authserv-id", about: "mail server whose DMARC result counts", expects: "the authserv-id of that server", take: word(func(c *Config) *string { return &c.Mail.Authserv })},
		{name: "relay-host", about: "server that carries mail out; without it mail stays in the outbox", expects: `host:port, for example "mail.example.org:587", or "off"`, take: optional(dialled(func(c *Config) *string { return &c.Relay.Host }))},
		{name: "relay-tls", value: string(TLSStartTLS), about: "protection towards the relay", expects: "direct, starttls or none", take: oneOf(func(c *Config) *TLS { return &c.Relay.TLS }, TLSDirect, TLSStartTLS, TLSNone)},
		{name: "relay-user", about: "user at the relay", expects: "a name", take: word(func(c *Config) *string { return &c.Relay.User })},
		{name: "relay-password", about: "password at the relay", expects: "a text", confidential: true, take: hidden(func(c *Config) *secret.Text { return &c.Relay.Password })},
	}
}

func reportSettings() []setting {
	return []setting{
		{name: "metrics-listen", about: "own listener for /metrics", expects: hostPortOff, take: optional(listener(func(c *Config) *string { return &c.Metrics.Listen }))},
		{name: "metrics-token", about: "token for /metrics on the ordinary listener", expects: "a text of 16 characters or more", confidential: true, take: takeMetricsToken},
		{name: "log-format", value: string(LogText), about: "form of the log", expects: "text or json", take: oneOf(func(c *Config) *LogFormat { return &c.Log.Format }, LogText, LogJSON)},
		{name: "log-level", value: "info", about: "least important line that is logged", expects: "debug, info, warn or error", take: takeLevel},
	}
}

func word(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, s string) error {
		if strings.ContainsAny(s, "\r\n\x00") {
			return errForm
		}
		*field(c) = s
		return nil
	}
}

func needed(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, s string) error {
		if s == "" {
			return errForm
		}
		return word(field)(c, s)
	}
}

func hidden(field func(*Config) *secret.Text) func(*Config, string) error {
	return func(c *Config, s string) error {
		*field(c) = secret.New(s)
		return nil
	}
}

// listener takes host:port; the host may be absent (all addresses) and the port 0 (any).
func listener(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, s string) error {
		_, port, err := net.SplitHostPort(s)
		if err != nil {
			return errForm
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
			return errForm
		}
		*field(c) = s
		return nil
	}
}

// dialled takes host:port of another machine: both must be there.
func dialled(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, s string) error {
		host, port, err := net.SplitHostPort(s)
		if err != nil || host == "" || port == "0" {
			return errForm
		}
		return listener(field)(c, s)
	}
}

// optional takes "off" too, since an environment variable cannot be set to nothing. The field stays empty.
func optional(take func(*Config, string) error) func(*Config, string) error {
	return func(c *Config, s string) error {
		if s == "" || s == "off" {
			return nil
		}
		return take(c, s)
	}
}

func oneOf[T ~string](field func(*Config) *T, known ...T) func(*Config, string) error {
	return func(c *Config, s string) error {
		for _, k := range known {
			if string(k) == s {
				*field(c) = k
				return nil
			}
		}
		return errForm
	}
}

func prefixes(field func(*Config) *[]netip.Prefix) func(*Config, string) error {
	return func(c *Config, s string) error {
		var all []netip.Prefix
		for part := range strings.SplitSeq(s, ",") {
			part = strings.TrimSpace(part)
			if part == "" {
				continue
			}
			if ip, err := netip.ParseAddr(part); err == nil && ip.Zone() == "" {
				all = append(all, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
				continue
			}
			prefix, err := netip.ParsePrefix(part)
			if err != nil {
				return errForm
			}
			all = append(all, prefix.Masked())
		}
		*field(c) = all
		return nil
	}
}

// origin takes scheme://host[:port]; nothing else may stand in it, since paths are added behind it.
func origin(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, s string) error {
		if s == "" {
			return nil
		}
		u, err := url.Parse(strings.TrimSuffix(s, "/"))
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			return errForm
		}
		if u.String() != u.Scheme+"://"+u.Host {
			return errForm
		}
		*field(c) = u.Scheme + "://" + strings.ToLower(u.Host)
		return nil
	}
}

func takePublicURL(c *Config, s string) error {
	c.PublicURLGiven = s != ""
	return origin(func(c *Config) *string { return &c.PublicURL })(c, s)
}

func takeDatabase(c *Config, s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errForm
	}
	c.Database = secret.New(s)
	return nil
}

func takeNats(c *Config, s string) error {
	for _, one := range strings.Split(s, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil || (u.Scheme != "nats" && u.Scheme != "tls") || u.Host == "" {
			return errForm
		}
	}
	c.Nats = secret.New(s)
	return nil
}

func takeLMTP(c *Config, s string) error {
	if strings.HasPrefix(s, "/") {
		return word(func(c *Config) *string { return &c.Mail.LMTP })(c, s)
	}
	return listener(func(c *Config) *string { return &c.Mail.LMTP })(c, s)
}

func takeKey(c *Config, s string) error {
	if s == "" {
		return nil
	}
	if _, err := secret.ParseKey(s); err != nil {
		return errForm
	}
	c.Key.Value = secret.New(s)
	return nil
}

func takeMetricsToken(c *Config, s string) error {
	if s != "" && len(s) < 16 {
		return errForm
	}
	c.Metrics.Token = secret.New(s)
	return nil
}

func takeLevel(c *Config, s string) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[s]
	if !ok {
		return errForm
	}
	c.Log.Level = level
	return nil
}
