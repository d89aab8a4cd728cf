package customer

import (
	"mime"
	"net/http"
	"strconv"

	"balie/ground/fault"
	"balie/ground/ident"
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
	saved := mime.FormatMediaType("attachment", map[string]string{"filename": kept.Name})
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
	return nil
}
