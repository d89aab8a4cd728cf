package api_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"balie/domain/access"
	"balie/ground/clock"
	"balie/test/engine"
	"balie/web/api"
	"balie/web/edge/edgetest"
	"balie/web/live"
)

// desk is an office with the API served.
type desk struct {
	*edgetest.Office
	edgetest.Client
	viewers *live.Viewers
	outside *elsewhere
}

func open(t *testing.T, at engine.Target) *desk {
	t.Helper()
	return openTB(t, at)
}

func openTB(t testing.TB, at engine.Target) *desk {
	t.Helper()
	o := edgetest.Open(t, at, api.Texts, live.Texts)
	d := &desk{Office: o, viewers: live.NewViewers(clock.System{}, o.Hub), outside: &elsewhere{}}
	d.Client = edgetest.Serve(t, checked(t, api.New(api.Parts{
		DB: o.DB, Flow: o.Flow, Edge: o.Edge, Viewers: d.viewers, Catalogue: o.Catalogue, Signer: o.Box, Chance: rand.Reader,
		Clock: clock.System{}, Log: o.Log, Outside: d.outside, Document: document,
		Streams: live.New(live.Parts{
			DB: o.DB, Hub: o.Hub, Edge: o.Edge, Clock: clock.System{}, Log: o.Log, Staff: o.Flow.Staff, Node: "one",
		}),
	})))
	return d
}

// joris is an agent of the organisation that a test is about.
func (d *desk) joris() edgetest.Client { return d.As(d.East.People[access.Agent].Token) }
func (d *desk) lotte() edgetest.Client { return d.As(d.East.People[access.Lead].Token) }
func (d *desk) anne() edgetest.Client  { return d.As(d.East.People[access.Admin].Token) }

// stranger is an administrator of the other organisation.
func (d *desk) stranger() edgetest.Client { return d.As(d.West.People[access.Admin].Token) }

type idName struct{ ID, Name string }

type kase struct {
	ID, Number, Subject, Status, Channel, Preview string
	ClosedBy                                      string `json:"closed_by"`
	Customer                                      struct{ ID, Name, Email string }
	Owner                                         *idName
	Department                                    *idName
	Question                                      *struct {
		Text      string
		Confirmed bool
	}
	WaitingSince *time.Time                 `json:"waiting_since"`
	WaitingOn    string                     `json:"waiting_on"`
	NextPromise  *struct{ ID, Text string } `json:"next_promise"`
	SnoozedUntil *time.Time                 `json:"snoozed_until"`
	Tags         []string
	Unread       bool
	Dissatisfied bool
	Seq          int64
	Timeline     []struct {
		ID       string
		Seq      int64
		Kind     string
		Actor    struct{ Kind, ID, Name string }
		Text     string
		HTML     bool
		Private  bool
		Mentions []string
		Files    []struct{ ID, Name, Type string }
		Delivery *struct{ State string }
		Data     struct{ Question, Promise, To string }
	}
	Promises []struct {
		ID, Text, Status string
		Owner            *idName
		KeptAt           *time.Time `json:"kept_at"`
		MovedFrom        *time.Time `json:"moved_from"`
	}
	Feedback     []struct{ Grade *int }
	Known        []struct{ Field, Label, Value string }
	Draft        *struct{ Text, Kind string }
	Viewers      []struct{ ID, Name string }
	CustomerLink string  `json:"customer_link"`
	MergedInto   *string `json:"merged_into"`
	Contact      *contact
}

func (k kase) kinds() (all []string) {
	for _, l := range k.Timeline {
		all = append(all, l.Kind)
	}
	return all
}

func (k kase) path() string { return "/api/v1/cases/" + k.ID }

type casePage struct {
	Cases []kase
	Next  string
}

// asks makes a case for a customer of whoever c is.
func asks(c edgetest.Client, name, text string) (k kase) {
	c.Post("/api/v1/cases", map[string]any{
		"customer": map[string]any{"name": name, "email": name + "@klant.example"}, "subject": "Vraag van " + name, "text": text,
	}).Is(201).Into(&k)
	return k
}

func soon() string { return clock.System{}.Now().Add(3 * time.Hour).Format(time.RFC3339) }

func document(clean string, f api.Frame) string {
	return fmt.Sprintf("<!doctype html>%s<!-- proxy=%s inline=%s -->", clean, f.Proxy, f.Inline("logo@klant"))
}
