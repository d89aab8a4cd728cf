package conversation

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Letter is a message for the way out.
type Letter struct {
	ID          ident.Outgoing
	Org         ident.Org
	Case        ident.Case
	Entry       ident.Entry
	Channel     string
	FromName    string
	FromAddress string
	ToName      string
	ToAddress   string
	Subject     string
	Text        string
	HTML        string
	MessageID   string
	Parents     []string
	ReplyTo     string
	ReturnPath  string
	Auto        bool
	Locale      string
	State       string // channel.State
	Code        string
	Reason      string
	Attempts    int
	Next        time.Time
	Created     time.Time
	Sent        time.Time
}

// Post puts a message in the outbox. It leaves after the commit. The caller has made ID with NextLetter.
func (r *Room) Post(tx *sqldb.Tx, l Letter) error {
	if _, err := tx.Exec(`insert into outgoing (org, id, case_id, entry, channel, from_name, from_address, to_name, to_address,
		subject, text, html, message_id, parents, reply_to, return_path, auto, locale, state, next_at, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'queued', $19, $20)`,
		l.Org, l.ID, sqldb.Null(l.Case), sqldb.Null(l.Entry), l.Channel, l.FromName, l.FromAddress, l.ToName, l.ToAddress,
		l.Subject, l.Text, l.HTML, l.MessageID, strings.Join(l.Parents, " "), l.ReplyTo, l.ReturnPath, l.Auto, l.Locale,
		tx.Now(), tx.Now()); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.log.WakeFor(Delivered{}.Kind()) })
	return r.Refer(tx, l.Org, l.Case, l.MessageID)
}

// NextLetter makes the identifier of an outgoing message.
func (r *Room) NextLetter(tx *sqldb.Tx) ident.Outgoing { return ident.Outgoing(tx.NewID()) }

const letterColumns = `id, org, case_id, entry, channel, from_name, from_address, to_name, to_address, subject, text, html,
	message_id, parents, reply_to, return_path, auto, locale, state, code, reason, attempts, next_at, created_at, sent_at`

func scanLetter(r sqldb.Row, l *Letter) error {
	var parents string
	err := r.Scan(&l.ID, &l.Org, sqldb.Int(&l.Case), sqldb.Int(&l.Entry), &l.Channel, &l.FromName, &l.FromAddress,
		&l.ToName, &l.ToAddress, &l.Subject, &l.Text, &l.HTML, &l.MessageID, &parents, &l.ReplyTo, &l.ReturnPath,
		sqldb.Bool(&l.Auto), &l.Locale, &l.State, &l.Code, &l.Reason, &l.Attempts, sqldb.Time(&l.Next),
		sqldb.Time(&l.Created), sqldb.Time(&l.Sent))
	l.Parents = strings.Fields(parents)
	return err
}

// lease is how long a node may take to carry a message before another node tries.
const lease = 5 * time.Minute

// Lease takes at most limit messages that are due and keeps other nodes off them for a while. One that waits behind an
// earlier message of the same case waits on: a customer reads them in order.
func (r *Room) Lease(tx *sqldb.Tx, limit int) ([]Letter, error) {
	due, err := sqldb.All(tx, scanLetter, `select `+letterColumns+` from outgoing o
		where state = 'queued' and next_at <= $1 and not exists (
			select 1 from outgoing p where p.org = o.org and p.case_id = o.case_id and p.id < o.id and p.state = 'queued')
		order by next_at limit $2 {skip locked}`, tx.Now(), limit)
	if err != nil {
		return nil, err
	}
	for i := range due {
		due[i].Attempts++
		if _, err := tx.Exec(`update outgoing set next_at = $3, attempts = attempts + 1 where org = $1 and id = $2`,
			due[i].Org, due[i].ID, tx.Now().Add(lease)); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// NextDue is when the next message wants to leave; the zero time when none waits.
func (r *Room) NextDue(tx *sqldb.Tx) (time.Time, error) {
	return sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) },
		`select min(next_at) from outgoing where state = 'queued'`)
}

// giveUp is how long we try to deliver, and atLeast how often: a message that is sent again after days gets its chance.
const (
	giveUp  = 72 * time.Hour
	atLeast = 8
)

// Backoff is the pause after the n-th attempt: a minute, doubling, at most four hours.
func Backoff(n int) time.Duration {
	d := time.Minute
	for ; n > 1 && d < 4*time.Hour; n-- {
		d *= 2
	}
	return min(d, 4*time.Hour)
}

// Carried records that the other side took a message.
func (r *Room) Carried(tx *sqldb.Tx, l Letter) error {
	if _, err := tx.Exec(`update outgoing set state = 'sent', sent_at = $3, reason = '', code = '' where org = $1 and id = $2`,
		l.Org, l.ID, tx.Now()); err != nil {
		return err
	}
	return r.tell(tx, l, "sent", "")
}

// NotCarried records a failed attempt. A temporary failure is tried again, see giveUp; then, and after a lasting
// one, the timeline says that the message did not arrive.
func (r *Room) NotCarried(tx *sqldb.Tx, l Letter, why error) error {
	f := fault.Of(why)
	reason := reasonOf(f)
	if f.Kind == fault.Unavailable && (l.Attempts < atLeast || tx.Now().Before(l.Created.Add(giveUp))) {
		_, err := tx.Exec(`update outgoing set next_at = $3, reason = $4 where org = $1 and id = $2`,
			l.Org, l.ID, tx.Now().Add(Backoff(l.Attempts)), reason)
		return err
	}
	return r.end(tx, l, "failed", "", reason)
}

func reasonOf(f *fault.Fault) string {
	if said, ok := f.Args["reply"]; ok {
		return cut(fmt.Sprint(said), 500)
	}
	return cut(f.Error(), 500)
}

func cut(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// end records that a message will not arrive and says so in the timeline.
func (r *Room) end(tx *sqldb.Tx, l Letter, state, code, reason string) error {
	if _, err := tx.Exec(`update outgoing set state = $3, code = $4, reason = $5 where org = $1 and id = $2`,
		l.Org, l.ID, state, code, reason); err != nil {
		return err
	}
	if l.Case != 0 {
		if _, err := r.Add(tx, Line{
			Org: l.Org, Case: l.Case, Sort: Bounced, Channel: l.Channel, Actor: ledger.Desk,
			Data: Data{To: l.ToAddress, Reason: reason, Subject: l.Subject},
		}); err != nil {
			return err
		}
	}
	return r.tell(tx, l, state, reason)
}

func (r *Room) tell(tx *sqldb.Tx, l Letter, state, reason string) error {
	_, err := r.log.Append(tx, ledger.At{Org: l.Org, Case: l.Case}, Delivered{Outgoing: l.ID, State: state, Reason: reason})
	return err
}

// BouncedBack records that a message that was sent came back. code is an enhanced status code (RFC 3463). Without an
// identifier the message is known by its Message-ID, which begins with one.
func (r *Room) BouncedBack(tx *sqldb.Tx, id ident.Outgoing, messageID, code, reason string) error {
	if id == 0 {
		first, _, _ := strings.Cut(messageID, ".")
		named, err := ident.Parse[ident.Outgoing](first)
		if err != nil {
			return fault.New(fault.Unknown, "conversation.letter_unknown")
		}
		id = named
	} else {
		messageID = ""
	}
	l, err := sqldb.One(tx, scanLetter, `select `+letterColumns+` from outgoing where id = $1 and (message_id = $2 or $2 = '')`, id, messageID)
	if errors.Is(err, sqldb.ErrNone) {
		return fault.New(fault.Unknown, "conversation.letter_unknown")
	}
	if err != nil || l.State == "bounced" {
		return err
	}
	return r.end(tx, l, "bounced", code, cut(reason, 500))
}

// OutboxFilter chooses messages of the outbox. Empty fields choose all.
type OutboxFilter struct {
	To     string
	Case   ident.Case
	State  string
	Before ident.Outgoing
	Limit  int
}

// notThere is the condition of the index on what has not arrived, word for word.
const notThere = `state in ('queued', 'failed', 'bounced')`

// Outbox lists outgoing messages, newest first.
func (r *Room) Outbox(tx *sqldb.Tx, org ident.Org, f OutboxFilter) ([]Letter, error) {
	if f.Before == 0 {
		f.Before = ident.Outgoing(int64(^uint64(0) >> 1))
	}
	where, args := `org = $1 and id < $2`, []any{org, f.Before, f.Limit}
	add := func(clause string, v any) {
		args = append(args, v)
		where += fmt.Sprintf(" and "+clause, len(args))
	}
	if f.To != "" {
		add("to_address = $%d", strings.ToLower(f.To))
	}
	if f.Case != 0 {
		add("case_id = $%d", f.Case)
	}
	if f.State != "" {
		add("state = $%d", f.State)
	}
	if f.State != "" && f.State != "sent" {
		where += " and " + notThere
	}
	return sqldb.All(tx, scanLetter, `select `+letterColumns+` from outgoing where `+where+` order by id desc limit $3`, args...)
}

// Undelivered counts the messages since a moment that failed or came back.
func (r *Room) Undelivered(tx *sqldb.Tx, org ident.Org, since time.Time) (int64, error) {
	return sqldb.Value(tx, `select count(*) from outgoing where org = $1 and created_at >= $2 and state <> 'queued' and `+notThere, org, since)
}

// Letter reads one outgoing message.
func (r *Room) Letter(tx *sqldb.Tx, org ident.Org, id ident.Outgoing) (Letter, error) {
	l, err := sqldb.One(tx, scanLetter, `select `+letterColumns+` from outgoing where org = $1 and id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		err = fault.New(fault.Unknown, "conversation.letter_unknown")
	}
	return l, err
}

// Resend puts a message that failed or came back in the queue again. It leaves after the commit, with the same
// Message-ID: whoever got it after all sees it once.
func (r *Room) Resend(tx *sqldb.Tx, org ident.Org, id ident.Outgoing, by ledger.Actor) error {
	n, err := tx.Exec(`update outgoing set state = 'queued', code = '', reason = '', attempts = 0, next_at = $3
		where org = $1 and id = $2 and state in ('failed', 'bounced')`, org, id, tx.Now())
	if err != nil {
		return err
	}
	l, err := r.Letter(tx, org, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "conversation.not_failed")
	}
	tx.AfterCommit(func() { r.log.WakeFor(Delivered{}.Kind()) })
	_, err = r.log.Append(tx, ledger.At{Org: org, Case: l.Case, Actor: by}, Delivered{Outgoing: id, State: "queued"})
	return err
}

// Trouble counts the messages that wait or did not arrive, over all organisations, by state.
func (r *Room) Trouble(tx *sqldb.Tx) (map[string]int64, error) {
	type count struct {
		state string
		n     int64
	}
	all, err := sqldb.All(tx, func(r sqldb.Row, c *count) error { return r.Scan(&c.state, &c.n) },
		`select state, count(*) from outgoing where `+notThere+` group by state`)
	counts := map[string]int64{"queued": 0, "failed": 0, "bounced": 0}
	for _, c := range all {
		counts[c.state] = c.n
	}
	return counts, err
}
