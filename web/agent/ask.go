package agent

import (
	"bytes"
	"encoding/json"
	"net/http"

	"balie/ground/fault"
)

// answer keeps what the API answers to a request from inside.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// ask calls the API as the person who asks for the page, and reads the answer also into a structure.
func (d *Desk) ask(r *http.Request, path string, into any) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, path, nil)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	req.RemoteAddr, req.Host, req.Header = r.RemoteAddr, r.Host, r.Header.Clone()
	a := answer{header: http.Header{}}
	d.API.ServeHTTP(&a, req)
	if a.status != http.StatusOK {
		return nil, fault.New(fault.Unavailable, "ground.database_away", "status", a.status)
	}
	if err := json.Unmarshal(a.body.Bytes(), into); err != nil {
		return nil, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return a.body.Bytes(), nil
}
