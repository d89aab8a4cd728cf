package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"balie/ground/clock"
)

// chats is what was measured of live chat.
type chats struct {
	start     spread // CPU of beginning one, one after another
	together  spread // the same, several at once
	open      int    // connections that were open
	each      int64  // bytes of the program's own memory for one of them
	eachAll   int64  // the same with pages of files
	talks     int    // chats that were going on while messages were timed
	messages  int
	p50, p99  time.Duration // from the agent's request to the visitor's screen
	heard     int           // connections that heard an announcement
	announced time.Duration // until the last of them had
}

// The goals.
const (
	goalChat      = time.Millisecond
	goalOpen      = 12 << 10
	goalMessage50 = 10 * time.Millisecond
	goalMessage99 = 60 * time.Millisecond
	goalAnnounce  = time.Second
)

// visitor is somebody with the chat open.
type visitor struct {
	conversation, token, number string
	conn                        net.Conn
}

var visitors atomic.Int64

// behindProxy makes each visitor come from an address of its own, as behind a proxy that the desk trusts: one address
// alone is held to what people behind one address do.
func behindProxy(h http.Header, n int64) {
	h.Set("X-Forwarded-For", fmt.Sprintf("100.%d.%d.%d", 64+n>>16&63, n>>8&255, n&255))
}

// begin starts a chat.
func (p *program) begin(c *http.Client) (visitor, error) {
	n := visitors.Add(1)
	body, err := json.Marshal(map[string]string{"text": question, "client_id": fmt.Sprintf("bench-visitor-%010d", n)})
	if err != nil {
		return visitor{}, err
	}
	req, err := http.NewRequest(http.MethodPost, p.url+"/o/"+slug+"/chat", bytes.NewReader(body))
	if err != nil {
		return visitor{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	behindProxy(req.Header, n)
	resp, err := c.Do(req)
	if err != nil {
		return visitor{}, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return visitor{}, err
	}
	var v struct{ Conversation, Token, Case string }
	if resp.StatusCode != http.StatusCreated || json.Unmarshal(answer, &v) != nil {
		return visitor{}, fmt.Errorf("a chat begins with %d: %s", resp.StatusCode, answer)
	}
	return visitor{conversation: v.Conversation, token: v.Token, number: v.Case}, nil
}

// listen opens the visitor's stream and reads its head, with little memory of our own.
func (v *visitor) listen(p *program) (*bufio.Reader, error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		return nil, err
	}
	v.conn = conn
	if _, err := fmt.Fprintf(conn, "GET /o/%s/chat/%s/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nAccept: text/event-stream\r\n\r\n",
		slug, v.conversation, strings.TrimPrefix(p.url, "http://"), v.token); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(conn, 1024)
	status, err := r.ReadString('\n')
	if err == nil && !strings.Contains(status, " 200 ") {
		err = fmt.Errorf("a stream begins with %q", status)
	}
	return r, err
}

// heard calls fn for each line of data in a stream until it ends.
func heard(r *bufio.Reader, fn func(line string)) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if data, ok := strings.CutPrefix(line, "data:"); ok {
			fn(data)
		}
	}
}

// chatting measures live chat on a desk of its own.
func (b *bench) chatting() error {
	d, err := b.empty("chat")
	if err != nil {
		return err
	}
	if err := manyFiles(); err != nil {
		return err
	}
	p, err := b.start(time.Minute, "serve", d.data, "--trusted-proxies", "127.0.0.1")
	if err != nil {
		return err
	}
	defer p.stop() //nolint:errcheck // stopped below; here after an error
	if err := p.rest(b); err != nil {
		return err
	}
	b.say("CPU of beginning a chat")
	if err := b.beginning(p); err != nil {
		return err
	}
	b.say("connections of visitors")
	all, err := b.crowd(p, d)
	defer func() {
		for _, v := range all {
			v.conn.Close()
		}
	}()
	if err != nil {
		return err
	}
	return p.stop()
}

// manyFiles lets this process, and the program that it starts, have enough connections.
func manyFiles() error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return err
	}
	l.Cur = l.Max
	return unix.Setrlimit(unix.RLIMIT_NOFILE, &l)
}

// crowd opens the connections, and measures what each costs, how fast an agent's message comes and how fast something
// that everybody should know.
func (b *bench) crowd(p *program, d desk) ([]visitor, error) {
	n := b.times(10_000)
	c := newClient(8)
	all := make([]visitor, n)
	if err := spreadOver(8, n, func(i int) (err error) {
		all[i], err = p.begin(c)
		return err
	}); err != nil {
		return nil, err
	}
	if err := b.sleep(b.span(3 * time.Second)); err != nil {
		return nil, err
	}
	allBefore, before, err := p.memory()
	if err != nil {
		return nil, err
	}
	readers := make([]*bufio.Reader, n)
	if err := spreadOver(8, n, func(i int) (err error) {
		readers[i], err = all[i].listen(p)
		return err
	}); err != nil {
		return all, err
	}
	if err := b.sleep(b.span(5 * time.Second)); err != nil {
		return all, err
	}
	allAfter, after, err := p.memory()
	if err != nil {
		return all, err
	}
	s := &b.sheet.chats
	s.open, s.each, s.eachAll = n, (after-before)/int64(n), (allAfter-allBefore)/int64(n)
	return all, b.listenAll(p, d, all, readers)
}

// ear hears what comes to all the visitors.
type ear struct {
	words     chan arrival
	announced sync.WaitGroup
	last      atomic.Int64 // when the announcement came to the last one, in nanoseconds of Unix time
	count     atomic.Int64
}

type arrival struct {
	word string
	at   time.Time
}

const announcement = "Storing in het noorden: we werken eraan"

// numbered is a message that can be told from others.
const numbered = "bericht-%06d"

func (e *ear) listen(r *bufio.Reader) {
	told := false
	heard(r, func(line string) {
		if i := strings.Index(line, "bericht-"); i >= 0 && len(line) >= i+len("bericht-000000") {
			e.words <- arrival{line[i : i+len("bericht-000000")], now()}
		}
		if !told && strings.Contains(line, announcement) {
			told = true
			at := now().UnixNano()
			for before := e.last.Load(); at > before && !e.last.CompareAndSwap(before, at); before = e.last.Load() {
			}
			e.count.Add(1)
			e.announced.Done()
		}
	})
}

// listenAll times messages to some of the connections and an announcement to all.
func (b *bench) listenAll(p *program, d desk, all []visitor, readers []*bufio.Reader) error {
	e := &ear{words: make(chan arrival, 4096)}
	e.announced.Add(len(all))
	for _, r := range readers {
		go e.listen(r)
	}
	s := &b.sheet.chats
	s.talks = min(1000, len(all))
	if err := b.talk(p, d, all[:s.talks], e); err != nil {
		return err
	}
	lead, err := b.do("token", "create", "--data", d.data, "--org", slug, "--role", "lead", "--name", "bench lead")
	if err != nil {
		return err
	}
	began := now()
	if _, err := p.ask(newClient(1), lead, http.MethodPut, "/api/v1/announcement", []byte(`{"text":"`+announcement+`"}`)); err != nil {
		return err
	}
	everybody := make(chan struct{})
	go func() { e.announced.Wait(); close(everybody) }()
	late, enough := clock.System{}.After(30 * time.Second)
	defer enough()
	select {
	case <-everybody:
	case <-late:
	}
	s.heard, s.announced = int(e.count.Load()), time.Unix(0, e.last.Load()).Sub(began)
	return nil
}

// talk lets the agent write to each of the visitors in turn, and times how soon it is on their screen.
func (b *bench) talk(p *program, d desk, all []visitor, e *ear) error {
	c := newClient(1)
	cases, err := p.casesOf(c, d.token, all)
	if err != nil {
		return err
	}
	for _, id := range cases { // every chat goes on
		if _, err := p.ask(c, d.token, http.MethodPost, "/api/v1/cases/"+id+"/messages", []byte(`{"text":"Goedemiddag, ik kijk met je mee."}`)); err != nil {
			return err
		}
	}
	var took []time.Duration
	for i := range b.times(1000) {
		word := fmt.Sprintf(numbered, i)
		began := now()
		if _, err := p.ask(c, d.token, http.MethodPost, "/api/v1/cases/"+cases[i%len(cases)]+"/messages", []byte(`{"text":"`+word+`"}`)); err != nil {
			return err
		}
		for a := range e.words {
			if a.word == word {
				took = append(took, a.at.Sub(began))
				break
			}
		}
	}
	slices.Sort(took)
	s := &b.sheet.chats
	s.messages, s.p50, s.p99 = len(took), took[len(took)/2], took[len(took)*99/100]
	return nil
}

// casesOf finds the cases of visitors by their numbers.
func (p *program) casesOf(c *http.Client, token string, all []visitor) ([]string, error) {
	ids := make(map[string]string)
	cursor := ""
	for {
		var page struct {
			Cases []struct{ ID, Number string }
			Next  string
		}
		if err := p.get(c, token, "/api/v1/cases?limit=100&cursor="+url.QueryEscape(cursor), &page); err != nil {
			return nil, err
		}
		for _, one := range page.Cases {
			ids[one.Number] = one.ID
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	var found []string
	for _, v := range all {
		id, ok := ids[v.number]
		if !ok {
			return nil, fmt.Errorf("chat %s is no case in the inbox", v.number)
		}
		found = append(found, id)
	}
	return found, nil
}

// goals adds the goals of live chat to the table.
func (c chats) goals(t *table) {
	t.row("CPU of beginning a chat, durable", "≤ "+ms(goalChat), ms(c.start.median), met(c.start.median <= goalChat))
	t.row(fmt.Sprintf("the same, %d visitors at once", atOnce), "≤ "+ms(goalChat), ms(c.together.median), met(c.together.median <= goalChat))
	t.row(fmt.Sprintf("memory of each of %s open chats", thousands(c.open)), fmt.Sprintf("≤ %d KB", goalOpen>>10),
		fmt.Sprintf("%.1f KB", float64(c.each)/1024), met(c.each <= goalOpen))
	t.row(fmt.Sprintf("message from agent to visitor at %s live chats, half of them", thousands(c.talks)), "≤ "+ms(goalMessage50), ms(c.p50), met(c.p50 <= goalMessage50))
	t.row("99 of 100 of them take at most", "≤ "+ms(goalMessage99), ms(c.p99), met(c.p99 <= goalMessage99))
	t.row(fmt.Sprintf("an announcement to %s visitors, until the last has it", thousands(c.open)), "≤ "+ms(goalAnnounce),
		fmt.Sprintf("%s (%s had it)", ms(c.announced), thousands(c.heard)), met(c.heard == c.open && c.announced <= goalAnnounce))
}

func (c chats) words() string {
	return fmt.Sprintf(`%s of CPU for one beginning: a visitor, a conversation and a first message of 900 bytes, by HTTP, one after
  another; %s when %d begin at once, which share commits. Memory is RssAnon with %s event streams of visitors open, less RssAnon with the same chats and no stream, five seconds
  after the last was opened; with pages of the database file that were read meanwhile (VmRSS) it is %.1f KB. A message is timed from the agent's request until the visitor's connection has it, %d times one
  after another, while %s chats have their streams open.`, c.start, c.together, atOnce, thousands(c.open), float64(c.eachAll)/1024, c.messages, thousands(c.talks))
}
