package api

import (
	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// pathID reads an identifier of the address. What is none names nothing, so the answer is that it does not exist.
func pathID[T ident.ID](c *call, name string) (T, error) {
	id, err := ident.Parse[T](c.r.PathValue(name))
	if err != nil {
		return 0, fault.New(fault.Unknown, "access.not_found")
	}
	return id, nil
}

func onCase(c *call, tx *sqldb.Tx) (access.Object, error) {
	id, err := pathID[ident.Case](c, "id")
	if err != nil {
		return access.Object{}, err
	}
	c.cas, err = c.Flow.Cases.Get(tx, c.who.Org, id)
	return access.Object{Org: c.cas.Org, Case: c.cas.ID}, err
}

func onPromise(c *call, tx *sqldb.Tx) (access.Object, error) {
	o, err := onCase(c, tx)
	if err != nil {
		return o, err
	}
	id, err := pathID[ident.Promise](c, "pid")
	if err != nil {
		return o, err
	}
	c.promise, err = c.Flow.Promise.Get(tx, c.who.Org, id)
	if err == nil && c.promise.Case != c.cas.ID {
		err = fault.New(fault.Unknown, "promise.unknown")
	}
	return access.Object{Org: c.promise.Org, Case: c.cas.ID}, err
}

func onEntry(c *call, tx *sqldb.Tx) (access.Object, error) {
	id, err := pathID[ident.Entry](c, "id")
	if err != nil {
		return access.Object{}, err
	}
	c.entry, err = c.Flow.Conversation.Entry(tx, c.who.Org, id)
	return access.Object{Org: c.entry.Org, Case: c.entry.Case}, err
}

// onOffer gives an offer as what belongs to the agent it was put to.
func onOffer(c *call, tx *sqldb.Tx) (access.Object, error) {
	id, err := pathID[ident.Offer](c, "id")
	if err != nil {
		return access.Object{}, err
	}
	c.offer, err = c.Flow.Routing.Get(tx, c.who.Org, id)
	return access.Object{Org: c.offer.Org, Case: c.offer.Case, Owner: c.offer.Agent}, err
}

// onAgent gives somebody who works in the asker's organisation.
func onAgent(c *call, tx *sqldb.Tx) (access.Object, error) {
	id, err := pathID[ident.Agent](c, "id")
	if err != nil {
		return access.Object{}, err
	}
	c.agent, err = c.Flow.Access.Account(tx, c.who.Org, id)
	return access.Object{Org: c.agent.Org}, err
}

func onFile(c *call, tx *sqldb.Tx) (access.Object, error) {
	id, err := pathID[ident.File](c, "id")
	if err != nil {
		return access.Object{}, err
	}
	c.file, err = c.Flow.Conversation.File(tx, c.who.Org, id)
	return c.own(), err // the query asked for the organisation; the row does not carry it
}

func onCustomer(c *call, tx *sqldb.Tx) (access.Object, error) {
	id, err := pathID[ident.Party](c, "id")
	if err != nil {
		return access.Object{}, err
	}
	c.party, err = c.Flow.Party.Get(tx, c.who.Org, id)
	return access.Object{Org: c.party.Org}, err
}
