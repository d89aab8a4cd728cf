// Package hook takes the calls of rules to other programs, signed as Standard Webhooks has it, so that a receiver can use
// a library it finds. The address is chosen by an administrator of an organisation, so it is reached through
// ground/outside only: no private addresses, no redirects.
package hook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"balie/domain/automation"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/outside"
	"balie/ground/secret"
)

// Sender makes the calls; it is a flow.Caller.
type Sender struct{ outside *outside.Client }

// New makes a Sender.
func New(o *outside.Client) *Sender { return &Sender{o} }

var _ flow.Caller = (*Sender)(nil)

const (
	within  = 10 * time.Second
	largest = 64 << 10 // of an answer, which is not read
)

// Call makes one call. Any status of 200 to 299 says that it was taken. A receiver that is too busy or broken is down for
// now; one that answers anything else does not want this call.
func (s *Sender) Call(ctx context.Context, r automation.Rule, c automation.Call, at time.Time) error {
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	id, moment := ident.Text(c.ID), strconv.FormatInt(at.Unix(), 10)
	h.Set("Webhook-Id", id)
	h.Set("Webhook-Timestamp", moment)
	h.Set("Webhook-Signature", Sign(r.Secret, id+"."+moment+"."+c.Body))
	answer, err := s.outside.Do(ctx, outside.Request{
		Method: http.MethodPost, URL: c.URL, Header: h, Body: []byte(c.Body), Max: largest, Within: within,
	})
	switch {
	case fault.Is(err, fault.TooLarge): // it answered, at length
		return nil
	case err != nil:
		return err
	case answer.Status/100 == 2:
		return nil
	case answer.Status == http.StatusRequestTimeout, answer.Status == http.StatusTooManyRequests, answer.Status >= 500:
		return fault.New(fault.Unavailable, "app.webhook_not_taken", "status", answer.Status)
	}
	return fault.New(fault.Invalid, "app.webhook_refused", "status", answer.Status)
}

// Sign is the signature over what was sent.
func Sign(key secret.Text, said string) string {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte(said)) // a hash never returns an error
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
