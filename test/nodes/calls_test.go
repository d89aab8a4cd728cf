package nodes_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"balie/domain/automation"
	"balie/domain/org"
	"balie/ground/config"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/desk"
	"balie/test/engine"
)

// receiver is another program that takes the calls of rules, each rule at a path of its own.
type receiver struct {
	*httptest.Server
	t      *testing.T
	mu     sync.Mutex
	opened chan struct{}       // until it is closed no call is answered
	inside map[string]string   // the case of a call that is here now, by the mark of the call
	tried  map[string]int      // how often a call came, by its mark
	taken  map[string]int      // how often it was answered
	order  map[string][]string // the marks as they were answered first, by path and case
}

func receive(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, opened: make(chan struct{}), inside: map[string]string{}, tried: map[string]int{}, taken: map[string]int{}, order: map[string][]string{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP takes a call. Whoever made it may die meanwhile.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	_, rest, _ := strings.Cut(string(body), `"case":"`)
	id, _, _ := strings.Cut(rest, `"`)
	mark, line := req.Header.Get("Webhook-Id"), req.URL.Path+" "+id
	r.come(mark, line)
	gone := false
	select {
	case <-r.opened:
	case <-req.Context().Done():
		gone = true
	}
	r.leave(mark, line, gone)
	w.WriteHeader(http.StatusNoContent)
}

func (r *receiver) come(mark, line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for other, of := range r.inside {
		if of == line {
			r.t.Errorf("call %s comes while call %s of the same case is not answered", mark, other)
		}
	}
	r.inside[mark] = line
	r.tried[mark]++
}

func (r *receiver) leave(mark, line string, gone bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.inside, mark)
	if gone {
		return
	}
	if r.taken[mark]++; r.taken[mark] == 1 {
		r.order[line] = append(r.order[line], mark)
	}
}

// here is how many calls wait for an answer.
func (r *receiver) here() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.inside)
}

// callers makes an office of three nodes that are not started, with so many rules that call.
func callers(t *testing.T, rules int, to string) *office {
	t.Helper()
	at, data := engine.Postgres(t), t.TempDir()
	d := desk.Open(t, at, desk.Setup{Config: func(c *config.Config) { c.Data = data }})
	if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		by := org.By{Org: d.Org, Actor: ledger.Desk}
		for n := range rules {
			r, err := d.App.Flow.Automation.Save(tx, by, automation.Rule{
				Name: fmt.Sprint("Meld ", n), Trigger: automation.CustomerWrote, Match: automation.All,
				Then: automation.Then{Webhook: fmt.Sprintf("%s/%d", to, n)},
			})
			if err == nil {
				err = d.App.Flow.Automation.SwitchOn(tx, by, r.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	d.Close()
	o := &office{t: t}
	o.place(at, data, 3, "--outside-allow", "127.0.0.0/8")
	o.look(at)
	return o
}

// made are the marks of all calls in the order in which they were made, by path and case.
func (o *office) made() map[string][]string {
	o.t.Helper()
	type row struct {
		id, in int64
		url    string
	}
	var all []row
	if err := o.db.Read(o.t.Context(), func(tx *sqldb.Tx) (err error) {
		all, err = sqldb.All(tx, func(r sqldb.Row, v *row) error { return r.Scan(&v.id, &v.in, &v.url) }, `select id, case_id, url from webhook_call order by id`)
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	of := map[string][]string{}
	for _, v := range all {
		line := v.url[strings.LastIndex(v.url, "/"):] + " " + ident.Text(ident.Case(v.in))
		of[line] = append(of[line], ident.Text(ident.Row(v.id)))
	}
	return of
}

// attempts is how often each call was marked, by its mark.
func (o *office) attempts() map[string]int64 {
	o.t.Helper()
	type row struct{ id, n int64 }
	of := map[string]int64{}
	if err := o.db.Read(o.t.Context(), func(tx *sqldb.Tx) error {
		all, err := sqldb.All(tx, func(r sqldb.Row, v *row) error { return r.Scan(&v.id, &v.n) }, `select id, attempts from webhook_call`)
		for _, v := range all {
			of[ident.Text(ident.Row(v.id))] = v.n
		}
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	return of
}

func TestCallsOfRulesOutliveTheNodeThatMakesThem(t *testing.T) {
	if testing.Short() {
		t.Skip("suite kill: left out by -short")
	}
	const rules, cases, more = 3, 4, 3
	r := receive(t)
	o := callers(t, rules, r.URL)
	one := o.nodes[0]
	one.start(t)
	for c := range cases {
		if !post(one.mail(), fmt.Sprint("zaak", c)) {
			t.Fatal("a mail was not taken")
		}
	}
	eventually(t, "a call of each rule is on its way", func() bool { return r.here() == rules })
	o.nodes[1].start(t)
	o.nodes[2].start(t)
	for n := range more {
		for c := range cases {
			reply := "In-Reply-To: <" + fmt.Sprint("zaak", c) + "@post.example>"
			if !post(o.mail, fmt.Sprintf("zaak%dx%d", c, n), reply) {
				t.Fatal("a mail was not taken")
			}
		}
	}
	const all = rules * cases * (more + 1)
	eventually(t, "every message is a call", func() bool { return o.count(`select count(*) from webhook_call`) == all })
	one.kill()
	eventually(t, "its calls end without an answer", func() bool { return r.here() == 0 })
	close(r.opened)
	eventually(t, "every call is marked", func() bool { return o.count(`select count(*) from webhook_call where state = 'sent'`) == all })
	r.mu.Lock()
	defer r.mu.Unlock()
	// One that waited so long for an answer that the node tried again was marked before, as a failure.
	for mark, attempts := range o.attempts() {
		if tried := r.tried[mark]; attempts < 1 || attempts > int64(tried) {
			t.Errorf("call %s came %d times and is marked %d times", mark, tried, attempts)
		}
	}
	made := o.made()
	if len(made) != rules*cases {
		t.Errorf("%d cases at %d rules gave %d lines", cases, rules, len(made))
	}
	for line, marks := range made {
		if got := r.order[line]; fmt.Sprint(got) != fmt.Sprint(marks) {
			t.Errorf("%s: came as %v, made as %v", line, got, marks)
		}
		for _, mark := range marks {
			if n := r.taken[mark]; n != 1 {
				t.Errorf("call %s was taken %d times; nobody died after an answer", mark, n)
			}
		}
	}
}
