package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"unicode"

	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/picture"
	"balie/web/edge"
)

// fileLimit is the largest file that an agent can send.
const fileLimit = 25 << 20

func upload(c *call) (any, error) {
	// The rest is for the names and borders of the parts.
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, fileLimit+64<<10)
	parts, err := c.r.MultipartReader()
	if err != nil {
		return nil, fault.New(fault.Invalid, "edge.content_type", "expected", "multipart/form-data")
	}
	part, err := parts.NextPart()
	if err != nil || part.FormName() != "file" || part.FileName() == "" {
		return nil, fault.New(fault.Invalid, "api.file_missing")
	}
	data, err := io.ReadAll(io.LimitReader(part, fileLimit+1))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large), err == nil && len(data) > fileLimit:
		return nil, fault.New(fault.TooLarge, "api.file_large", "limit", fileLimit>>20)
	case err != nil:
		return nil, fault.New(fault.Invalid, "edge.body_broken")
	case len(data) == 0:
		return nil, fault.New(fault.Invalid, "api.file_empty")
	}
	kept, err := c.Flow.Upload(c.r.Context(), c.who, conversation.NewFile{
		Name: fileName(part.FileName()), Type: fileType(part.Header.Get("Content-Type"), data), Data: data,
	})
	return created{fileView{ident.Text(kept.ID), kept.Name, kept.Type, kept.Size}}, err
}

// fileName keeps the last part of a name without what could mislead: paths, control characters and marks that turn the
// direction of the text around.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, "_"), `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`/:*?"<>|`, r) {
			return -1
		}
		return r
	}, s)
	s = strings.Trim(strings.TrimSpace(s), ".")
	if r := []rune(s); len(r) > 150 {
		ext := []rune(path.Ext(s))
		if len(ext) > 10 {
			ext = nil
		}
		s = string(r[:150-len(ext)]) + string(ext)
	}
	if s == "" {
		return "file"
	}
	return s
}

func fileType(said string, data []byte) string {
	kind, _, err := mime.ParseMediaType(said)
	if err != nil || !strings.Contains(kind, "/") || kind == "application/octet-stream" {
		kind, _, _ = mime.ParseMediaType(http.DetectContentType(data))
	}
	return kind
}

func download(c *call) (any, error) {
	data, err := c.Flow.Conversation.Content(c.r.Context(), c.DB, c.who.Org, c.file.Hash)
	if err != nil {
		return nil, err
	}
	c.attachment(fileName(c.file.Name), passive(c.file.Type), data)
	return nil, nil
}

// What is shown of a picture that somebody sent. A screen unfolds it whole, so the size that its header says decides.
const (
	shownBytes  = 10 << 20
	shownPixels = 50_000_000
)

// filePicture shows a file that is a picture, by its content, whatever its sender called it.
func filePicture(c *call) (any, error) {
	unknown := fault.New(fault.Unknown, "access.not_found")
	if c.file.Size > shownBytes {
		return nil, unknown
	}
	data, err := c.Flow.Conversation.Content(c.r.Context(), c.DB, c.who.Org, c.file.Hash)
	if err != nil {
		return nil, err
	}
	f, ok := picture.Of(data)
	w, h, err := f.Size(data)
	if !ok || err != nil || w < 1 || h < 1 || w*h > shownPixels {
		return nil, unknown
	}
	c.written = true
	head := c.w.Header()
	edge.Headers(head)
	head.Set("Content-Type", f.Type)
	head.Set("Cache-Control", "private, max-age=3600")
	head.Set("Content-Length", strconv.Itoa(len(data)))
	c.w.Write(data) //nolint:errcheck // the asker went away
	return nil, nil
}

// passive is a media type that no browser runs: what could hold a script goes out as plain bytes.
func passive(kind string) string {
	if _, _, err := mime.ParseMediaType(kind); err != nil || !strings.Contains(kind, "/") || strings.Contains(kind, "html") ||
		strings.Contains(kind, "xml") || strings.Contains(kind, "svg") || strings.Contains(kind, "script") {
		return "application/octet-stream"
	}
	return kind
}

// attachment answers with a file to keep, never to show.
func (c *call) attachment(name, kind string, data []byte) {
	c.written = true
	h := c.w.Header()
	edge.Headers(h)
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.Itoa(len(data)))
	c.w.Write(data) //nolint:errcheck // the asker went away
}

func messageRaw(c *call) (any, error) {
	if c.entry.RawHash == "" {
		return nil, fault.New(fault.Unknown, "conversation.content_unknown")
	}
	data, err := c.Flow.Conversation.Content(c.r.Context(), c.DB, c.who.Org, c.entry.RawHash)
	if err != nil {
		return nil, err
	}
	c.attachment("message-"+ident.Text(c.entry.ID)+".eml", "message/rfc822", data)
	return nil, nil
}
