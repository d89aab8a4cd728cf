package api

import (
	"time"

	"balie/channel"
	"balie/domain/conversation"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/web/edge"
	"balie/web/live"
)

// body reads what was sent.
func (c *call) body(v any) error { return edge.Body(c.w, c.r, v) }

// fieldID reads an identifier that a field holds; empty is nobody.
func fieldID[T ident.ID](name, s string) (T, error) {
	if s == "" {
		return 0, nil
	}
	id, err := ident.Parse[T](s)
	if err != nil {
		return 0, fault.New(fault.Invalid, "api.field", "field", name)
	}
	return id, nil
}

func fieldIDs[T ident.ID](name string, all []string) ([]T, error) {
	if len(all) > 50 {
		return nil, fault.New(fault.Invalid, "api.field", "field", name)
	}
	ids := make([]T, 0, len(all))
	for _, s := range all {
		id, err := fieldID[T](name, s)
		if err != nil || id == 0 {
			return nil, fault.New(fault.Invalid, "api.field", "field", name)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// fieldTime reads a moment in RFC 3339; empty is the zero time.
func fieldTime(name, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1970 || t.Year() > 9000 {
		return time.Time{}, fault.New(fault.Invalid, "api.moment", "field", name)
	}
	return t.UTC().Truncate(time.Millisecond), nil
}

// longestClientID is the longest mark with which a program makes sure that a repeated request counts once.
const longestClientID = 200

func clientID(s string) (string, error) {
	if len(s) > longestClientID {
		return "", fault.New(fault.Invalid, "api.field", "field", "client_id")
	}
	return s, nil
}

func reply(c *call) (any, error) {
	var in struct {
		Text     string   `json:"text"`
		Files    []string `json:"files"`
		ClientID string   `json:"client_id"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	files, err := fieldIDs[ident.File]("files", in.Files)
	if err != nil {
		return nil, err
	}
	mark, err := clientID(in.ClientID)
	if err != nil {
		return nil, err
	}
	return c.createdAfter(c.Flow.Reply(c.r.Context(), c.who, c.cas.ID, flow.Answer{Text: in.Text, Files: files, ClientID: mark}))
}

func note(c *call) (any, error) {
	var in struct {
		Text     string   `json:"text"`
		Mentions []string `json:"mentions"`
		Files    []string `json:"files"`
		ClientID string   `json:"client_id"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	files, err := fieldIDs[ident.File]("files", in.Files)
	if err != nil {
		return nil, err
	}
	mentions, err := fieldIDs[ident.Agent]("mentions", in.Mentions)
	if err != nil {
		return nil, err
	}
	mark, err := clientID(in.ClientID)
	if err != nil {
		return nil, err
	}
	return c.createdAfter(c.Flow.Note(c.r.Context(), c.who, c.cas.ID,
		flow.Answer{Text: in.Text, Files: files, Mentions: mentions, ClientID: mark}))
}

func handOver(c *call) (any, error) {
	var in struct {
		Agent      string    `json:"agent"`
		Department string    `json:"department"`
		Note       string    `json:"note"`
		Needs      *[]needIn `json:"needs"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	h := flow.HandOver{Note: in.Note}
	var err error
	if in.Agent == "me" {
		if h.To = c.who.Agent; h.To == 0 {
			return nil, fault.New(fault.Invalid, "api.token_is_nobody")
		}
	} else if h.To, err = fieldID[ident.Agent]("agent", in.Agent); err != nil {
		return nil, err
	}
	if h.Department, err = fieldID[ident.Department]("department", in.Department); err != nil {
		return nil, err
	}
	if in.Needs != nil {
		needs, err := needsIn(*in.Needs)
		if err != nil {
			return nil, err
		}
		h.Needs = &needs
	}
	return c.after(c.Flow.Own(c.r.Context(), c.who, c.cas.ID, h))
}

func readBack(c *call) (any, error) {
	var in struct {
		Question string `json:"question"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.createdAfter(c.Flow.ReadBack(c.r.Context(), c.who, c.cas.ID, in.Question))
}

func propose(c *call) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.createdAfter(c.Flow.Propose(c.r.Context(), c.who, c.cas.ID, in.Text))
}

func makePromise(c *call) (any, error) {
	var in struct {
		Text  string `json:"text"`
		Due   string `json:"due"`
		Owner string `json:"owner"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	due, err := fieldTime("due", in.Due)
	if err != nil {
		return nil, err
	}
	owner, err := fieldID[ident.Agent]("owner", in.Owner)
	if err != nil {
		return nil, err
	}
	_, err = c.Flow.MakePromise(c.r.Context(), c.who, c.cas.ID, flow.Promising{Text: in.Text, Due: due, Owner: owner})
	return c.createdAfter(err)
}

func (c *call) thePromise() flow.Of { return flow.Of{Case: c.cas.ID, Promise: c.promise.ID} }

func keepPromise(c *call) (any, error) {
	if err := c.body(&struct{}{}); err != nil {
		return nil, err
	}
	return c.after(c.Flow.KeepPromise(c.r.Context(), c.who, c.thePromise()))
}

func movePromise(c *call) (any, error) {
	var in struct {
		Due    string `json:"due"`
		Reason string `json:"reason"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	due, err := fieldTime("due", in.Due)
	if err != nil {
		return nil, err
	}
	return c.after(c.Flow.MovePromise(c.r.Context(), c.who, c.thePromise(), flow.Move{Due: due, Reason: in.Reason}))
}

func withdrawPromise(c *call) (any, error) {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.after(c.Flow.WithdrawPromise(c.r.Context(), c.who, c.thePromise(), in.Reason))
}

func tag(c *call) (any, error) {
	var in struct {
		Add    []string `json:"add"`
		Remove []string `json:"remove"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if len(in.Add)+len(in.Remove) > 50 {
		return nil, fault.New(fault.Invalid, "api.field", "field", "add")
	}
	return c.after(c.Flow.Tag(c.r.Context(), c.who, c.cas.ID, in.Add, in.Remove))
}

func snooze(c *call) (any, error) {
	var in struct {
		Until *string `json:"until"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	var until time.Time
	if in.Until != nil {
		var err error
		if until, err = fieldTime("until", *in.Until); err != nil {
			return nil, err
		}
	}
	return c.after(c.Flow.Snooze(c.r.Context(), c.who, c.cas.ID, until))
}

func merge(c *call) (any, error) {
	var in struct {
		Into string `json:"into"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	into, err := fieldID[ident.Case]("into", in.Into)
	if err != nil || into == 0 {
		return nil, fault.New(fault.Invalid, "api.field", "field", "into")
	}
	return c.after(c.Flow.Merge(c.r.Context(), c.who, c.cas.ID, into))
}

func viewing(c *call) (any, error) {
	var in struct {
		Typing bool `json:"typing"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if c.who.Agent == 0 {
		return nil, fault.New(fault.Denied, "flow.agent_needed")
	}
	c.Viewers.Saw(live.Looking{Org: c.cas.Org, Case: c.cas.ID, Agent: c.who.Agent, Name: c.who.Name, Typing: in.Typing})
	return nil, nil
}

func seen(c *call) (any, error) {
	if err := c.body(&struct{}{}); err != nil {
		return nil, err
	}
	if err := c.Flow.Seen(c.r.Context(), c.who, c.cas.ID); err != nil {
		return nil, err
	}
	if c.cas.Channel == string(channel.Webchat) {
		c.Viewers.Read(c.cas.Org, c.cas.ID)
	}
	return nil, nil
}

func draft(c *call) (any, error) {
	var in struct {
		Text string            `json:"text"`
		Kind conversation.Sort `json:"kind"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	switch in.Kind {
	case "":
		in.Kind = conversation.Message
	case conversation.Message, conversation.Note:
	default:
		return nil, fault.New(fault.Invalid, "api.field", "field", "kind")
	}
	return nil, c.Flow.Draft(c.r.Context(), c.who, c.cas.ID, conversation.Draft{Sort: in.Kind, Text: in.Text})
}
