package webchat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"balie/ground/fault"
	"balie/ground/secret"
)

// Identity is who a visitor is at the organisation's own website, which signed it.
type Identity struct {
	Subject string `json:"sub"`
	Name    string `json:"name,omitempty"`
	Email   string `json:"email,omitempty"`
	Expires int64  `json:"exp"` // seconds since 1970
}

// Verify reads an identity that was signed with the key of a website: base64url of the JSON, a dot, base64url of its
// HMAC-SHA256. The same text may be shown again until it expires, which only says again who the visitor is.
func Verify(token string, key secret.Text, now time.Time) (Identity, error) {
	var id Identity
	signed, tag, ok := strings.Cut(token, ".")
	given, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(tag, "="))
	if !ok || err != nil {
		return id, fault.New(fault.Invalid, "webchat.identity_unreadable")
	}
	if key.Empty() || !hmac.Equal(given, tagOf(signed, key)) {
		return id, fault.New(fault.Invalid, "webchat.identity_forged")
	}
	body, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(signed, "="))
	if err != nil || json.Unmarshal(body, &id) != nil {
		return Identity{}, fault.New(fault.Invalid, "webchat.identity_unreadable")
	}
	switch expires := time.Unix(id.Expires, 0); {
	case strings.TrimSpace(id.Subject) == "" || utf8.RuneCountInString(id.Subject) > maxSubject || id.Expires <= 0:
		return Identity{}, fault.New(fault.Invalid, "webchat.identity_unreadable")
	case !now.Before(expires):
		return Identity{}, fault.New(fault.Invalid, "webchat.identity_expired")
	case expires.Sub(now) > MaxAhead+time.Minute: // the clocks of two machines
		return Identity{}, fault.New(fault.Invalid, "webchat.identity_too_long", "hours", int(MaxAhead/time.Hour))
	}
	id.Subject, id.Name, id.Email = line(id.Subject), cut(line(id.Name), MaxName), strings.TrimSpace(id.Email)
	if !usable(id.Email) {
		id.Email = ""
	}
	return id, nil
}

// Sign makes what a website makes for its visitor.
func Sign(id Identity, key secret.Text) string {
	body, _ := json.Marshal(id) //nolint:errcheck // texts and a number always can be written
	signed := base64.RawURLEncoding.EncodeToString(body)
	return signed + "." + base64.RawURLEncoding.EncodeToString(tagOf(signed, key))
}

func tagOf(signed string, key secret.Text) []byte {
	h := hmac.New(sha256.New, []byte(key.Reveal()))
	h.Write([]byte(signed))
	return h.Sum(nil)
}
