package api

import (
	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/web/edge"
)

type meView struct {
	Agent  agentSelf `json:"agent"`
	Org    orgView   `json:"org"`
	Counts counts    `json:"counts"`
	// Presence is what the asker's switch says; null for a token that acts for nobody.
	Presence *presenceView `json:"presence"`
}

type agentSelf struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Email     string      `json:"email"`
	Role      access.Role `json:"role"`
	Locale    string      `json:"locale"`
	Signature string      `json:"signature"`
	Picture   string      `json:"picture"` // its address on this website, or nothing
}

type orgView struct {
	ID       string `json:"id"`
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Locale   string `json:"locale"`
	Timezone string `json:"timezone"`
}

// counts say how many cases each view has, up to a thousand; all is not counted and always 0.
type counts struct {
	Mine         int64 `json:"mine"`
	Unassigned   int64 `json:"unassigned"`
	Promises     int64 `json:"promises"`
	Waiting      int64 `json:"waiting"`
	Snoozed      int64 `json:"snoozed"`
	All          int64 `json:"all"`
	Dissatisfied int64 `json:"dissatisfied"`
	Mentions     int64 `json:"mentions"` // not seen yet, up to a hundred
	Offers       int64 `json:"offers"`
	Chats        int64 `json:"chats"`
}

func readMe(c *call, tx *sqldb.Tx) (any, error) { return c.me(tx) }

func (c *call) me(tx *sqldb.Tx) (v meView, err error) {
	v.Agent = agentSelf{Name: c.who.Name, Role: c.who.Role, Locale: string(edge.Locale(c.r, c.who))}
	if c.who.Agent != 0 {
		a, err := c.Flow.Access.Account(tx, c.who.Org, c.who.Agent)
		if err != nil {
			return v, err
		}
		v.Agent = agentSelf{ident.Text(a.ID), a.Name, a.Email, c.who.Role, a.Locale, a.Signature, ""}
	}
	o, err := c.Flow.Org.Load(tx, c.who.Org)
	if err != nil {
		return v, err
	}
	pictures, err := c.Flow.Access.Pictures(tx, c.who.Org)
	if err != nil {
		return v, err
	}
	v.Agent.Picture = pictures.Path(o.Slug, c.who.Agent)
	v.Org = orgView{ident.Text(o.ID), o.Slug, o.Name, o.Locale, o.Zone}
	for view, n := range map[cases.View]*int64{
		cases.Mine: &v.Counts.Mine, cases.Unassigned: &v.Counts.Unassigned, cases.Promises: &v.Counts.Promises,
		cases.Waiting: &v.Counts.Waiting, cases.Sleeping: &v.Counts.Snoozed, cases.Dissatisfied: &v.Counts.Dissatisfied,
	} {
		if view == cases.Mine && c.who.Agent == 0 {
			continue
		}
		if *n, err = c.Flow.Cases.Count(tx, c.who.Org, view, c.who.Agent); err != nil {
			return v, err
		}
	}
	if v.Counts.Mentions, err = c.newMentions(tx); err != nil {
		return v, err
	}
	return v, c.atWork(tx, &v)
}

func changeMe(c *call) (any, error) {
	var in struct {
		Locale    *string `json:"locale"`
		Signature *string `json:"signature"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	err := c.DB.Write(c.r.Context(), func(tx *sqldb.Tx) error {
		a, err := c.Flow.Access.Account(tx, c.who.Org, c.who.Agent)
		if err != nil {
			return err
		}
		p := access.Profile{Name: a.Name, Locale: a.Locale, Signature: a.Signature}
		if in.Locale != nil {
			p.Locale = *in.Locale
		}
		if in.Signature != nil {
			p.Signature = *in.Signature
		}
		return c.Flow.Access.SetProfile(tx, org.By{Org: c.who.Org, Actor: c.who.Actor()}, c.who.Agent, p)
	})
	if err != nil {
		return nil, err
	}
	var v meView
	err = c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) (err error) {
		v, err = c.me(tx)
		return err
	})
	return v, err
}

func signOut(c *call) (any, error) {
	err := c.DB.Write(c.r.Context(), func(tx *sqldb.Tx) error { return c.Flow.Access.SignOut(tx, c.who) })
	if err == nil {
		c.Edge.ClearSession(c.w)
	}
	return nil, err
}

func events(c *call) (any, error) {
	c.written = true
	c.Streams.ServeHTTP(c.w, c.r)
	return nil, nil
}

func describe(c *call) (any, error) {
	c.written = true
	edge.Headers(c.w.Header())
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	c.w.Write(Description) //nolint:errcheck // the asker went away
	return nil, nil
}

type agentView struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Email      string      `json:"email"`
	Role       access.Role `json:"role"`
	Department *named      `json:"department"`
	Present    bool        `json:"present"`
	Presence   shown       `json:"presence"`
	Picture    string      `json:"picture"`
}

// pictures gives the address of the picture of an agent on this website, or nothing.
func (c *call) pictures(tx *sqldb.Tx) (func(ident.Agent) string, error) {
	o, err := c.Flow.Org.Load(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	all, err := c.Flow.Access.Pictures(tx, c.who.Org)
	return func(id ident.Agent) string { return all.Path(o.Slug, id) }, err
}

func listAgents(c *call, tx *sqldb.Tx) (any, error) {
	all, err := c.Flow.Access.Accounts(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	departments, err := c.Flow.Org.Departments(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	names := map[ident.Department]string{}
	for _, d := range departments {
		names[d.ID] = d.Name
	}
	there, err := c.presences(tx)
	if err != nil {
		return nil, err
	}
	picture, err := c.pictures(tx)
	if err != nil {
		return nil, err
	}
	agents := make([]agentView, 0, len(all))
	for _, a := range all {
		if a.State == access.Blocked {
			continue
		}
		v := agentView{ID: ident.Text(a.ID), Name: a.Name, Email: a.Email, Role: a.Role, Present: there[a.ID].Here, Presence: shownOf(there[a.ID]), Picture: picture(a.ID)}
		if name, ok := names[a.Department]; ok {
			v.Department = &named{ident.Text(a.Department), name}
		}
		agents = append(agents, v)
	}
	return map[string]any{"agents": agents, "next": ""}, nil
}

func listDepartments(c *call, tx *sqldb.Tx) (any, error) {
	all, err := c.Flow.Org.Departments(tx, c.who.Org)
	views := make([]named, len(all))
	for i, d := range all {
		views[i] = named{ident.Text(d.ID), d.Name}
	}
	return map[string]any{"departments": views, "next": ""}, err
}

type replyView struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Shortcut string `json:"shortcut"`
	Text     string `json:"text"`
	Locale   string `json:"locale"`
}

func listReplies(c *call, tx *sqldb.Tx) (any, error) {
	all, err := c.Flow.Org.Replies(tx, c.who.Org)
	views := make([]replyView, 0, len(all))
	for _, v := range all {
		if v.Department == 0 || c.who.Department == 0 || v.Department == c.who.Department {
			views = append(views, replyView{ident.Text(v.ID), v.Name, v.Shortcut, v.Text, v.Locale})
		}
	}
	return map[string]any{"replies": views, "next": ""}, err
}

// preview shows markdown as it will be mailed.
func preview(c *call) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return map[string]string{"html": text.Markdown(in.Text)}, nil
}
