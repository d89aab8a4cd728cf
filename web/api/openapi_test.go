package api_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"balie/web/api"
)

// described is the description, read once.
var described = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Description)
	if err == nil {
		err = doc.Validate(openapi3.NewLoader().Context)
	}
	return doc, err
})

var router = sync.OnceValues(func() (routers.Router, error) {
	doc, err := described()
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

func TestTheDescriptionHasEveryRouteAndNoOther(t *testing.T) {
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	written := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			written[method+" "+path] = op
		}
	}
	for _, rt := range api.Routes() {
		name := rt.Method + " " + rt.Pattern
		op, ok := written[name]
		if !ok {
			t.Errorf("%s is not described", name)
			continue
		}
		delete(written, name)
		if open := op.Security != nil && len(*op.Security) == 0; open != (rt.Action == "") {
			t.Errorf("%s: open to everybody is %v in the description and %v in the table", name, open, rt.Action == "")
		}
	}
	for name := range written {
		t.Errorf("%s is described and does not exist", name)
	}
}

// checked holds every answer of h against the description, and every request that was accepted.
func checked(t testing.TB, h http.Handler) http.Handler {
	t.Helper()
	routes, err := router()
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/events") {
			h.ServeHTTP(w, r)
			return
		}
		sent, _ := io.ReadAll(r.Body) // a body that breaks off breaks off for the handler too
		r.Body = io.NopCloser(bytes.NewReader(sent))
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if err := holds(routes, r, sent, rec); err != nil {
			t.Errorf("%s %s: status %d: %v", r.Method, r.URL, rec.Code, err)
		}
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes()) //nolint:errcheck // a test
	})
}

func holds(routes routers.Router, r *http.Request, sent []byte, rec *httptest.ResponseRecorder) error {
	route, params, err := routes.FindRoute(r)
	if err != nil {
		if rec.Code == http.StatusNotFound {
			return nil
		}
		return fmt.Errorf("no such route in the description: %w", err)
	}
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if rec.Code < 300 && !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		r.Body = io.NopCloser(bytes.NewReader(sent))
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			return fmt.Errorf("the request was accepted: %w", err)
		}
	}
	if kind := rec.Header().Get("Content-Type"); rec.Code < 300 && !strings.HasPrefix(kind, "application/json") {
		options.ExcludeResponseBody = true
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: rec.Code, Header: rec.Header(), Options: options}
	return openapi3filter.ValidateResponse(r.Context(), out.SetBodyBytes(rec.Body.Bytes()))
}
