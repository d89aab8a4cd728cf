package org_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

func mailbox(password string) org.Mailbox {
	return org.Mailbox{
		Address: "klantenservice@energie-oost.example", Host: "imap.energie-oost.example", Port: 993, TLS: org.Implicit,
		User: "klantenservice", Auth: org.Password, Active: true, Credentials: org.Credentials{Password: secret.New(password)},
	}
}

func TestMailboxCredentialsAreSealedAndKeptWhenLeftEmpty(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		save := func(m org.Mailbox) (got org.Mailbox) {
			d.write(func(tx *sqldb.Tx) (err error) { got, err = d.room.SaveMailbox(tx, d.east, m); return err })
			return got
		}
		m := save(mailbox("zeer-geheim"))
		sealed := read(d, func(tx *sqldb.Tx) (string, error) {
			return sqldb.One(tx, func(r sqldb.Row, s *string) error { return r.Scan(s) }, `select sealed from mailbox where org = $1`, d.east.Org)
		})
		if strings.Contains(sealed, "geheim") || strings.Contains(d.facts(), "geheim") || strings.Contains(fmt.Sprintf("%+v", m), "geheim") {
			t.Error("the password can be read")
		}
		m.Credentials, m.Port = org.Credentials{}, 143
		save(m)
		got := read(d, func(tx *sqldb.Tx) ([]org.Mailbox, error) { return d.room.ActiveMailboxes(tx) })
		if len(got) != 1 || got[0].Credentials.Password.Reveal() != "zeer-geheim" || got[0].Port != 143 || got[0].Folder != "INBOX" {
			t.Errorf("%+v", got)
		}
		d.refused("org.mailbox_grant_missing", func(tx *sqldb.Tx) error {
			bad := mailbox("x")
			bad.Auth = org.XOAuth2
			_, err := d.room.SaveMailbox(tx, d.east, bad)
			return err
		})
	})
}

func TestAMailboxIsReadOnFromWhereItWasLeft(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		var m org.Mailbox
		d.write(func(tx *sqldb.Tx) (err error) {
			if m, err = d.room.SaveMailbox(tx, d.east, mailbox("a")); err != nil {
				return err
			}
			return d.room.Remember(tx, d.east.Org, m.ID, org.Memory{UIDValidity: 4_000_000_000, UIDNext: 17, Heard: noon, Error: strings.Repeat("é", 300)})
		})
		got := read(d, func(tx *sqldb.Tx) (org.Memory, error) { return d.room.Memory(tx, d.east.Org, m.ID) })
		if got.UIDValidity != 4_000_000_000 || got.UIDNext != 17 || !got.Heard.Equal(noon) || len(got.Error) != 500 {
			t.Errorf("%+v", got)
		}
		m.Active, m.Memory = false, org.Memory{}
		d.write(func(tx *sqldb.Tx) error { _, err := d.room.SaveMailbox(tx, d.east, m); return err })
		if got := read(d, func(tx *sqldb.Tx) (org.Memory, error) { return d.room.Memory(tx, d.east.Org, m.ID) }); got.UIDNext != 17 {
			t.Error("saving the mailbox forgot how far it was read")
		}
		m.Folder = "Archief"
		d.write(func(tx *sqldb.Tx) error { _, err := d.room.SaveMailbox(tx, d.east, m); return err })
		if got := read(d, func(tx *sqldb.Tx) (org.Memory, error) { return d.room.Memory(tx, d.east.Org, m.ID) }); got.UIDNext != 0 {
			t.Error("another folder was not read from its start")
		}
		if all := read(d, func(tx *sqldb.Tx) ([]org.Mailbox, error) { return d.room.ActiveMailboxes(tx) }); len(all) != 0 {
			t.Error("a mailbox that is off is read")
		}
	})
}

func TestAMailKeySignsWhatItsRecordProves(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		for _, algorithm := range []org.Algorithm{org.RSA, org.Ed25519} {
			made, err := org.NewKey("Energie-Oost.example", "d-"+string(algorithm), algorithm, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			d.write(func(tx *sqldb.Tx) error {
				k, err := d.room.SaveKey(tx, d.east, made)
				if err != nil {
					return err
				}
				if none, err := d.room.SigningKeys(tx, d.east.Org, "energie-oost.example"); err != nil || len(none) != 0 {
					t.Errorf("signs before it is switched on: %v %v", none, err)
				}
				return d.room.UseKey(tx, d.east, k.ID)
			})
			keys := read(d, func(tx *sqldb.Tx) ([]org.Key, error) {
				return d.room.SigningKeys(tx, d.east.Org, "energie-oost.example")
			})
			if len(keys) != 1 || !verifies(t, keys[0]) {
				t.Fatalf("%s: %+v", algorithm, keys)
			}
			d.refused("org.not_found", func(tx *sqldb.Tx) error { return d.room.RemoveKey(tx, d.west, keys[0].ID) })
			d.write(func(tx *sqldb.Tx) error { return d.room.RemoveKey(tx, d.east, keys[0].ID) })
		}
		if _, err := org.NewKey("not a domain", "x", org.RSA, rand.Reader); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
	})
}

// verifies signs with the kept private key and checks with nothing but the DNS record.
func verifies(t *testing.T, k org.Key) bool {
	t.Helper()
	if k.RecordName() != "d-"+string(k.Algorithm)+"._domainkey.energie-oost.example" {
		t.Errorf("record at %s", k.RecordName())
	}
	_, p, _ := strings.Cut(k.Record(), "; p=")
	public, err := base64.StdEncoding.DecodeString(p)
	if err != nil || !strings.HasPrefix(k.Record(), "v=DKIM1; k="+string(k.Algorithm)+";") {
		t.Fatal(k.Record(), err)
	}
	sum := sha256.Sum256([]byte("a letter"))
	if k.Algorithm == org.Ed25519 {
		signature, err := k.Signer.Sign(rand.Reader, sum[:], crypto.Hash(0))
		return err == nil && ed25519.Verify(public, sum[:], signature)
	}
	signature, err := k.Signer.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParsePKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return rsa.VerifyPKCS1v15(parsed.(*rsa.PublicKey), crypto.SHA256, sum[:], signature) == nil
}

func TestAMailboxSealedWithALostKeyDoesNotStopTheOthers(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		box, err := secret.NewBox(bytes.Repeat([]byte{8}, secret.KeySize), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		var lost ident.Row
		d.write(func(tx *sqldb.Tx) error {
			m, err := org.New(ledger.New(), box).SaveMailbox(tx, d.west, mailbox("elders"))
			lost = m.ID
			if err != nil {
				return err
			}
			_, err = d.room.SaveMailbox(tx, d.east, mailbox("hier"))
			return err
		})
		d.write(func(tx *sqldb.Tx) error {
			all, err := d.room.ActiveMailboxes(tx)
			if len(all) != 1 || !strings.Contains(fmt.Sprint(err), fmt.Sprint(lost)) {
				t.Errorf("%d mailboxes, %v", len(all), err)
			}
			return nil
		})
		d.write(func(tx *sqldb.Tx) error {
			m := mailbox("opnieuw")
			m.ID = lost
			_, err := d.room.SaveMailbox(tx, d.west, m)
			return err
		})
		if all := read(d, func(tx *sqldb.Tx) ([]org.Mailbox, error) { return d.room.ActiveMailboxes(tx) }); len(all) != 2 {
			t.Errorf("%d mailboxes after new credentials", len(all))
		}
	})
}
