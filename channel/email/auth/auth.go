// Package auth signs in at somebody else's mail server, the same way for SMTP and for IMAP. It holds no secrets: they
// are asked for at each sign-in, so that a changed password or a fresh token works without a restart.
package auth

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"github.com/emersion/go-sasl"

	"balie/ground/fault"
)

// Mechanism is how to sign in.
type Mechanism string

// The mechanisms. The empty one means that no sign-in is needed.
const (
	None    Mechanism = ""
	Plain   Mechanism = "plain"   // RFC 4616
	Login   Mechanism = "login"   // older than the standards; some servers know nothing else
	XOAuth2 Mechanism = "xoauth2" // the secret is an access token
)

// Secret gives the password or the access token of a user.
type Secret func(ctx context.Context, user string) (string, error)

// Exposed says that a secret would cross a network that others can listen to: no encryption, and a host elsewhere.
func Exposed(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() || host == "localhost" {
		return nil
	}
	return fault.New(fault.Denied, "email.secret_needs_encryption", "host", host)
}

// Client makes the client's side of a sign-in.
func Client(ctx context.Context, m Mechanism, user string, secret Secret) (sasl.Client, error) {
	if secret == nil {
		return nil, fault.New(fault.Invalid, "email.no_secret", "user", user)
	}
	word, err := secret(ctx, user)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "email.no_secret", err, "user", user)
	}
	switch m {
	case Plain:
		return sasl.NewPlainClient("", user, word), nil
	case Login:
		return sasl.NewLoginClient(user, word), nil
	case XOAuth2:
		return &xoauth2{user: user, token: word}, nil
	default:
		return nil, fault.New(fault.Invalid, "email.unknown_mechanism", "mechanism", string(m))
	}
}

// xoauth2 sends user and token at once. A server that refuses them first sends the reason and waits for an answer
// before it says no; a single 0x01 byte is that answer.
type xoauth2 struct{ user, token string }

func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", fmt.Appendf(nil, "user=%s\x01auth=Bearer %s\x01\x01", x.user, x.token), nil
}

func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{1}, nil }
