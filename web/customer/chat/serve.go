package chat

import (
	"errors"
	"io"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"balie/domain/intake"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/text"
	"balie/web/edge"
)

// bodyLimit is how large a frame may be.
const bodyLimit = 64 << 10

// How much one address, and one conversation, may do. A school or a town hall behind one address has a busy hour; a
// program that makes conversations is slowed down to something that can be cleaned up.
const (
	startEach, startBurst     = time.Second, 120
	sayEach, sayBurst         = 50 * time.Millisecond, 200
	lookEach, lookBurst       = 20 * time.Millisecond, 600
	faceEach, faceBurst       = 4 * time.Millisecond, 3000
	talkEach, talkBurst       = 500 * time.Millisecond, 20
	typingEach, typingBurst   = 700 * time.Millisecond, 5
	aroundEach, aroundBurst   = 3 * time.Second, 20
	connectEach, connectBurst = 500 * time.Millisecond, 60
	remembered                = 20_000
)

type paces struct {
	start, say, look, face *edge.Pace[netip.Prefix]
	talk, typed, connect   *edge.Pace[ident.Contact]
	around                 *edge.Pace[ident.Contact]
}

func newPaces() paces {
	address := func(every time.Duration, burst int) *edge.Pace[netip.Prefix] {
		return edge.NewPace[netip.Prefix](every, burst, remembered)
	}
	talk := func(every time.Duration, burst int) *edge.Pace[ident.Contact] {
		return edge.NewPace[ident.Contact](every, burst, remembered)
	}
	return paces{
		start: address(startEach, startBurst), say: address(sayEach, sayBurst), look: address(lookEach, lookBurst),
		face: address(faceEach, faceBurst),
		talk: talk(talkEach, talkBurst), typed: talk(typingEach, typingBurst), connect: talk(connectEach, connectBurst),
		around: talk(aroundEach, aroundBurst),
	}
}

func tooMany(key string, wait time.Duration) error {
	return fault.New(fault.TooMany, key, "wait", wait)
}

// mayLook slows down who asks the same again and again.
func (c *Chat) mayLook(q *asked) error {
	if from, known := c.source(q.r); known && !c.pace.look.Allow(from, q.now) {
		return tooMany("chat.too_many", c.pace.look.Wait())
	}
	return nil
}

// maySay slows down a flood from one address or in one conversation.
func (c *Chat) maySay(q *asked) error {
	if from, known := c.source(q.r); known && !c.pace.say.Allow(from, q.now) {
		return tooMany("chat.too_many", c.pace.say.Wait())
	}
	if !c.pace.talk.Allow(q.at.Contact, q.now) {
		return tooMany("chat.too_fast", c.pace.talk.Wait())
	}
	return nil
}

// asked is one request.
type asked struct {
	w     http.ResponseWriter
	r     *http.Request
	house *house
	lang  text.Locale
	now   time.Time
	at    flow.AtContact // the conversation that the asker holds the token of
}

// T are the texts for the asker.
func (q *asked) T() text.Texts { return q.house.texts(q.lang) }

// handler answers a request, or gives the fault to tell.
type handler func(q *asked) error

// serve puts around a handler what every answer must have.
func (c *Chat) serve(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header(), r)
		q := &asked{w: w, r: r, now: c.DB.Clock().Now()}
		err := c.find(q)
		if err == nil {
			err = h(q)
		}
		if err != nil {
			c.fail(q, err)
		}
	})
}

// find looks up the organisation in the address, and the language of the asker.
func (c *Chat) find(q *asked) (err error) {
	q.lang = text.Match(q.r.Header.Get("Accept-Language"), text.Dutch)
	if q.house, err = c.houses.bySlug(q.r.Context(), q.r.PathValue("slug")); err != nil {
		return err
	}
	if l, ok := text.ParseLocale(q.r.URL.Query().Get("lang")); ok {
		q.lang = l
	} else {
		q.lang = text.Match(q.r.Header.Get("Accept-Language"), text.Locale(q.house.Locale))
	}
	return nil
}

// held lets a handler run for whoever holds the token of the conversation in the address. A wrong token and a
// conversation that does not exist are the same, and cost no look in the database.
func (c *Chat) held(h handler) handler {
	return func(q *asked) error {
		id, err := ident.Parse[ident.Contact](q.r.PathValue("conversation"))
		scheme, token, _ := strings.Cut(q.r.Header.Get("Authorization"), " ")
		token = strings.TrimSpace(token)
		if err != nil || !strings.EqualFold(scheme, "Bearer") || !intake.SameTag(token, c.Flow.ContactToken(q.house.ID, id)) {
			return fault.New(fault.Unknown, "conversation.contact_unknown")
		}
		q.at = flow.AtContact{Org: q.house.ID, Contact: id, Token: token}
		return h(q)
	}
}

// headers are those of every answer. Any page may ask, since nothing is answered by who the browser is: no cookie counts
// here (threat T12). Which websites may begin a conversation in their own name is looked at when one begins.
func headers(h http.Header, r *http.Request) {
	edge.Headers(h)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Add("Vary", "Origin")
	h.Add("Vary", "Accept-Language")
	if origin := r.Header.Get("Origin"); origin != "" {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", "Retry-After")
	}
}

// preflight answers a browser that asks whether a page may send what it is about to send.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	headers(h, r)
	if r.Header.Get("Origin") != "" {
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID, Cache-Control")
		h.Set("Access-Control-Max-Age", "7200")
	}
	w.WriteHeader(http.StatusNoContent)
}

// fail answers with an error in the language of the asker.
func (c *Chat) fail(q *asked, err error) {
	f := c.Edge.Report(q.r, err)
	var body struct {
		Error struct {
			Kind    fault.Kind `json:"kind"`
			Key     string     `json:"key"`
			Message string     `json:"message"`
		} `json:"error"`
	}
	words := c.Catalogue.For(q.lang)
	if q.house != nil {
		words = q.T()
	}
	body.Error.Kind, body.Error.Key, body.Error.Message = f.Kind, f.Key, words.Fault(f)
	if wait := edge.RetryAfter(f); wait > 0 {
		q.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	edge.JSON(q.w, edge.Status(f.Kind), body)
}

// body reads what was posted, within the limit.
func (q *asked) body() ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(q.w, q.r.Body, bodyLimit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, fault.New(fault.TooLarge, "chat.body_large", "limit", bodyLimit>>10)
	case err != nil:
		return nil, fault.Wrap(fault.Invalid, "edge.body_broken", err)
	}
	return data, nil
}

func cut(pattern string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	return method, path
}

func (q *asked) done() error {
	q.w.WriteHeader(http.StatusNoContent)
	return nil
}
