package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"balie/ground/fault"
)

// BodyLimit is how large a JSON body may be: the longest message with every character escaped still fits.
const BodyLimit = 2 << 20

// Body reads a JSON object into v. A field that does not exist, a wrong type and a second value are refused, each by
// name: a program that misspells a field must not think that it was heard. An empty body leaves v as it is.
func Body(w http.ResponseWriter, r *http.Request, v any) error {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, BodyLimit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fault.New(fault.TooLarge, "edge.body_large", "limit", BodyLimit>>20)
	case err != nil:
		return fault.Wrap(fault.Invalid, "edge.body_broken", err)
	case len(bytes.TrimSpace(data)) == 0:
		return nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return fault.New(fault.Invalid, "edge.content_type", "expected", "application/json")
	}
	return Decode(data, v)
}

// Decode reads one JSON object; see Body.
func Decode(data []byte, v any) error {
	if first := bytes.TrimSpace(data); len(first) == 0 || first[0] != '{' {
		return fault.New(fault.Invalid, "edge.not_an_object")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return decodeFault(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fault.New(fault.Invalid, "edge.json_unreadable")
	}
	return nil
}

func decodeFault(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fault.New(fault.Invalid, "edge.field_type", "field", kind.Field, "got", kind.Value)
	}
	// The library gives this error no type of its own; its text is part of its tests.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fault.New(fault.Invalid, "edge.field_unknown", "field", strings.Trim(name, `"`))
	}
	return fault.New(fault.Invalid, "edge.json_unreadable") // the cause would repeat what somebody wrote
}
