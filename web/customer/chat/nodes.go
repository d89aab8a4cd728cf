package chat

import (
	"context"
	"encoding/json"
	"time"

	"balie/domain/conversation"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Where several nodes work on one database a visitor whose stream ends here may be at another node already. So each node
// writes down who has a stream here, once, and says every few seconds that it lives; only who is at no living node has
// left. Who was at a node that died is looked after by the node that has the lease "visitors".

const (
	lifeSign = 5 * time.Second
	orphans  = 500            // looked after at a time
	deadFor  = 24 * time.Hour // how long a dead node is remembered
)

func (r *streams) shared() bool { return r.chat.Nodes != nil && r.chat.Nodes.Shared() }

// node is the name under which others see who is here; empty when there are no others.
func (r *streams) node() string {
	if !r.shared() {
		return ""
	}
	return r.chat.Nodes.Node()
}

// visits lets the other nodes know that a visitor is here. When that fails it is tried again with the next stream, or
// when somebody took the visitor for gone.
func (r *streams) visits(ctx context.Context, v flow.AtContact) {
	if !r.shared() {
		return
	}
	r.mu.Lock()
	known := r.written[v.Contact]
	r.written[v.Contact] = true
	r.mu.Unlock()
	if known {
		return
	}
	if err := r.chat.Flow.Visits(ctx, v, r.node()); err != nil {
		r.mu.Lock()
		delete(r.written, v.Contact)
		r.mu.Unlock()
		r.chat.Log.Warn("the other nodes do not know that a visitor is here", "contact", v.Contact, "error", err)
	}
}

// gone records that a visitor is gone from a node.
func (r *streams) gone(ctx context.Context, v flow.AtContact, node string) error {
	if node == "" {
		return r.chat.Flow.Left(ctx, v)
	}
	return r.chat.Flow.GoneFrom(ctx, v, node)
}

// others says that this node lives, and looks after the visitors of nodes that do not. After a time in which it could not
// say so nobody is taken for gone until all had the time to come back: the others could not say so either.
func (r *streams) others(ctx context.Context) {
	if !r.shared() {
		return
	}
	clock := r.chat.DB.Clock()
	var said, patient time.Time
	for {
		now := clock.Now()
		err := r.chat.Nodes.Here(ctx, now.Add(grace+lifeSign))
		if err == nil {
			if now.Sub(said) > grace {
				patient = now.Add(grace)
			}
			said = now
			if !now.Before(patient) {
				err = r.lookAfter(ctx)
			}
		}
		if err != nil && ctx.Err() == nil {
			r.chat.Log.Warn("who is at which node is not known", "error", err)
		}
		if clock.Sleep(ctx, lifeSign) != nil {
			return
		}
	}
}

// lookAfter takes those for gone who were at a node that died and did not come back elsewhere.
func (r *streams) lookAfter(ctx context.Context) error {
	if mine, err := r.chat.Nodes.Hold(ctx, "visitors"); err != nil || !mine {
		return err
	}
	var lost []conversation.Visit
	if err := r.chat.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
		lost, err = r.chat.Flow.Conversation.Orphans(tx, orphans)
		return err
	}); err != nil {
		return err
	}
	for _, v := range lost {
		if err := r.gone(ctx, r.visitor(v.Org, v.Contact), v.Node); err != nil {
			return err
		}
	}
	if len(lost) > 0 {
		return nil
	}
	return r.chat.DB.Write(ctx, func(tx *sqldb.Tx) error { return ledger.Bury(tx, tx.Now().Add(-deadFor)) })
}

// handOver gives those who listened here the time to go on elsewhere.
func (r *streams) handOver(ctx context.Context) {
	if !r.shared() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := r.chat.Nodes.Here(ctx, r.chat.DB.Clock().Now().Add(grace)); err != nil {
		r.chat.Log.Warn("the visitors of this node have a little less time", "error", err)
	}
}

// visitor is the visitor of a contact, as the program itself speaks for them.
func (r *streams) visitor(o ident.Org, id ident.Contact) flow.AtContact {
	return flow.AtContact{Org: o, Contact: id, Token: r.chat.Flow.ContactToken(o, id)}
}

// typing is a visitor who is writing, or not any more.
type typing struct {
	Contact ident.Contact
	Typing  bool
}

// typedKind is what nodes tell each other of a visitor who writes at another node than the one that has the stream. That one
// knows the case and the name, so nobody looks in the database for a sign.
const typedKind = "typed"

// typed tells the agents that a visitor is writing; the node that has the stream does.
func (c *Chat) typed(org ident.Org, t typing) {
	if !c.typedHere(org, t) {
		c.Hub.Tell(org, typedKind, 0, t)
	}
}

// typedHere is false when the visitor has no stream at this node.
func (c *Chat) typedHere(org ident.Org, t typing) bool {
	at, name := c.streams.where(t.Contact)
	if at == 0 {
		return false
	}
	c.Hub.Sign(org, "typing", at, map[string]any{"case": ident.Text(at), "name": name, "typing": t.Typing, "from": "customer"})
	return true
}

// hearOthers listens to what other nodes tell of visitors whose stream is here.
func (c *Chat) hearOthers() {
	c.Hub.Heard(typedKind, func(org ident.Org, _ ident.Case, sign json.RawMessage) {
		var t typing
		if json.Unmarshal(sign, &t) == nil {
			c.typedHere(org, t)
		}
	})
}
