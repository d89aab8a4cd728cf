package chat

import (
	"net/http"
	"strings"
	"time"

	"balie/channel"
	"balie/domain/conversation"
	"balie/domain/queue"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/web/edge"
)

// mostWaiting is how many may wait in one organisation at the same time. Who comes after them hears it at once, with the
// other ways, instead of a place that nobody waits for.
const mostWaiting = 20_000

// begun is the answer to a first message.
type begun struct {
	Conversation string `json:"conversation"`
	Token        string `json:"token"`
	Case         string `json:"case"`
	Position     int    `json:"position"`
	WaitSeconds  *int   `json:"wait_seconds"`
	State        string `json:"state"`
}

// start begins a conversation with its first message.
func (c *Chat) start(q *asked) error {
	if from, known := c.source(q.r); known && !c.pace.start.Allow(from, q.now) {
		return tooMany("chat.too_many", c.pace.start.Wait())
	}
	body, err := q.body()
	if err != nil {
		return err
	}
	a, err := c.Channel.Begin(body, func(key string) (ident.Site, secret.Text, error) {
		s, err := c.siteFor(q, key)
		return s.ID, s.Secret, err
	})
	if l, ok := text.ParseLocale(a.Locale); ok && a.Locale != "" {
		q.lang = l
	}
	if err != nil {
		return err
	}
	if a.Live.Later == nil && q.house.waiting >= mostWaiting {
		return tooMany("chat.queue_full", time.Minute)
	}
	a.Org, a.Locale = q.house.ID, string(q.lang)
	if len(q.house.addresses) > 0 {
		a.To = q.house.addresses[0].Address
	}
	receipt, err := c.Channel.Accept(q.r.Context(), a)
	if err != nil {
		return c.full(q, err)
	}
	token := c.Flow.ContactToken(q.house.ID, receipt.Contact)
	if err := c.told(q, a, receipt, token); err != nil {
		return err
	}
	answer := begun{Conversation: ident.Text(receipt.Contact), Token: token, Case: receipt.Number}
	if receipt.Position > 0 {
		answer.State, answer.Position = string(conversation.ContactWaiting), receipt.Position
		answer.WaitSeconds, _ = waitOf(q.T(), queue.Told{Position: receipt.Position, Bound: receipt.Bound})
	} else if err := c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) error { return c.place(tx, q, receipt, &answer) }); err != nil {
		return err
	}
	edge.JSON(q.w, http.StatusCreated, answer)
	return nil
}

// otherTimes is how many times are named when the one that was chosen was just given away.
const otherTimes = 3

// full tells whoever chose a time that was just given away which ones are left.
func (c *Chat) full(q *asked, err error) error {
	if fault.Of(err).Key != flow.CallBackFull {
		return err
	}
	c.houses.forget(q.house.ID)
	var left []time.Time
	if readErr := c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) (err error) {
		left, err = c.Flow.CallBacks(tx, q.house.ID, otherTimes)
		return err
	}); readErr != nil || len(left) == 0 {
		return fault.Wrap(fault.Conflict, "chat.no_moment", err)
	}
	var words []string
	for _, at := range left {
		words = append(words, slotText(q.T(), q.house, q.now, at))
	}
	return fault.Wrap(fault.Conflict, "chat.moment_full", err, "times", strings.Join(words, "; "))
}

// told keeps an address that was typed by somebody whom a website vouches for without one.
func (c *Chat) told(q *asked, a channel.Arrival, r channel.Receipt, token string) error {
	address := a.Given["email"]
	if r.Again || address == "" || a.From.Address != "" {
		return nil
	}
	q.at.Org, q.at.Contact, q.at.Token = q.house.ID, r.Contact, token
	return c.Flow.Introduce(q.r.Context(), q.at, channel.Person{Address: address})
}

// place says where a contact stands now.
func (c *Chat) place(tx *sqldb.Tx, q *asked, r channel.Receipt, answer *begun) error {
	ct, err := c.Flow.Conversation.Contact(tx, q.house.ID, r.Contact)
	if err != nil {
		return err
	}
	answer.State = string(ct.State)
	if putOff(ct) {
		answer.State = "later"
	}
	if ct.State != conversation.ContactWaiting {
		return nil
	}
	w, waits, err := c.Flow.Queue.Of(tx, q.house.ID, ct.ID)
	if err != nil || !waits {
		return err
	}
	told := w.Told
	if r.Again {
		ahead, err := c.Flow.Queue.Position(tx, w)
		if err != nil {
			return err
		}
		told = q.house.outlook.ForecastOf(w, ahead-1)
	}
	answer.Position = told.Position
	answer.WaitSeconds, _ = waitOf(q.T(), told)
	return nil
}

// putOff says whether a visitor asked not to be answered now: by mail, by a message to somebody, or to be called back.
func putOff(ct conversation.Contact) bool { return ct.State == conversation.ContactLeft && ct.PutOff }
