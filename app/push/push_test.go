package push_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/app/push"
	"balie/channel"
	"balie/domain/access"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/outside"
	"balie/ground/sqldb"
	"balie/test/engine"
	"balie/web/edge/edgetest"
)

// maker stands for the maker of a browser, which takes messages for it.
type maker struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []letter
	key    *ecdh.PrivateKey
	auth   []byte
}

type letter struct {
	head http.Header
	body []byte
}

func open(t *testing.T) *maker {
	t.Helper()
	m := &maker{status: http.StatusCreated, auth: make([]byte, 16)}
	rand.Read(m.auth) //nolint:errcheck // it never fails
	var err error
	if m.key, err = ecdh.P256().GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.got = append(m.got, letter{r.Header, body})
		w.WriteHeader(m.status)
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *maker) answers(status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status, m.got = status, nil
}

func (m *maker) taken() []letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.got
}

func (m *maker) subscription(path string) map[string]any {
	code := base64.RawURLEncoding
	return map[string]any{"endpoint": m.URL + path, "keys": map[string]any{
		"p256dh": code.EncodeToString(m.key.PublicKey().Bytes()), "auth": code.EncodeToString(m.auth),
	}}
}

// read opens what was sealed for the browser: RFC 8291 section 3.4, RFC 8188 section 2.
func (m *maker) read(t *testing.T, body []byte) string {
	t.Helper()
	salt, size, keyLength := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	theirs, sealed := body[21:21+keyLength], body[21+keyLength:]
	point, err := ecdh.P256().NewPublicKey(theirs)
	if err != nil || int(size) < len(sealed) {
		t.Fatalf("%v, record of %d", err, size)
	}
	shared, err := m.key.ECDH(point)
	if err != nil {
		t.Fatal(err)
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		out, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ikm := derive(shared, m.auth, "WebPush: info\x00"+string(m.key.PublicKey().Bytes())+string(theirs), 32)
	block, err := aes.NewCipher(derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gcm.Open(nil, derive(ikm, salt, "Content-Encoding: nonce\x00", 12), sealed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(strings.TrimRight(string(plain), "\x00"), "\x02")
}

// desk is an office with an agent who has a browser at the maker.
type desk struct {
	*edgetest.Office
	*maker
	hand  *clock.Hand
	who   access.Principal
	other access.Principal
	to    *push.Sender
	t     *testing.T
}

var local = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func newDesk(t *testing.T, at engine.Target) *desk {
	t.Helper()
	d := &desk{hand: clock.At(clock.System{}.Now()), maker: open(t), t: t}
	d.Office = edgetest.OpenAt(t, at, d.hand)
	client := outside.New(local)
	t.Cleanup(client.Close)
	d.to = push.New(client, "https://desk.example")
	for role, p := range map[access.Role]*access.Principal{access.Agent: &d.who, access.Lead: &d.other} {
		a := d.East.People[role]
		*p = access.Principal{Org: d.East.ID, Agent: a.ID, Name: a.Name, Role: role}
	}
	return d
}

func (d *desk) keep(path string) {
	d.t.Helper()
	s := d.subscription(path)
	keys := s["keys"].(map[string]any)
	d.write(func(tx *sqldb.Tx) error {
		return d.Flow.Staff.KeepPush(tx, staff.Push{
			Org: d.East.ID, Agent: d.who.Agent, Endpoint: s["endpoint"].(string), P256dh: keys["p256dh"].(string), Auth: keys["auth"].(string),
		})
	})
	if _, err := d.Flow.PushKey(d.t.Context(), d.East.ID, rand.Reader); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) write(fn func(tx *sqldb.Tx) error) {
	d.t.Helper()
	if err := d.DB.Write(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// waiting waits until the followers have noted that many nudges.
func (d *desk) waiting(want bool) {
	d.t.Helper()
	for range 3000 {
		var next time.Time
		if err := d.DB.Read(d.t.Context(), func(tx *sqldb.Tx) (err error) {
			next, err = d.Flow.Staff.NextNudge(tx)
			return err
		}); err != nil {
			d.t.Fatal(err)
		}
		if next.IsZero() != want {
			return
		}
		if err := (clock.System{}).Sleep(d.t.Context(), 10*time.Millisecond); err != nil {
			d.t.Fatal(err)
		}
	}
	d.t.Fatalf("nothing to be told, or still: want %v", want)
}

func (d *desk) due() {
	d.t.Helper()
	if _, err := d.Flow.PushDue(d.t.Context(), d.to); err != nil {
		d.t.Fatal(err)
	}
}

const secretWords = "Mijn pincode is 1234"

func (d *desk) offered() {
	d.t.Helper()
	d.write(func(tx *sqldb.Tx) error {
		return d.Flow.Staff.Opened(tx, staff.Screen{Org: d.East.ID, Agent: d.who.Agent}, "one")
	})
	if _, err := d.Flow.SetPresence(d.t.Context(), d.who, staff.Wish{State: staff.Available}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.Flow.Arrive(d.t.Context(), channel.Arrival{
		Org: d.East.ID, Channel: channel.Webchat, Key: "one", Text: secretWords, From: channel.Person{Name: "Fatma"}, Live: &channel.Live{},
	}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.Flow.MatchNow(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	d.waiting(true)
}

func TestAnOfferIsToldInTheBrowserWithoutWhatTheCustomerWrote(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := newDesk(t, at)
		d.keep("/browser")
		d.offered()
		d.due()
		got := d.taken()
		if len(got) != 1 {
			t.Fatalf("%d messages", len(got))
		}
		ttl, err := strconv.Atoi(got[0].head.Get("TTL"))
		if err != nil || ttl < 10 || ttl > 20 || !strings.HasPrefix(got[0].head.Get("Authorization"), "vapid t=") ||
			got[0].head.Get("Content-Encoding") != "aes128gcm" {
			t.Errorf("sent with %v", got[0].head)
		}
		var said map[string]string
		text := d.read(t, got[0].body)
		if err := json.Unmarshal([]byte(text), &said); err != nil {
			t.Fatal(err, text)
		}
		if said["title"] != "Een gesprek wacht op jou" || !strings.HasPrefix(said["body"], "Zaak ") || said["case"] == "" ||
			!strings.HasPrefix(said["tag"], "offer-") || len(said) != 4 {
			t.Errorf("the browser shows %v", said)
		}
		if strings.Contains(text, "pincode") || strings.Contains(text, "Fatma") {
			t.Errorf("the message holds words of the customer: %s", text)
		}
		d.waiting(false)
		d.due()
		if len(d.taken()) != 1 {
			t.Error("told twice")
		}
	})
}

func TestAnOfferThatWentOnIsNotTold(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := newDesk(t, at)
		d.keep("/browser")
		d.offered()
		d.hand.Advance(20 * time.Second)
		d.due()
		if n := len(d.taken()); n != 0 {
			t.Errorf("%d messages about an offer whose time is over", n)
		}
		d.waiting(false)
	})
}

func TestABrowserThatIsGoneIsForgottenAndOneThatIsAwayIsTriedAgain(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := newDesk(t, at)
		d.keep("/browser")
		d.offered()
		d.answers(http.StatusServiceUnavailable)
		d.due()
		if len(d.taken()) != 1 {
			t.Fatal("not tried")
		}
		d.due()
		if len(d.taken()) != 1 {
			t.Fatal("tried again at once")
		}
		d.hand.Advance(3 * time.Second)
		d.answers(http.StatusGone)
		d.due()
		if len(d.taken()) != 1 {
			t.Fatal("not tried again")
		}
		var left []staff.Push
		if err := d.DB.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
			left, err = d.Flow.Staff.Pushes(tx, d.East.ID, d.who.Agent)
			return err
		}); err != nil || len(left) != 0 {
			t.Errorf("kept: %v %v", left, err)
		}
		d.waiting(false)
	})
}

func TestAMentionAndAHandOverAreToldToWhoHasNoScreenOpen(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := newDesk(t, at)
		d.keep("/browser")
		r, err := d.Flow.Arrive(t.Context(), channel.Arrival{
			Org: d.East.ID, Channel: channel.Form, Key: "mail", Text: secretWords, From: channel.Person{Address: "fatma@klant.example"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Flow.Note(t.Context(), d.other, r.Case, flow.Answer{Text: secretWords, Mentions: []ident.Agent{d.who.Agent}}); err != nil {
			t.Fatal(err)
		}
		d.waiting(true)
		d.due()
		if err := d.Flow.Own(t.Context(), d.other, r.Case, flow.HandOver{To: d.who.Agent}); err != nil {
			t.Fatal(err)
		}
		d.waiting(true)
		d.due()
		var titles []string
		for _, l := range d.taken() {
			text := d.read(t, l.body)
			var said map[string]string
			if err := json.Unmarshal([]byte(text), &said); err != nil || strings.Contains(text, "pincode") || said["case"] != ident.Text(r.Case) {
				t.Errorf("%v %s", err, text)
			}
			titles = append(titles, said["title"])
		}
		if strings.Join(titles, "; ") != "Een collega noemt je in een notitie; Je krijgt een zaak van een collega" {
			t.Errorf("told %q", titles)
		}
	})
}

func TestABrowserAtAPrivateAddressIsNotReached(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := newDesk(t, at)
		client := outside.New(nil) // the operator allowed nothing
		t.Cleanup(client.Close)
		d.to = push.New(client, "https://desk.example")
		d.keep("/browser")
		d.offered()
		d.due()
		if n := len(d.taken()); n != 0 {
			t.Errorf("%d messages reached an address inside", n)
		}
	})
}
