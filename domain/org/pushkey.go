package org

import (
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"io"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// PushKey signs web push (VAPID, RFC 8292). A browser ties what it subscribes to to the public half, so it is made once
// and stays. The private half is sealed at rest.
type PushKey struct {
	Public  string // base64url of the uncompressed point
	Private secret.Text
}

const pushKeyPurpose = "push key"

// NewPushKey makes a key pair.
func NewPushKey(chance io.Reader) (PushKey, error) {
	pair, err := ecdh.P256().GenerateKey(chance)
	if err != nil {
		return PushKey{}, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	code := base64.RawURLEncoding
	return PushKey{code.EncodeToString(pair.PublicKey().Bytes()), secret.New(code.EncodeToString(pair.Bytes()))}, nil
}

// PushKey is the key of an organisation; ok is false when none was made yet.
func (r *Room) PushKey(tx *sqldb.Tx, org ident.Org) (k PushKey, ok bool, err error) {
	var sealed string
	k, err = sqldb.One(tx, func(row sqldb.Row, k *PushKey) error { return row.Scan(&k.Public, &sealed) },
		`select public, sealed from push_key where org = $1`, org)
	if errors.Is(err, sqldb.ErrNone) {
		return k, false, nil
	}
	if err != nil {
		return k, false, err
	}
	private, err := r.box.Open(org, pushKeyPurpose, sealed)
	k.Private = secret.New(string(private))
	return k, err == nil, err
}

// KeepPushKey keeps a new key, unless another was kept meanwhile; what counts is the one that PushKey gives.
func (r *Room) KeepPushKey(tx *sqldb.Tx, org ident.Org, k PushKey) error {
	sealed, err := r.box.Seal(org, pushKeyPurpose, []byte(k.Private.Reveal()))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into push_key (org, public, sealed, created_at) values ($1, $2, $3, $4) on conflict do nothing`,
		org, k.Public, sealed, tx.Now())
	return err
}
