// Package secret keeps what must not be read: a text that prints as ***, a box that seals values at rest and signs
// links, and random tokens with the hash that is stored in their place.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const mask = "***"

// Text is a password or key in memory. However it is printed, logged or written as JSON it shows as ***; only Reveal
// gives the value. The value lies behind a pointer, because fmt prints a string in an unexported field without
// asking its methods.
type Text struct{ value *string }

// New makes a secret text.
func New(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{value: &s}
}

// Reveal gives the value; call it where the value is used, not where it is passed on.
func (t Text) Reveal() string {
	if t.value == nil {
		return ""
	}
	return *t.value
}

// Empty says whether there is no value.
func (t Text) Empty() bool { return t.value == nil }

// String is *** or, without a value, nothing.
func (t Text) String() string {
	if t.Empty() {
		return ""
	}
	return mask
}

// Format answers every verb of fmt with String.
func (t Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) } // fmt keeps the error itself

// LogValue is String.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText is String, which covers JSON too.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes the value.
func (t *Text) UnmarshalText(b []byte) error {
	*t = New(string(b))
	return nil
}
