package api

import (
	"crypto/subtle"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"balie/domain/conversation"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/outside"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// The HTML of a mail is shown in a sandboxed frame that has no origin, so the browser sends no cookie for the pictures
// in it. Their addresses therefore carry a signature over the organisation, the message or file and a moment at which
// it ends. Somebody who reads such an address can see one picture for an hour, and nothing else.

const (
	inlinePurpose = "inline picture"
	remotePurpose = "remote picture"
	pictureValid  = time.Hour
	pictureLimit  = 5 << 20
)

// documentPolicy is that of a mail in its frame: nothing runs, nothing loads but pictures that we serve ourselves, from the
// second origin where there is one (threat T7).
func (c *call) documentPolicy() string {
	from := "'self'"
	if c.FilesURL != "" {
		from = c.FilesURL
	}
	return "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
		"img-src " + from + " data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
}

func (c *call) signed(purpose string, id string) string {
	until := strconv.FormatInt(c.Clock.Now().Add(pictureValid).Unix(), 10)
	o := ident.Text(c.who.Org)
	return url.Values{"o": {o}, "until": {until}, "tag": {c.Signer.Sign(purpose, o, id, until)}}.Encode()
}

// checkSigned gives the organisation for which an address was signed. Whatever is wrong looks the same.
func (c *call) checkSigned(purpose, id string) (ident.Org, error) {
	unknown := fault.New(fault.Unknown, "access.not_found")
	q := c.r.URL.Query()
	o, until := q.Get("o"), q.Get("until")
	want := c.Signer.Sign(purpose, o, id, until)
	if subtle.ConstantTimeCompare([]byte(want), []byte(q.Get("tag"))) != 1 {
		return 0, unknown
	}
	ends, err := strconv.ParseInt(until, 10, 64)
	if err != nil || !c.Clock.Now().Before(time.Unix(ends, 0)) {
		return 0, unknown
	}
	orgID, err := ident.Parse[ident.Org](o)
	if err != nil {
		return 0, unknown
	}
	return orgID, nil
}

// messageHTML is a mail as it was written, made safe, as a document for a frame.
func messageHTML(c *call) (any, error) {
	if c.entry.HTMLHash == "" || c.Document == nil {
		return nil, fault.New(fault.Unknown, "conversation.content_unknown")
	}
	var files []conversation.File
	var o org.Organisation
	err := c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) (err error) {
		if files, err = c.Flow.Conversation.FilesOf(tx, c.who.Org, c.entry.ID); err != nil {
			return err
		}
		o, err = c.Flow.Org.Load(tx, c.who.Org)
		return err
	})
	if err != nil {
		return nil, err
	}
	clean, err := c.Flow.Conversation.Content(c.r.Context(), c.DB, c.who.Org, c.entry.HTMLHash)
	if err != nil {
		return nil, err
	}
	f := Frame{Inline: func(id string) string {
		for _, file := range files {
			if file.ContentID != "" && strings.EqualFold(file.ContentID, strings.Trim(id, "<>")) && still(file.Type) {
				return c.FilesURL + "/api/v1/inline/" + ident.Text(file.ID) + "?" + c.signed(inlinePurpose, ident.Text(file.ID))
			}
		}
		return ""
	}}
	if c.r.URL.Query().Get("images") == "1" && o.Settings.RemoteImages == org.On && c.Outside != nil {
		m := ident.Text(c.entry.ID)
		f.Proxy = c.FilesURL + "/api/v1/image?m=" + m + "&" + c.signed(remotePurpose, m) + "&url="
	}
	c.written = true
	h := c.w.Header()
	edge.Headers(h)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", c.documentPolicy())
	c.w.Write([]byte(c.Document(string(clean), f))) //nolint:errcheck // the asker went away
	return nil, nil
}

// still says whether a media type is a picture that cannot hold a script.
func still(kind string) bool {
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp":
		return true
	}
	return false
}

func inlinePicture(c *call) (any, error) {
	id, err := pathID[ident.File](c, "id")
	if err != nil {
		return nil, err
	}
	o, err := c.checkSigned(inlinePurpose, ident.Text(id))
	if err != nil {
		return nil, err
	}
	var file conversation.File
	if err := c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) (err error) {
		file, err = c.Flow.Conversation.File(tx, o, id)
		return err
	}); err != nil {
		return nil, err
	}
	if !still(file.Type) {
		return nil, fault.New(fault.Unknown, "access.not_found")
	}
	data, err := c.Flow.Conversation.Content(c.r.Context(), c.DB, o, file.Hash)
	if err != nil {
		return nil, err
	}
	c.show(file.Type, data)
	return nil, nil
}

// show answers with a picture. A frame without an origin counts as another site, so it must be allowed to have it.
func (c *call) show(kind string, data []byte) {
	c.written = true
	h := c.w.Header()
	edge.Headers(h)
	h.Set("Content-Type", kind)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "private, max-age=3600")
	c.w.Write(data) //nolint:errcheck // the asker went away
}

// remotePicture fetches a picture that a mail refers to, so that its sender sees our address and not the agent's. Only
// addresses that stand in the message are fetched.
func remotePicture(c *call) (any, error) {
	unknown := fault.New(fault.Unknown, "access.not_found")
	q := c.r.URL.Query()
	id, err := ident.Parse[ident.Entry](q.Get("m"))
	if err != nil || c.Outside == nil {
		return nil, unknown
	}
	at, err := c.checkSigned(remotePurpose, ident.Text(id))
	if err != nil {
		return nil, err
	}
	var entry conversation.Entry
	var o org.Organisation
	if err := c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) (err error) {
		if o, err = c.Flow.Org.Load(tx, at); err != nil {
			return err
		}
		entry, err = c.Flow.Conversation.Entry(tx, at, id)
		return err
	}); err != nil {
		return nil, err
	}
	clean, err := c.Flow.Conversation.Content(c.r.Context(), c.DB, at, entry.HTMLHash)
	address := q.Get("url")
	if err != nil || o.Settings.RemoteImages != org.On ||
		!strings.Contains(string(clean), `data-src="`+html.EscapeString(address)+`"`) {
		return nil, unknown
	}
	answer, err := c.Outside.Do(c.r.Context(), outside.Request{URL: address, Max: pictureLimit})
	if err != nil {
		return nil, unknown // why it did not come is not for who reads the mail
	}
	kind := http.DetectContentType(answer.Body) // what the other side calls it is not believed
	if answer.Status != http.StatusOK || !still(kind) {
		return nil, unknown
	}
	c.show(kind, answer.Body)
	return nil, nil
}
