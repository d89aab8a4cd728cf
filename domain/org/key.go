package org

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"io"
	"regexp"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Key signs the mail of a domain (DKIM, RFC 6376). The private half is sealed at rest.
type Key struct {
	ID        ident.Row
	Org       ident.Org
	Domain    string
	Selector  string
	Algorithm Algorithm
	Active    bool // used for signing; a new key waits until its record stands in the DNS
	Created   time.Time
	Signer    crypto.Signer // filled in by NewKey and SigningKeys
	public    string
}

// Algorithm is a way of signing.
type Algorithm string

// The algorithms. RSA is understood everywhere; ed25519 (RFC 8463) is shorter.
const (
	RSA     Algorithm = "rsa"
	Ed25519 Algorithm = "ed25519"
)

const (
	keyPurpose = "dkim key"
	rsaBits    = 2048 // RFC 8301 section 3.2
)

var (
	domainForm   = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)
	selectorForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
)

// NewKey makes a key pair. It takes a moment, so it is done outside a transaction; SaveKey keeps it.
func NewKey(domain, selector string, algorithm Algorithm, chance io.Reader) (Key, error) {
	k := Key{Domain: strings.ToLower(strings.TrimSpace(domain)), Selector: strings.ToLower(strings.TrimSpace(selector)), Algorithm: algorithm}
	if !domainForm.MatchString(k.Domain) || !selectorForm.MatchString(k.Selector) {
		return k, fault.New(fault.Invalid, "org.key_name_unusable")
	}
	var err error
	switch algorithm {
	case RSA:
		k.Signer, err = rsa.GenerateKey(chance, rsaBits)
	case Ed25519:
		_, k.Signer, err = ed25519.GenerateKey(chance)
	default:
		return k, fault.New(fault.Invalid, "org.choice_unknown", "choice", string(algorithm))
	}
	if err != nil {
		return k, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	k.public, err = publicText(k.Signer)
	return k, err
}

// publicText is what the p= of the record holds: for RSA the key with its algorithm (RFC 6376 section 3.6.1), for
// ed25519 the bare 32 bytes (RFC 8463 section 4).
func publicText(s crypto.Signer) (string, error) {
	if pub, ok := s.Public().(ed25519.PublicKey); ok {
		return base64.StdEncoding.EncodeToString(pub), nil
	}
	der, err := x509.MarshalPKIXPublicKey(s.Public())
	if err != nil {
		return "", fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

// RecordName is where the DNS record must stand.
func (k Key) RecordName() string { return k.Selector + "._domainkey." + k.Domain }

// Record is the text of the DNS record.
func (k Key) Record() string { return "v=DKIM1; k=" + string(k.Algorithm) + "; p=" + k.public }

type sealedKey struct {
	Key
	sealed string
}

const keyColumns = `id, org, domain, selector, algorithm, public, active, created, sealed`

func scanKey(r sqldb.Row, k *sealedKey) error {
	return r.Scan(&k.ID, &k.Org, &k.Domain, &k.Selector, &k.Algorithm, &k.public, sqldb.Bool(&k.Active), sqldb.Time(&k.Created), &k.sealed)
}

// Keys lists the keys of an organisation with their records, without the private halves.
func (r *Room) Keys(tx *sqldb.Tx, org ident.Org) ([]Key, error) {
	rows, err := sqldb.All(tx, scanKey, `select `+keyColumns+` from mail_key where org = $1 order by domain, selector`, org)
	keys := make([]Key, len(rows))
	for i, k := range rows {
		keys[i] = k.Key
	}
	return keys, err
}

// SigningKeys are the active keys of a domain, able to sign, newest first.
func (r *Room) SigningKeys(tx *sqldb.Tx, org ident.Org, domain string) ([]Key, error) {
	rows, err := sqldb.All(tx, scanKey, `select `+keyColumns+` from mail_key
		where org = $1 and domain = $2 and active = 1 order by created desc, id desc`, org, strings.ToLower(domain))
	var keys []Key
	for _, k := range rows {
		der, err := r.box.Open(org, keyPurpose, k.sealed)
		if err != nil {
			return nil, err
		}
		private, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "ground.internal", err)
		}
		k.Signer, _ = private.(crypto.Signer) // every key that NewKey makes is one
		keys = append(keys, k.Key)
	}
	return keys, err
}

// SaveKey keeps a key that NewKey made.
func (r *Room) SaveKey(tx *sqldb.Tx, by By, k Key) (Key, error) {
	if k.Signer == nil {
		return k, fault.New(fault.Invalid, "org.key_name_unusable")
	}
	der, err := x509.MarshalPKCS8PrivateKey(k.Signer)
	if err != nil {
		return k, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	sealed, err := r.box.Seal(by.Org, keyPurpose, der)
	if err != nil {
		return k, err
	}
	k.ID, k.Org, k.Created = ident.Row(tx.NewID()), by.Org, tx.Now()
	if _, err := tx.Exec(`insert into mail_key (`+keyColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		k.ID, k.Org, k.Domain, k.Selector, string(k.Algorithm), k.public, k.Active, k.Created, sealed); err != nil {
		return k, taken(err, "org.key_exists", "selector", k.Selector)
	}
	return k, r.changed(tx, by, ChangedFact{About: AboutKey, Did: Added, ID: text(k.ID), Name: k.RecordName()})
}

// UseKey starts signing with a key, once its record stands in the DNS.
func (r *Room) UseKey(tx *sqldb.Tx, by By, id ident.Row) error {
	return r.changeKey(tx, by, id, `update mail_key set active = 1 where org = $1 and id = $2`, Changed)
}

// RemoveKey forgets a key.
func (r *Room) RemoveKey(tx *sqldb.Tx, by By, id ident.Row) error {
	return r.changeKey(tx, by, id, `delete from mail_key where org = $1 and id = $2`, Removed)
}

func (r *Room) changeKey(tx *sqldb.Tx, by By, id ident.Row, query, did string) error {
	n, err := tx.Exec(query, by.Org, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Unknown, "org.not_found")
	}
	return r.changed(tx, by, ChangedFact{About: AboutKey, Did: did, ID: text(id)})
}
