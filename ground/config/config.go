// Package config reads the settings of the program: flags go before environment variables, those before balie.toml,
// that before the defaults. One name serves all: --relay-host, BALIE_RELAY_HOST and relay-host in the file. A setting
// that is unknown or cannot be read is one line that names where it stands and what is expected.
package config

import (
	"log/slog"
	"net"
	"net/netip"

	"balie/ground/secret"
)

// Config is every setting, read and checked.
type Config struct {
	Data      string      // folder of the database, the files and the key
	DataGiven bool        // somebody chose it
	Database  secret.Text // address of a PostgreSQL database; empty: SQLite in Data. It holds a password
	Nats      secret.Text // address of a NATS bus between the nodes; empty: PostgreSQL carries their calls. It may hold a password
	Listen    string      // host:port of the pages and the API
	// PublicURL is how people outside reach this desk, without a slash at the end. When it was not given it follows
	// from Listen and PublicURLGiven is false: a port that the system chose is known only after listening.
	PublicURL      string
	PublicURLGiven bool
	FilesURL       string // second origin for files (threat T7); empty: the same as PublicURL

	Mail    Mail
	Relay   Relay
	Metrics Metrics
	Log     Log
	Key     Key

	TrustedProxies []netip.Prefix // whose X-Forwarded-For counts (threat T10)
	OutsideAllow   []netip.Prefix // private ranges that outgoing requests may reach all the same (threat T8)
}

// Mail is how mail comes in.
type Mail struct {
	SMTP     string // host:port; empty: off
	LMTP     string // host:port or a path that starts with a slash; empty: off
	Hostname string // how we call ourselves in SMTP; empty: the host of PublicURL
	Authserv string // authserv-id of the mail server before us whose DMARC result counts; empty: none
}

// Relay is the server that carries our mail out. Without a host mail stays in the outbox.
type Relay struct {
	Host     string // host:port
	TLS      TLS
	User     string
	Password secret.Text
}

// TLS says how a connection is protected.
type TLS string

// The ways: from the first byte, after STARTTLS which is then required, and not at all.
const (
	TLSDirect   TLS = "direct"
	TLSStartTLS TLS = "starttls"
	TLSNone     TLS = "none"
)

// Metrics says who may read /metrics: whoever reaches its own listener, or whoever has the token. Without either
// there are none.
type Metrics struct {
	Listen string
	Token  secret.Text
}

// Log is how the program reports.
type Log struct {
	Format LogFormat
	Level  slog.Level
}

// LogFormat is the form of the lines.
type LogFormat string

// The forms.
const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// Key is where the secret key comes from: its value, or else a file that is made when it does not exist.
type Key struct {
	Value secret.Text // 32 bytes in base64, checked
	File  string      // empty: secret.key in Data
}

// URLOf is the address of a page server that listens on addr, for people on this machine when addr names no host.
func URLOf(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "http://" + addr
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
