package chat

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"

	"balie/channel"
	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// fileInfo is a file as the visitor sees it.
type fileInfo struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

func infoOf(f conversation.File) fileInfo {
	return fileInfo{ID: ident.Text(f.ID), Name: f.Name, Type: f.Type, Size: f.Size}
}

// aroundFile is what a form has around its one file.
const aroundFile = 64 << 10

// upload keeps a file that will go with a message.
func (c *Chat) upload(q *asked) error {
	if err := c.maySay(q); err != nil {
		return err
	}
	if q.r.ContentLength > int64(c.Limits.FileBytes)+aroundFile {
		return tooLarge(c.Limits.FileBytes)
	}
	select { // so many are in memory at the same moment; the others wait for a place
	case c.uploads <- struct{}{}:
		defer func() { <-c.uploads }()
	case <-q.r.Context().Done():
		return q.r.Context().Err()
	}
	name, data, err := c.part(q)
	if err != nil {
		return err
	}
	f, err := c.Channel.File(name, data)
	if err != nil {
		return err
	}
	kept, err := c.Flow.UploadFor(q.r.Context(), q.at, conversation.NewFile{Name: f.Name, Type: f.Type, Data: f.Data})
	if err != nil {
		return err
	}
	edge.JSON(q.w, http.StatusCreated, infoOf(kept))
	return nil
}

func tooLarge(limit int) error {
	return fault.New(fault.TooLarge, "chat.file_large", "limit", limit>>20)
}

// part reads the file of a form of several parts, within the limit.
func (c *Chat) part(q *asked) (name string, data []byte, err error) {
	q.r.Body = http.MaxBytesReader(q.w, q.r.Body, int64(c.Limits.FileBytes)+aroundFile)
	parts, err := q.r.MultipartReader()
	if err != nil {
		return "", nil, fault.Wrap(fault.Invalid, "chat.file_missing", err)
	}
	for range 10 {
		p, err := parts.NextPart()
		if err != nil {
			return "", nil, c.broken(err)
		}
		if p.FormName() != "file" {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(p, int64(c.Limits.FileBytes)+1))
		if err != nil {
			return "", nil, c.broken(err)
		}
		if len(data) > c.Limits.FileBytes {
			return "", nil, tooLarge(c.Limits.FileBytes)
		}
		return p.FileName(), data, nil
	}
	return "", nil, fault.New(fault.Invalid, "chat.file_missing")
}

func (c *Chat) broken(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLarge(c.Limits.FileBytes)
	}
	return fault.Wrap(fault.Invalid, "chat.file_missing", err)
}

// shownAs are the types that a browser may know a file by; everything else is bytes to save.
var shownAs = map[string]bool{
	"application/pdf": true, "image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true,
}

// file gives an attachment to save. It never opens in a browser as a page of ours (threat T7).
func (c *Chat) file(q *asked) error {
	if err := c.mayLook(q); err != nil {
		return err
	}
	unknown := fault.New(fault.Unknown, "conversation.file_unknown")
	id, err := ident.Parse[ident.File](q.r.PathValue("file"))
	if err != nil {
		return unknown
	}
	var f conversation.File
	if err := c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) error {
		_, about, err := c.Flow.Contact(tx, q.at)
		if err != nil {
			return err
		}
		if f, err = c.Flow.Conversation.File(tx, q.at.Org, id); err != nil {
			return err
		}
		if f.Entry == 0 {
			return unknown // of a message that was not sent yet: the browser has it
		}
		e, err := c.Flow.Conversation.Entry(tx, q.at.Org, f.Entry)
		if err == nil && (e.Case != about.ID || !visible(e)) {
			return unknown
		}
		return err
	}); err != nil {
		return err
	}
	data, err := c.Flow.Conversation.Content(q.r.Context(), c.DB, q.at.Org, f.Hash)
	if err != nil {
		return err
	}
	kind := "application/octet-stream"
	if shownAs[f.Type] {
		kind = f.Type
	}
	q.save(f.Name, kind, data)
	return nil
}

// calendar gives the call back that is due first, for the visitor's calendar.
func (c *Chat) calendar(q *asked) error {
	if err := c.mayLook(q); err != nil {
		return err
	}
	var f channel.File
	err := c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) error {
		_, about, err := c.Flow.Contact(tx, q.at)
		if err != nil {
			return err
		}
		p, ok, err := c.Flow.CallOf(tx, q.at.Org, about.ID)
		if err == nil && !ok {
			err = fault.New(fault.Unknown, "flow.no_call")
		}
		if err != nil {
			return err
		}
		f, err = c.Flow.Appointment(tx, &about, p)
		return err
	})
	if err == nil {
		q.save(f.Name, f.Type, f.Data)
	}
	return err
}

// save gives a file to save.
func (q *asked) save(name, kind string, data []byte) {
	saved := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if saved == "" {
		saved = "attachment"
	}
	h := q.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", saved)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = q.w.Write(data) // the browser left: nobody to tell
}
