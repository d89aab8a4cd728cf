package app

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/outside"
)

// accessTokens keeps access tokens until shortly before they expire.
type accessTokens struct {
	mu   sync.Mutex
	kept map[string]accessToken
}

type accessToken struct {
	text    string
	expires time.Time
}

// accessToken turns the refresh token of a mailbox into an access token (RFC 6749 section 6).
func (a *App) accessToken(ctx context.Context, c org.Credentials) (string, error) {
	a.tokens.mu.Lock()
	defer a.tokens.mu.Unlock()
	name := c.TokenURL + "\n" + c.ClientID + "\n" + c.RefreshToken.Reveal()
	if t, ok := a.tokens.kept[name]; ok && a.Clock.Now().Before(t.expires) {
		return t.text, nil
	}
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {c.ClientID}, "refresh_token": {c.RefreshToken.Reveal()}}
	if !c.ClientSecret.Empty() {
		form.Set("client_secret", c.ClientSecret.Reveal())
	}
	answer, err := a.outside.Do(ctx, outside.Request{
		Method: http.MethodPost, URL: c.TokenURL, Body: []byte(form.Encode()), Max: 64 << 10, Within: 20 * time.Second,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}},
	})
	if err != nil {
		return "", err
	}
	var got struct {
		Token   string `json:"access_token"`
		Expires int64  `json:"expires_in"` // seconds
	}
	if answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &got) != nil || got.Token == "" {
		return "", fault.New(fault.Unavailable, "app.token_refused", "status", answer.Status)
	}
	const early = time.Minute
	a.tokens.kept[name] = accessToken{got.Token, a.Clock.Now().Add(time.Duration(got.Expires)*time.Second - early)}
	return got.Token, nil
}
