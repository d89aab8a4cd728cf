package edge

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/text"
)

var statuses = map[fault.Kind]int{
	fault.Invalid:     http.StatusBadRequest,
	fault.SignIn:      http.StatusUnauthorized,
	fault.Denied:      http.StatusForbidden,
	fault.Unknown:     http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.TooMany:     http.StatusTooManyRequests,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// Status is the HTTP status of a kind of fault.
func Status(k fault.Kind) int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// unavailableRetry is when a program may ask again after something of ours was away.
const unavailableRetry = 5 * time.Second

// RetryAfter is how long the asker should wait; zero when waiting does not help.
func RetryAfter(f *fault.Fault) time.Duration {
	switch f.Kind {
	case fault.Unavailable:
		return unavailableRetry
	case fault.TooMany:
		if wait, ok := f.Args["wait"].(time.Duration); ok {
			return wait
		}
		return time.Minute
	}
	return 0
}

// errorBody is the form of every error of the API.
type errorBody struct {
	Error struct {
		Kind    fault.Kind `json:"kind"`
		Key     string     `json:"key"`
		Message string     `json:"message"`
	} `json:"error"`
}

// Report logs what the operator must know about an error and gives what may be said of it: the cause of an internal
// error stays in the log.
func (e *Edge) Report(r *http.Request, err error) *fault.Fault {
	f := fault.Of(err)
	switch f.Kind {
	case fault.Internal:
		if r.Context().Err() == nil {
			e.Log.Error("a request failed", "method", r.Method, "route", r.Pattern, "error", err)
		}
		return fault.New(fault.Internal, "ground.internal")
	case fault.Unavailable:
		if r.Context().Err() == nil {
			e.Log.Warn("a request could not be served", "method", r.Method, "route", r.Pattern, "error", err)
		}
	}
	return f
}

// Locale is the language for whoever asks: their own, or that of their browser.
func Locale(r *http.Request, who access.Principal) text.Locale {
	if l, ok := text.ParseLocale(who.Locale); ok && who.Locale != "" {
		return l
	}
	return text.Match(r.Header.Get("Accept-Language"), text.Dutch)
}

// Fail answers with an error in the language of the browser.
func (e *Edge) Fail(w http.ResponseWriter, r *http.Request, err error) {
	e.FailFor(w, r, access.Principal{}, err)
}

// FailFor answers with an error in the language of who asks.
func (e *Edge) FailFor(w http.ResponseWriter, r *http.Request, who access.Principal, err error) {
	f := e.Report(r, err)
	var body errorBody
	body.Error.Kind, body.Error.Key = f.Kind, f.Key
	body.Error.Message = e.Catalogue.Fault(Locale(r, who), f)
	h := w.Header()
	Headers(h)
	if wait := RetryAfter(f); wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	if f.Kind == fault.SignIn {
		h.Set("WWW-Authenticate", "Bearer")
	}
	JSON(w, Status(f.Kind), body)
}

// Appender is an answer that writes itself, as encoding/json would write it.
type Appender interface{ AppendJSON(b []byte) []byte }

// written keeps the memory of answers for those that follow; a larger one than largestKept is let go.
var written = sync.Pool{New: func() any { return new([]byte) }}

const largestKept = 256 << 10

// JSON answers with v. What cannot be encoded is a mistake of ours, and the answer is then empty with status 500.
func JSON(w http.ResponseWriter, status int, v any) {
	if a, ok := v.(Appender); ok {
		kept := written.Get().(*[]byte)
		*kept = a.AppendJSON((*kept)[:0])
		answer(w, status, *kept)
		if cap(*kept) <= largestKept {
			written.Put(kept)
		}
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	answer(w, status, b)
}

func answer(w http.ResponseWriter, status int, b []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	w.Write(b) //nolint:errcheck // the asker went away; there is nobody to tell
}
