package app

import (
	"crypto/rand"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"balie/channel/email"
	"balie/channel/email/page"
	"balie/channel/form"
	"balie/channel/webchat"
	"balie/domain/access"
	"balie/domain/org"
	"balie/flow"
	"balie/ground/sqldb"
	"balie/web/agent"
	"balie/web/agent/signin"
	"balie/web/api"
	"balie/web/assets"
	"balie/web/customer"
	"balie/web/customer/chat"
	"balie/web/edge"
	"balie/web/live"
	"balie/web/manage"
)

// catalogues are the texts of every room, channel and page. The workspace has its own, which its page carries whole.
func catalogues() []fs.FS {
	return []fs.FS{
		Texts, flow.Texts, email.Texts, org.Texts, access.Texts, form.Texts, edge.Texts, live.Texts, api.Texts, signin.Texts,
		customer.Texts, manage.Texts, webchat.Texts, chat.Texts,
	}
}

// pages puts all pages and the API on one address.
func (a *App) pages() (http.Handler, error) {
	files, err := assets.New()
	if err != nil {
		return nil, err
	}
	e := edge.New(edge.Parts{
		DB: a.DB, Access: a.Flow.Access, Catalogue: a.catalogue, Log: a.Log, Proxies: a.Config.TrustedProxies,
		Secure: strings.HasPrefix(a.Config.PublicURL, "https://"),
	})
	a.streams = live.New(live.Parts{
		DB: a.DB, Hub: a.hub, Edge: e, Clock: a.Clock, Log: a.Log, Staff: a.Flow.Staff, Node: a.node, Stop: a.stopping,
		Cases: a.Flow.Cases, Viewers: a.viewers,
	})
	v1 := api.New(api.Parts{
		DB: a.DB, Flow: a.Flow, Edge: e, Streams: a.streams, Viewers: a.viewers, Catalogue: a.catalogue,
		Signer: a.box, Chance: rand.Reader, Clock: a.Clock, Log: a.Log, Outside: a.outside, FilesURL: a.Config.FilesURL,
		Document: func(clean string, f api.Frame) string {
			return page.Document(clean, page.Options{Lang: f.Lang, Proxy: f.Proxy, Inline: f.Inline})
		},
	})
	mux := http.NewServeMux()
	mux.Handle("/api/", v1)
	mux.Handle(assets.Prefix, files)
	mux.Handle("GET /favicon.ico", http.RedirectHandler(files.Path("icon.svg"), http.StatusFound))           // pages name it; others ask here
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) }) //nolint:errcheck // the asker left
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.Handle("GET /metrics", a.metricsHandler())
	door := signin.New(signin.Parts{
		Edge: e, Access: a.Flow.Access, Org: a.Flow.Org, Assets: files, Mail: post{a.Flow}, PublicURL: a.Config.PublicURL, Chance: rand.Reader,
	})
	door.Routes(mux)
	a.managePages(e, files, door).Routes(mux)
	customer.New(customer.Parts{
		DB: a.DB, Flow: a.Flow, Form: a.form, Signer: a.box, Catalogue: a.catalogue, Assets: files, Chance: rand.Reader,
		FilesURL: a.Config.FilesURL, Log: a.Log, Source: e.Client,
	}).Routes(mux)
	a.chat = chat.New(chat.Parts{
		DB: a.DB, Flow: a.Flow, Channel: a.webchat, Hub: a.hub, Edge: e, Catalogue: a.catalogue, Log: a.Log, PublicURL: a.Config.PublicURL,
		Script: func() ([]byte, string) { return files.Content("widget.js") },
		Limits: chat.Limits{FileBytes: webchat.MaxFile, MessageChars: webchat.MaxText, Types: webchat.Types()}, Stop: a.stopping,
		Nodes: a.leases,
	})
	a.chat.Routes(mux)
	desk, err := agent.New(agent.Parts{
		DB: a.DB, Edge: e, Assets: files,
		First: func(r *http.Request, who access.Principal) (any, error) { return v1.First(r, who) },
	})
	if err != nil {
		return nil, err
	}
	desk.Routes(mux)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/desk", http.StatusSeeOther) })
	return e.Guard(mux), nil
}

// managePages are the settings, with what they ask of the rest of the program.
func (a *App) managePages(e *edge.Edge, files *assets.Files, door *signin.Pages) *manage.Pages {
	rooms, out := a.Flow.Rooms, post{a.Flow}
	host := a.Config.Mail.Hostname
	if u, err := url.Parse(a.Config.PublicURL); host == "" && err == nil {
		host = u.Hostname()
	}
	return manage.New(manage.Parts{
		Edge: e, Org: rooms.Org, Access: rooms.Access, Conversation: rooms.Conversation, Staff: rooms.Staff, Automation: rooms.Automation, Assets: files, Chance: rand.Reader,
		Mail: manage.Mail{Listener: a.email.Address("smtp"), Host: host, Relay: a.Config.Relay.Host}, PublicURL: a.Config.PublicURL,
		Outside: manage.Outside{
			Mailbox: boxes{a}.try, Post: a.Flow.PostNotice, Try: a.Flow.TryRule, LinkURL: door.LinkURL,
			Invite: func(tx *sqldb.Tx, l access.Link) error {
				letter, err := door.Letter(tx, l)
				if err != nil {
					return err
				}
				return out.Send(tx, letter)
			},
		},
	})
}

// post puts the letters of the sign-in pages in the outbox.
type post struct{ flow *flow.Flow }

func (p post) Send(tx *sqldb.Tx, l signin.Letter) error {
	return p.flow.PostNotice(tx, flow.Notice{
		Org: l.Org, Name: l.Name, Address: l.Address, Locale: l.Locale, Subject: l.Subject, Text: l.Text,
	})
}
