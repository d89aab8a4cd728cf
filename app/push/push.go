// Package push takes messages of the desk to the browsers of agents (web push: RFC 8030, sealed by RFC 8291, signed by RFC
// 8292). The address of a browser is chosen by its maker and comes in through the API, so it is reached through
// ground/outside only: no private addresses, no redirects.
package push

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"

	"balie/domain/org"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/outside"
)

// Sender sends them; it is a flow.Pusher.
type Sender struct {
	outside *outside.Client
	// contact is where a maker of browsers finds whoever sends: an https address, or an e-mail address.
	contact string
}

// New makes a Sender.
func New(o *outside.Client, contact string) *Sender { return &Sender{outside: o, contact: contact} }

const (
	within  = 10 * time.Second
	largest = 64 << 10  // of an answer, which is not read
	proof   = time.Hour // how long a signature is good for; the RFC allows a day
	least   = 10        // seconds that a message may wait for its browser
	most    = 24 * 60 * 60
)

var _ flow.Pusher = (*Sender)(nil)

// Push sends a message to one browser. fault.Unknown: it is not there any more.
func (s *Sender) Push(ctx context.Context, k org.PushKey, to staff.Push, m flow.Message) error {
	waits := min(max(int(m.Until.Sub(m.Now).Seconds()), least), most)
	answer, err := webpush.SendNotificationWithContext(ctx, m.Body,
		&webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{P256dh: to.P256dh, Auth: to.Auth}},
		&webpush.Options{
			HTTPClient: through{ctx, s.outside}, Subscriber: s.contact, TTL: waits, Urgency: webpush.UrgencyHigh,
			VAPIDPublicKey: k.Public, VAPIDPrivateKey: k.Private.Reveal(), VapidExpiration: m.Now.Add(proof),
		})
	if err != nil {
		return fault.Wrap(fault.Unavailable, "app.push_not_taken", err)
	}
	defer answer.Body.Close() //nolint:errcheck // it is in memory
	switch {
	case answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusGone:
		return fault.New(fault.Unknown, "app.push_gone")
	case answer.StatusCode/100 != 2:
		return fault.New(fault.Unavailable, "app.push_not_taken", "status", answer.StatusCode)
	}
	return nil
}

// through makes the requests of the library with the desk's own client.
type through struct {
	ctx     context.Context
	outside *outside.Client
}

// Do makes one.
func (t through) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("reading a sealed message: %w", err)
	}
	answer, err := t.outside.Do(t.ctx, outside.Request{
		Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: body, Max: largest, Within: within,
	})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: answer.Status, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Body)), Request: r}, nil
}
