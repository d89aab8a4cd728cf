package org

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Mailbox is one at a provider, from which mail is fetched by IMAP.
type Mailbox struct {
	ID      ident.Row
	Org     ident.Org
	Address string // the desk address whose mail lies in it
	Host    string
	Port    int
	TLS     TLS
	User    string
	Auth    Auth
	Folder  string
	Active  bool
	Memory  Memory
	// Credentials are filled in by Mailbox and ActiveMailboxes. In a save, empty ones keep what was there.
	Credentials Credentials
}

// TLS says how the connection is made safe.
type TLS string

// The ways.
const (
	Implicit TLS = "implicit" // from the first byte, RFC 8314
	StartTLS TLS = "starttls"
	Plain    TLS = "none" // for a server on the same machine
)

// Auth says how the mailbox is opened.
type Auth string

// The ways.
const (
	Password Auth = "password"
	XOAuth2  Auth = "xoauth2"
)

// Credentials open the mailbox. They are sealed at rest and print as ***.
type Credentials struct {
	Password     secret.Text
	TokenURL     string // where a refresh token becomes an access token
	ClientID     string
	ClientSecret secret.Text
	RefreshToken secret.Text
}

// Memory is how far the mailbox was read. Reading goes on from here after an outage of any length.
type Memory struct {
	UIDValidity uint32
	UIDNext     uint32
	Aside       []uint32  // below UIDNext, and still to be taken in
	Heard       time.Time // when the server last said anything
	Error       string    // why it cannot be read at the moment, for the administrator
}

// mailboxPurpose binds what is sealed to its use.
const mailboxPurpose = "mailbox credentials"

type credentialsJSON struct {
	Password     string `json:"password,omitempty"`
	TokenURL     string `json:"token_url,omitempty"`
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
}

func (c Credentials) empty() bool {
	return c.Password.Empty() && c.TokenURL == "" && c.ClientID == "" && c.ClientSecret.Empty() && c.RefreshToken.Empty()
}

func (r *Room) sealCredentials(org ident.Org, c Credentials) (string, error) {
	plain, err := json.Marshal(credentialsJSON{c.Password.Reveal(), c.TokenURL, c.ClientID, c.ClientSecret.Reveal(), c.RefreshToken.Reveal()})
	if err != nil {
		return "", fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return r.box.Seal(org, mailboxPurpose, plain)
}

func (r *Room) openCredentials(org ident.Org, sealed string) (Credentials, error) {
	plain, err := r.box.Open(org, mailboxPurpose, sealed)
	if err != nil {
		return Credentials{}, err
	}
	var j credentialsJSON
	if err := json.Unmarshal(plain, &j); err != nil {
		return Credentials{}, fault.Wrap(fault.Internal, "ground.internal", fmt.Errorf("mailbox credentials: %w", err))
	}
	return Credentials{secret.New(j.Password), j.TokenURL, j.ClientID, secret.New(j.ClientSecret), secret.New(j.RefreshToken)}, nil
}

type sealedMailbox struct {
	Mailbox
	sealed string
}

const mailboxColumns = `id, org, address, host, port, tls, username, auth, folder, active, uidvalidity, uidnext, heard, error, sealed`

func scanMailbox(r sqldb.Row, m *sealedMailbox) error {
	return r.Scan(&m.ID, &m.Org, &m.Address, &m.Host, &m.Port, &m.TLS, &m.User, &m.Auth, &m.Folder, sqldb.Bool(&m.Active),
		&m.Memory.UIDValidity, &m.Memory.UIDNext, sqldb.Time(&m.Memory.Heard), &m.Memory.Error, &m.sealed)
}

// Mailboxes lists the mailboxes of an organisation, without credentials.
func (r *Room) Mailboxes(tx *sqldb.Tx, org ident.Org) ([]Mailbox, error) {
	rows, err := sqldb.All(tx, scanMailbox, `select `+mailboxColumns+` from mailbox where org = $1 order by address, id`, org)
	all := make([]Mailbox, len(rows))
	for i, m := range rows {
		all[i] = m.Mailbox
	}
	return all, err
}

// ActiveMailboxes lists the mailboxes of all organisations that must be read, with credentials. One that cannot be
// opened with our key is left out and named in the error; the others are still good.
func (r *Room) ActiveMailboxes(tx *sqldb.Tx) ([]Mailbox, error) {
	rows, err := sqldb.All(tx, scanMailbox, `select `+mailboxColumns+` from mailbox where active = 1 order by id`)
	if err != nil {
		return nil, err
	}
	var all []Mailbox
	var bad error
	for _, m := range rows {
		if m.Credentials, err = r.openCredentials(m.Org, m.sealed); err != nil {
			bad = fmt.Errorf("mailbox %d: %w", m.ID, err)
			continue
		}
		all = append(all, m.Mailbox)
	}
	return all, bad
}

// Mailbox reads one, with credentials.
func (r *Room) Mailbox(tx *sqldb.Tx, org ident.Org, id ident.Row) (Mailbox, error) {
	m, err := found(sqldb.One(tx, scanMailbox, `select `+mailboxColumns+` from mailbox where org = $1 and id = $2`, org, id))
	if err != nil {
		return m.Mailbox, err
	}
	m.Credentials, err = r.openCredentials(org, m.sealed)
	return m.Mailbox, err
}

func (m Mailbox) check() (Mailbox, error) {
	var err error
	if m.Address, err = ParseAddress(m.Address); err != nil {
		return m, err
	}
	m.Host, m.User, m.Folder = strings.ToLower(strings.TrimSpace(m.Host)), strings.TrimSpace(m.User), strings.TrimSpace(m.Folder)
	if m.Folder == "" {
		m.Folder = "INBOX"
	}
	if m.Host == "" || strings.ContainsAny(m.Host, "/@ \r\n") || m.Port < 1 || m.Port > 65535 {
		return m, fault.New(fault.Invalid, "org.mailbox_host_unusable")
	}
	if m.User == "" {
		return m, fault.New(fault.Invalid, "org.mailbox_user_missing")
	}
	if (m.TLS != Implicit && m.TLS != StartTLS && m.TLS != Plain) || (m.Auth != Password && m.Auth != XOAuth2) {
		return m, fault.New(fault.Invalid, "org.choice_unknown", "choice", string(m.TLS)+" "+string(m.Auth))
	}
	if m.Credentials.empty() {
		return m, nil
	}
	if m.Auth == Password && m.Credentials.Password.Empty() {
		return m, fault.New(fault.Invalid, "org.mailbox_password_missing")
	}
	if u, err := url.Parse(m.Credentials.TokenURL); m.Auth == XOAuth2 && (err != nil || u.Scheme != "https" || u.Host == "" ||
		m.Credentials.RefreshToken.Empty()) {
		return m, fault.New(fault.Invalid, "org.mailbox_grant_missing")
	}
	return m, nil
}

// SaveMailbox adds a mailbox, or changes the one with this ID. Another server, user or folder is read from the start.
func (r *Room) SaveMailbox(tx *sqldb.Tx, by By, m Mailbox) (Mailbox, error) {
	m, err := m.check()
	if err != nil {
		return m, err
	}
	m.Org = by.Org
	fact := ChangedFact{About: AboutMailbox, Did: Changed, Name: m.Address}
	if m.ID == 0 {
		if m.Credentials.empty() {
			return m, fault.New(fault.Invalid, "org.mailbox_password_missing")
		}
		m.ID, m.Memory, fact.Did = ident.Row(tx.NewID()), Memory{}, Added
	} else {
		old, err := r.Mailbox(tx, by.Org, m.ID)
		if fault.Is(err, fault.Internal) && !m.Credentials.empty() {
			err = nil // sealed with a key that is gone: new credentials mend it
		}
		if err != nil {
			return m, err
		}
		if m.Memory = old.Memory; old.Host != m.Host || old.User != m.User || old.Folder != m.Folder {
			m.Memory = Memory{}
		}
		if m.Credentials.empty() {
			m.Credentials = old.Credentials
		}
	}
	sealed, err := r.sealCredentials(m.Org, m.Credentials)
	if err != nil {
		return m, err
	}
	if err := putMailbox(tx, m, sealed); err != nil {
		return m, err
	}
	fact.ID = text(m.ID)
	return m, r.changed(tx, by, fact)
}

// putMailbox may take only a row of its own organisation: the condition stands in the update as well.
func putMailbox(tx *sqldb.Tx, m Mailbox, sealed string) error {
	n, err := tx.Exec(`insert into mailbox (id, org, address, host, port, tls, username, auth, folder, active, uidvalidity,
			uidnext, heard, error, sealed)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		on conflict (id) do update set address = excluded.address, host = excluded.host, port = excluded.port,
			tls = excluded.tls, username = excluded.username, auth = excluded.auth, folder = excluded.folder,
			active = excluded.active, uidvalidity = excluded.uidvalidity, uidnext = excluded.uidnext,
			heard = excluded.heard, error = excluded.error, sealed = excluded.sealed
		where mailbox.org = excluded.org`,
		m.ID, m.Org, m.Address, m.Host, m.Port, string(m.TLS), m.User, string(m.Auth), m.Folder, m.Active,
		int64(m.Memory.UIDValidity), int64(m.Memory.UIDNext), m.Memory.Heard, m.Memory.Error, sealed)
	if err == nil && n == 0 {
		err = fault.New(fault.Unknown, "org.not_found")
	}
	return err
}

// RemoveMailbox stops reading a mailbox and forgets its credentials.
func (r *Room) RemoveMailbox(tx *sqldb.Tx, by By, id ident.Row) error {
	n, err := tx.Exec(`delete from mailbox where org = $1 and id = $2`, by.Org, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Unknown, "org.not_found")
	}
	return r.changed(tx, by, ChangedFact{About: AboutMailbox, Did: Removed, ID: text(id)})
}

// Memory reads how far a mailbox was read.
func (r *Room) Memory(tx *sqldb.Tx, org ident.Org, id ident.Row) (Memory, error) {
	return found(sqldb.One(tx, func(r sqldb.Row, m *Memory) error {
		var aside string
		err := r.Scan(&m.UIDValidity, &m.UIDNext, &aside, sqldb.Time(&m.Heard), &m.Error)
		m.Aside = readAside(aside)
		return err
	}, `select uidvalidity, uidnext, aside, heard, error from mailbox where org = $1 and id = $2`, org, id))
}

// Remember saves how far a mailbox was read. It is no change by a person and writes no fact.
func (r *Room) Remember(tx *sqldb.Tx, org ident.Org, id ident.Row, m Memory) error {
	if len(m.Error) > 500 {
		m.Error = strings.ToValidUTF8(m.Error[:500], "")
	}
	n, err := tx.Exec(`update mailbox set uidvalidity = $3, uidnext = $4, heard = $5, error = $6, aside = $7
		where org = $1 and id = $2`,
		org, id, int64(m.UIDValidity), int64(m.UIDNext), m.Heard, m.Error, writeAside(m.Aside))
	if err == nil && n == 0 {
		err = fault.New(fault.Unknown, "org.not_found")
	}
	return err
}

// Heard notes when the server of a mailbox last said anything, and what is wrong with it. It looks the mailbox up by its
// identifier alone, since the fetcher serves all organisations, and writes no fact.
func (r *Room) Heard(tx *sqldb.Tx, id ident.Row, at time.Time, problem string) error {
	if len(problem) > 500 {
		problem = strings.ToValidUTF8(problem[:500], "")
	}
	_, err := tx.Exec(`update mailbox set heard = coalesce($2, heard), error = $3 where id = $1`, id, at, problem)
	return err
}

// readAside and writeAside keep a short list of numbers in one column, with spaces between.
func readAside(s string) (uids []uint32) {
	for _, word := range strings.Fields(s) {
		if n, err := strconv.ParseUint(word, 10, 32); err == nil {
			uids = append(uids, uint32(n))
		}
	}
	return uids
}

func writeAside(uids []uint32) string {
	words := make([]string, len(uids))
	for i, n := range uids {
		words[i] = strconv.FormatUint(uint64(n), 10)
	}
	return strings.Join(words, " ")
}
