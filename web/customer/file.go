package customer

import (
	"mime"
	"net/http"
	"strconv"

	"balie/channel"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// shownAs are the types that a browser may know a file by; everything else is bytes to save.
var shownAs = map[string]bool{
	"application/pdf": true, "image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true,
}

// file gives an attachment to save. It never opens in the browser as a page of ours (threat T7).
func (p *Pages) file(w http.ResponseWriter, r *http.Request, f *frame) error {
	unknown := fault.New(fault.Unknown, "customer.file_unknown")
	id, err := ident.Parse[ident.File](r.PathValue("file"))
	if err != nil {
		return unknown
	}
	k, err := p.load(r, f)
	if err != nil {
		return err
	}
	kept, ok := seen(k.lines, id)
	if !ok {
		return unknown
	}
	data, err := p.Flow.Conversation.Content(r.Context(), p.DB, k.visit.Case.Org, kept.Hash)
	if err != nil {
		return err
	}
	kind := "application/octet-stream"
	if shownAs[kept.Type] {
		kind = kept.Type
	}
	save(w, r, kept.Name, kind, data)
	return nil
}

// calendar gives a call back for the customer's calendar.
func (p *Pages) calendar(w http.ResponseWriter, r *http.Request, f *frame) error {
	unknown := fault.New(fault.Unknown, "customer.call_unknown")
	id, err := ident.Parse[ident.Promise](r.PathValue("promise"))
	if err != nil {
		return unknown
	}
	k, err := p.load(r, f)
	if err != nil {
		return err
	}
	var file channel.File
	err = p.DB.Read(r.Context(), func(tx *sqldb.Tx) error {
		c := k.visit.Case
		one, err := p.Flow.Promise.Get(tx, c.Org, id)
		if err != nil || one.Case != c.ID || !one.Call() {
			return unknown
		}
		file, err = p.Flow.Appointment(tx, &c, one)
		return err
	})
	if err == nil {
		save(w, r, file.Name, file.Type, file.Data)
	}
	return err
}

// save gives a file to save.
func save(w http.ResponseWriter, r *http.Request, name, kind string, data []byte) {
	saved := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if saved == "" {
		saved = "attachment"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", saved)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // the browser left: nobody to tell
	}
}
