package chat

import (
	"net/http"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// person is an agent as visitors see one.
func (c *Chat) person(h *house, id ident.Agent, name string) person {
	p := person{Name: name}
	if path := h.pictures.Path(h.Slug, id); path != "" {
		p.Picture = c.base(h) + path
	}
	return p
}

// picture gives the picture of an agent to the page of anybody. Its address changes with the picture, so that it may be
// kept for ever; it is not guessed, and says no more than the agent chose to show.
func (c *Chat) picture(q *asked) error {
	h := q.w.Header()
	h.Del("Vary") // the same for every page and in every language
	h.Set("Access-Control-Allow-Origin", "*")
	if from, known := c.source(q.r); known && !c.pace.face.Allow(from, q.now) {
		return tooMany("chat.too_many", c.pace.face.Wait())
	}
	id, hash, err := access.ParsePicture(q.r.PathValue("picture"))
	if err != nil {
		return fault.New(fault.Unknown, "chat.picture_unknown")
	}
	var p access.Picture
	err = c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) (err error) {
		p, err = c.Flow.Access.Picture(tx, q.house.ID, id, hash)
		return err
	})
	if fault.Is(err, fault.Unknown) {
		return fault.New(fault.Unknown, "chat.picture_unknown")
	}
	if err != nil {
		return err
	}
	tag := `"` + p.Hash + `"`
	h.Set("Content-Type", p.Type)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", tag)
	if q.r.Header.Get("If-None-Match") == tag {
		q.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, _ = q.w.Write(p.Bytes) // the browser left: nobody to tell
	return nil
}
