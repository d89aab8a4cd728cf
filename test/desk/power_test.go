package desk_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/sqldb"
	"balie/test/desk"
	"balie/test/engine"
	"balie/test/power"
)

// outage is a desk under load whose power is cut at random moments: everything that people were told is kept must be in
// what a disk could hold then.
type outage struct {
	t      *testing.T
	d      *desk.Desk
	disk   *power.Disk
	chance *rand.Rand
	mu     sync.Mutex
	told   map[string]string // words of an item to what sort it is
	made   atomic.Int64
	next   int
	last   string // folder of the last cut
	had    int    // items that had been acknowledged at the last cut
	lost   []string
}

// tell says that an item was acknowledged.
func (o *outage) tell(sort, words string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told[words] = sort
	return true
}

func (o *outage) then(n int) {
	if n < o.next {
		return
	}
	o.next = n + 1 + o.chance.IntN(120)
	o.mu.Lock()
	told := make(map[string]string, len(o.told))
	for words, sort := range o.told {
		told[words] = sort
	}
	o.mu.Unlock()
	o.last, o.had = o.t.TempDir(), len(told)
	if err := o.disk.Cut(o.last, o.chance); err != nil {
		o.t.Error(err)
		return
	}
	if err := o.look(told); err != nil {
		o.t.Errorf("after cut %d: %v", o.made.Load(), err)
	}
	o.made.Add(1)
}

// where each sort of item is to be found: all of its words, in rows.
var where = map[string]string{
	"line":    "select text from entry",
	"promise": "select text from promise",
	"solved":  "select number from cases where status = 'closed' and closed_by = 'customer'",
}

// look reads what is on the disk after a cut.
func (o *outage) look(told map[string]string) error {
	db, err := sqldb.Open(o.t.Context(), sqldb.Options{
		Path: filepath.Join(o.last, "balie.db"), Clock: clock.System{}, Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer db.Close()
	words := func(r sqldb.Row, s *string) error { return r.Scan(s) }
	return db.Read(o.t.Context(), func(tx *sqldb.Tx) error {
		there := map[string]map[string]int{}
		for sort, query := range where {
			rows, err := sqldb.All(tx, words, query)
			if err != nil {
				return err
			}
			there[sort] = map[string]int{}
			for _, row := range rows {
				for _, word := range strings.Fields(row) {
					there[sort][word]++
				}
			}
		}
		for word, sort := range told {
			if n := there[sort][word]; n != 1 {
				o.lost = append(o.lost, fmt.Sprintf("%s %s is there %d times", sort, word, n))
			}
		}
		whole, err := sqldb.One(tx, words, "pragma integrity_check")
		if err == nil && whole != "ok" {
			err = fmt.Errorf("the database is broken: %s", whole)
		}
		return err
	})
}

// load has people of all sorts at it until the power was cut often enough.
func (o *outage) load(wanted int) {
	d := o.d
	sorts := []func(word string) bool{
		func(word string) bool {
			return d.Mail("k"+word+"@post.example", "Vraag", "Mijn vraag is "+word, "Message-ID: <"+word+"@post.example>") == nil && o.tell("line", word)
		},
		func(word string) bool {
			status := o.patient(func() int {
				status, _ := d.Post(d.URL+"/o/energie-oost/form", "name", "Lotte Bakker", "email", "l"+word+"@post.example", "subject", "Vraag", "text", "Mijn vraag is "+word)
				return status
			})
			return status == http.StatusOK && o.tell("line", word)
		},
		o.promised,
		o.chatted,
	}
	var all sync.WaitGroup
	for hand := range 2 * len(sorts) {
		all.Go(func() {
			for i := 0; o.made.Load() < int64(wanted); i++ {
				if word := fmt.Sprintf("woord%dx%d", hand, i); !sorts[hand%len(sorts)](word) {
					o.t.Errorf("%s was refused", word)
					return
				}
			}
		})
	}
	all.Wait()
}

// patient asks again while it is told that it asks too often.
func (o *outage) patient(ask func() int) int {
	for {
		if status := ask(); status != http.StatusTooManyRequests || (clock.System{}).Sleep(o.t.Context(), 50*time.Millisecond) != nil {
			return status
		}
	}
}

// promised makes a case by the API and promises something in it.
func (o *outage) promised(word string) bool {
	status, answer, err := o.d.Call(desk.Maaike, "POST", "/cases", map[string]any{
		"customer": map[string]string{"name": "Iemand", "email": word + "@post.example"}, "subject": "Vraag", "text": "Mijn vraag is " + word,
	})
	var c desk.JSON
	if err != nil || status != http.StatusCreated || json.Unmarshal(answer, &c) != nil || !o.tell("line", word) {
		return false
	}
	status, _, err = o.d.Call(desk.Maaike, "POST", "/cases/"+c.Text("id")+"/promises", map[string]string{
		"text": "Terugbellen over " + word + "p", "due": (clock.System{}).Now().Add(time.Hour).UTC().Format(time.RFC3339),
	})
	return err == nil && status == http.StatusCreated && o.tell("promise", word+"p")
}

// chatted begins a chat, says more, gets a solution and says that it is one.
func (o *outage) chatted(word string) bool {
	v := o.d.Visitor()
	do := func(path string, body map[string]any) (answer desk.JSON, ok bool) {
		status := o.patient(func() (status int) {
			status, _, answer, _ = v.Do("POST", path, body)
			return status
		})
		return answer, status == http.StatusCreated
	}
	first, ok := do("chat", map[string]any{"text": "Mijn vraag is " + word, "client_id": v.NextID()})
	if !ok || !o.tell("line", word) {
		return false
	}
	v.Took(first)
	if _, ok = do(v.At("messages"), map[string]any{"text": "En ook " + word + "b", "client_id": v.NextID()}); !ok || !o.tell("line", word+"b") {
		return false
	}
	status, answer, err := o.d.Call(desk.Maaike, "GET", "/cases?q="+v.Case, nil)
	var found desk.JSON
	if err != nil || status != http.StatusOK || json.Unmarshal(answer, &found) != nil || len(found.List("cases")) != 1 {
		return false
	}
	status, _, err = o.d.Call(desk.Maaike, "POST", "/cases/"+found.List("cases")[0].Text("id")+"/solution", map[string]string{"text": "Het is nagekeken."})
	if err != nil || status != http.StatusCreated {
		return false
	}
	_, ok = do(v.At("answers"), map[string]any{"card": "solution", "answer": "yes"})
	return ok && o.tell("solved", v.Case)
}

func TestAPowerCutTakesNothingThatPeopleWereToldIsKept(t *testing.T) {
	data := t.TempDir()
	setup := desk.Setup{Config: func(c *config.Config) { c.Data = data }}
	at := engine.SQLite(t)
	first := desk.Open(t, at, setup)
	first.Close()
	disk, err := power.New(data)
	if err != nil {
		t.Fatal(err)
	}
	o := &outage{t: t, disk: disk, chance: rand.New(rand.NewPCG(3, 9)), told: map[string]string{}}
	setup.Witness = disk
	disk.Then = o.then
	o.d = desk.Again(t, at, first, setup)
	o.load(power.Cuts(12))
	o.d.Close()
	for i, what := range o.lost {
		if i < 10 {
			t.Error(what)
		}
	}
	t.Logf("%d items, %d cuts, %d lost", len(o.told), o.made.Load(), len(o.lost))
	data = o.last
	setup.Witness = nil
	again := desk.Again(t, at, first, setup)
	if n := len(again.Ask(desk.Maaike, 200, "GET", "/cases?view=all", nil).List("cases")); n == 0 || o.had == 0 {
		t.Errorf("after the last cut the desk shows %d cases, of %d items", n, o.had)
	}
}
