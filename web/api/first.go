package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// First is what the workspace begins with, so that its first screen needs no second request.
type First struct {
	Me    meView `json:"me"`
	Cases []row  `json:"cases"`
	Next  string `json:"next"`
	// Seq is the place in the ledger from which the event stream goes on.
	Seq int64 `json:"seq"`
}

// First reads it for somebody who is signed in. It is the same that the API would answer: there is no private back door.
func (a *API) First(r *http.Request, who access.Principal) (f First, err error) {
	c := &call{API: a, r: r, who: who}
	err = a.DB.Read(r.Context(), func(tx *sqldb.Tx) error {
		// The place comes first: what is committed between the two reads is then told again, and not missed.
		if f.Seq, err = ledger.Head(tx); err != nil {
			return err
		}
		if err := access.May(who, access.ReadCase, c.own()); err != nil {
			return err
		}
		if f.Me, err = c.me(tx); err != nil {
			return err
		}
		list, next, err := a.Flow.Cases.List(tx, who.Org, cases.Filter{View: cases.Mine, Me: who.Agent, Limit: defaultLimit})
		if err != nil {
			return err
		}
		f.Next = next
		f.Cases, err = c.rowsOf(tx, list)
		return err
	})
	return f, err
}

// AppendJSON writes it.
func (f First) AppendJSON(b []byte) []byte {
	me, err := json.Marshal(f.Me)
	if err != nil { // names and numbers can always be written
		me = []byte("null")
	}
	b = append(append(b, `{"me":`...), me...)
	b = appendRows(append(b, `,"cases":`...), f.Cases)
	b = appendText(append(b, `,"next":`...), f.Next)
	return append(strconv.AppendInt(append(b, `,"seq":`...), f.Seq, 10), '}')
}
