package access_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// device is an authenticator in software: it does what a telephone does when somebody holds a finger on it.
type device struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	count  uint32
	host   string
	origin string
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &device{t: t, key: key, id: []byte(rand.Text()), host: "balie.example", origin: origin}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// The flags of WebAuthn section 6.1: present, verified, carries a new credential.
const (
	present  = 0x01
	verified = 0x04
	carries  = 0x40
)

func (v *device) data(flags byte) []byte {
	sum := sha256.Sum256([]byte(v.host))
	v.count++
	return binary.BigEndian.AppendUint32(append(sum[:], flags), v.count)
}

func (v *device) client(kind, challenge string) []byte {
	return v.json(map[string]any{"type": kind, "challenge": challenge, "origin": v.origin, "crossOrigin": false})
}

func (v *device) json(x any) []byte {
	b, err := json.Marshal(x)
	if err != nil {
		v.t.Fatal(err)
	}
	return b
}

func (v *device) cbor(x any) []byte {
	b, err := cbor.Marshal(x)
	if err != nil {
		v.t.Fatal(err)
	}
	return b
}

type asked struct {
	PublicKey struct {
		Challenge string
		User      struct{ ID string }
	}
}

func (v *device) asked(options json.RawMessage) (a asked) {
	if err := json.Unmarshal(options, &a); err != nil {
		v.t.Fatal(err)
	}
	return a
}

// register answers navigator.credentials.create.
func (v *device) register(options json.RawMessage) []byte {
	a := v.asked(options)
	handle, err := base64.RawURLEncoding.DecodeString(a.PublicKey.User.ID)
	if err != nil {
		v.t.Fatal(err)
	}
	v.handle = handle
	public, err := v.key.PublicKey.Bytes()
	if err != nil {
		v.t.Fatal(err)
	}
	// RFC 9052 section 7: type 2 (two coordinates), algorithm -7 (ES256), curve 1 (P-256).
	cose := v.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]})
	data := append(v.data(present|verified|carries), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(v.id)))
	data = append(append(data, v.id...), cose...)
	return v.json(map[string]any{
		"id": b64(v.id), "rawId": b64(v.id), "type": "public-key",
		"response": map[string]any{
			"clientDataJSON":    b64(v.client("webauthn.create", a.PublicKey.Challenge)),
			"attestationObject": b64(v.cbor(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})),
		},
	})
}

// sign answers navigator.credentials.get.
func (v *device) sign(options json.RawMessage, flags byte) []byte {
	client := v.client("webauthn.get", v.asked(options).PublicKey.Challenge)
	data, sum := v.data(flags), sha256.Sum256(client)
	hash := sha256.Sum256(append(append([]byte{}, data...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, v.key, hash[:])
	if err != nil {
		v.t.Fatal(err)
	}
	return v.json(map[string]any{
		"id": b64(v.id), "rawId": b64(v.id), "type": "public-key",
		"response": map[string]any{
			"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(v.handle),
		},
	})
}

func (d *desk) ceremony() access.Ceremony {
	d.t.Helper()
	return in(d, func(tx *sqldb.Tx) (access.Ceremony, error) { return d.room.BeginPasskey(tx, home) })
}

func (d *desk) addPasskey(s access.SignedIn, v *device) access.Passkey {
	d.t.Helper()
	p, err := d.who(s.Cookie)
	if err != nil {
		d.t.Fatal(err)
	}
	c := in(d, func(tx *sqldb.Tx) (access.Ceremony, error) { return d.room.BeginAddPasskey(tx, p) })
	return in(d, func(tx *sqldb.Tx) (access.Passkey, error) {
		return d.room.AddPasskey(tx, p, c.Ticket, "Telefoon", v.register(c.Options))
	})
}

func TestAPasskeySignsInByItself(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, _, s := d.member("carla@energie-oost.example", access.Agent)
		v := newDevice(t)
		key := d.addPasskey(s, v)
		c := d.ceremony()
		answer := v.sign(c.Options, present|verified)
		signed, err := d.room.FinishPasskey(t.Context(), d.db, c.Ticket, answer, home)
		if err != nil || signed.Account.ID != a.ID || signed.Cookie == s.Cookie {
			t.Fatal(err)
		}
		_, err = d.room.FinishPasskey(t.Context(), d.db, c.Ticket, answer, home)
		d.refused("access.ticket_expired", err)
		d.write(func(tx *sqldb.Tx) error { return d.room.RemovePasskey(tx, d.east, a.ID, key.ID) })
		c = d.ceremony()
		_, err = d.room.FinishPasskey(t.Context(), d.db, c.Ticket, v.sign(c.Options, present|verified), home)
		d.refused("access.passkey_refused", err)
	})
}

func TestAPasskeyThatShowsTooLittleIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, _, s := d.member("carla@energie-oost.example", access.Agent)
		v := newDevice(t)
		d.addPasskey(s, v)
		for name, answer := range map[string]func(access.Ceremony) []byte{
			"owner not checked": func(c access.Ceremony) []byte { return v.sign(c.Options, present) },
			"another challenge": func(access.Ceremony) []byte { return v.sign(d.ceremony().Options, present|verified) },
			"another web address": func(c access.Ceremony) []byte {
				w := *v
				w.origin = "https://balie.example.evil.example"
				return w.sign(c.Options, present|verified)
			},
			"another key": func(c access.Ceremony) []byte {
				w := newDevice(t)
				w.id, w.handle = v.id, v.handle
				return w.sign(c.Options, present|verified)
			},
			"counter set back": func(c access.Ceremony) []byte { w := *v; w.count = 0; return w.sign(c.Options, present|verified) },
			"nonsense":         func(access.Ceremony) []byte { return []byte(`{"id":"x"}`) },
		} {
			c := d.ceremony()
			_, err := d.room.FinishPasskey(t.Context(), d.db, c.Ticket, answer(c), home)
			if err == nil || fault.Of(err).Key != "access.passkey_refused" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAPasskeyMayBeTheOnlySecondStepAndThenStays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, ticket := d.invited("carla@energie-oost.example", access.Agent)
		v := newDevice(t)
		c := in(d, func(tx *sqldb.Tx) (access.Ceremony, error) { return d.room.BeginSetUpPasskey(tx, ticket.Text) })
		var codes []string
		s := in(d, func(tx *sqldb.Tx) (s access.SignedIn, err error) {
			s, codes, err = d.room.SetUpPasskey(tx, ticket.Text, access.Ceremony{Ticket: c.Ticket, Options: v.register(c.Options)}, "", home)
			return s, err
		})
		if _, err := d.who(s.Cookie); err != nil || len(codes) != 10 {
			t.Fatal(err, codes)
		}
		keys := in(d, func(tx *sqldb.Tx) ([]access.Passkey, error) { return d.room.Passkeys(tx, d.east.Org, a.ID) })
		d.refused("access.last_passkey", d.tried(func(tx *sqldb.Tx) error { return d.room.RemovePasskey(tx, d.east, a.ID, keys[0].ID) }))
		asked, err := d.knock("carla@energie-oost.example", password, home)
		if err != nil || asked.Stage != access.AskSecond || bool(asked.Account.Code) || !bool(asked.Passkeys) {
			t.Errorf("%+v %v", asked, err)
		}
	})
}

func TestThereAreNoPasskeysOnABareAddress(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.room = d.newRoom("http://127.0.0.1:8080")
		d.refused("access.passkeys_off", d.tried(func(tx *sqldb.Tx) error { _, err := d.room.BeginPasskey(tx, home); return err }))
		if d.room.HasPasskeys() {
			t.Error("offered all the same")
		}
	})
}
