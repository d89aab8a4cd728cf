package app

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// readyz answers 200 once the program may serve, and 503 while it stops or its database is away.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	why := ""
	select {
	case <-a.stopping:
		why = "stopping"
	case <-a.ready:
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := a.DB.Read(ctx, func(tx *sqldb.Tx) error {
			_, err := sqldb.Value(tx, "select 1")
			return err
		}); err != nil {
			why = "the database is away"
		}
	default:
		why = "starting"
	}
	if why != "" {
		w.Header().Set("Retry-After", "5")
		http.Error(w, why, http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ready\n")) //nolint:errcheck // the asker left
}

// metricsHandler answers on its own listener to whoever reaches it, on the pages' address only with the token.
func (a *App) metricsHandler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &gauges{a})
	show := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	token := a.Config.Metrics.Token.Reveal()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own := a.metricsAt != nil && r.Context().Value(http.LocalAddrContextKey) != nil &&
			r.Context().Value(http.LocalAddrContextKey).(interface{ String() string }).String() == a.metricsAt.Addr().String()
		given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !own && (token == "" || subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1) {
			http.NotFound(w, r)
			return
		}
		show.ServeHTTP(w, r)
	})
}

// gauges are our own measures. They hold counts only, nothing of what was written.
type gauges struct{ a *App }

var (
	outgoing = prometheus.NewDesc("balie_outgoing_messages", "Outgoing messages by state; sent ones are left out.", []string{"state"}, nil)
	aside    = prometheus.NewDesc("balie_facts_set_aside", "Facts that a follower could not handle.", nil, nil)
	place    = prometheus.NewDesc("balie_ledger_place", "Number of the newest fact.", nil, nil)
	readers  = prometheus.NewDesc("balie_live_readers", "Open event streams on this node.", nil, nil)
	heard    = prometheus.NewDesc("balie_mailbox_heard_timestamp_seconds", "When the mail host last answered.", []string{"mailbox"}, nil)
)

func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{outgoing, aside, place, readers, heard} {
		ch <- d
	}
}

func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(readers, float64(g.a.hub.Readers()))
	for _, m := range g.a.email.Mailboxes() {
		if !m.Heard.IsZero() {
			gauge(heard, float64(m.Heard.Unix()), ident.Text(m.Box))
		}
	}
	err := g.a.DB.Read(ctx, func(tx *sqldb.Tx) error {
		waiting, err := g.a.Flow.Conversation.Trouble(tx)
		if err != nil {
			return err
		}
		for state, n := range waiting {
			gauge(outgoing, float64(n), state)
		}
		n, err := ledger.SetAside(tx)
		if err != nil {
			return err
		}
		gauge(aside, float64(n))
		head, err := ledger.Head(tx)
		gauge(place, float64(head))
		return err
	})
	if err != nil {
		g.a.Log.Warn("measures are not complete", "error", err)
	}
}
