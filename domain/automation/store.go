package automation

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Migrations makes the tables of this room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// signer makes the secrets of the calls.
type signer interface {
	Sign(purpose string, parts ...string) string
}

// Room keeps the rules, what they did, and the calls on their way out.
type Room struct {
	log    *ledger.Log
	sign   signer
	org    *org.Room
	people *access.Room
}

// New makes the room. What a rule names must exist, so it asks the rooms that have it.
func New(log *ledger.Log, sign signer, o *org.Room, people *access.Room) *Room {
	return &Room{log: log, sign: sign, org: o, people: people}
}

const columns = `id, org, name, cause, matching, conditions, actions, on_since, version, created_at`

func (r *Room) scan(row sqldb.Row, v *Rule) error {
	var when, then string
	if err := row.Scan(&v.ID, &v.Org, &v.Name, &v.Trigger, &v.Match, &when, &then, sqldb.Time(&v.On), &v.version, sqldb.Time(&v.Created)); err != nil {
		return err
	}
	v.Secret = secret.New(r.sign.Sign("webhook secret", ident.Text(v.Org), ident.Text(v.ID), strconv.FormatInt(v.version, 10)))
	return errors.Join(json.Unmarshal([]byte(when), &v.If), json.Unmarshal([]byte(then), &v.Then))
}

// Rules lists the rules of an organisation in the order in which they are asked: the oldest first.
func (r *Room) Rules(tx *sqldb.Tx, o ident.Org) ([]Rule, error) {
	return sqldb.All(tx, r.scan, `select `+columns+` from rule where org = $1 order by id`, o)
}

// For lists the rules that are on and wait for a trigger.
func (r *Room) For(tx *sqldb.Tx, o ident.Org, t Trigger) ([]Rule, error) {
	return sqldb.All(tx, r.scan, `select `+columns+` from rule where org = $1 and cause = $2 and on_since is not null order by id`, o, string(t))
}

// Rule reads one.
func (r *Room) Rule(tx *sqldb.Tx, o ident.Org, id ident.Rule) (Rule, error) {
	v, err := sqldb.One(tx, r.scan, `select `+columns+` from rule where org = $1 and id = $2`, o, id)
	if errors.Is(err, sqldb.ErrNone) {
		return v, fault.New(fault.Unknown, "automation.unknown")
	}
	return v, err
}

// Check refuses a rule that cannot work, and gives the form in which it is kept. What it names must be there.
func (r *Room) Check(tx *sqldb.Tx, o ident.Org, v Rule) (Rule, error) {
	v, err := v.check()
	if err != nil {
		return v, err
	}
	for _, c := range v.If {
		if err := r.named(tx, o, c); err != nil {
			return v, Refused{c.Field, err}
		}
	}
	return v, r.able(tx, o, v.Then)
}

// able refuses what cannot be done because what it names is not there.
func (r *Room) able(tx *sqldb.Tx, o ident.Org, t Then) error {
	if t.Department != 0 {
		if d, err := r.org.Department(tx, o, t.Department); err != nil || d.Retired {
			return missing(cmp.Or(err, error(noDepartment())), noDepartment())
		}
	}
	if t.Reply != 0 {
		if _, err := r.org.Reply(tx, o, t.Reply); err != nil {
			return missing(err, fault.New(fault.Invalid, "automation.reply_gone"))
		}
	}
	if t.Mention != 0 {
		left := fault.New(fault.Invalid, "automation.mention_gone")
		if a, err := r.people.Account(tx, o, t.Mention); err != nil || a.State == access.Blocked {
			return missing(cmp.Or(err, error(left)), left)
		}
	}
	return nil
}

func (r *Room) named(tx *sqldb.Tx, o ident.Org, c Condition) error {
	switch c.Field {
	case Department:
		id, err := ident.Parse[ident.Department](c.Value)
		if err != nil {
			return err
		}
		_, err = r.org.Department(tx, o, id)
		return missing(err, noDepartment())
	case Site:
		id, err := ident.Parse[ident.Site](c.Value)
		if err != nil {
			return err
		}
		_, err = r.org.Site(tx, o, id)
		return missing(err, fault.New(fault.Invalid, "automation.site_gone"))
	}
	return nil
}

// missing says by key that what was chosen is not there; what else went wrong stays what it was.
func missing(err error, refusal *fault.Fault) error {
	if fault.Is(err, fault.Unknown) {
		return refusal
	}
	return err
}

func noDepartment() *fault.Fault { return fault.New(fault.Invalid, "automation.department_gone") }

// Save adds a rule, which is off at first, or changes the one with this ID.
func (r *Room) Save(tx *sqldb.Tx, by org.By, v Rule) (Rule, error) {
	v, err := r.Check(tx, by.Org, v)
	if err != nil {
		return v, err
	}
	when, err := json.Marshal(slices.Concat([]Condition{}, v.If))
	if err != nil {
		return v, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	then, err := json.Marshal(v.Then)
	if err != nil {
		return v, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	did, n := Changed, int64(1)
	if v.ID == 0 {
		v.ID, did = ident.Rule(tx.NewID()), Added
		_, err = tx.Exec(`insert into rule (org, id, name, cause, matching, conditions, actions, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			by.Org, v.ID, v.Name, string(v.Trigger), string(v.Match), string(when), string(then), tx.Now())
	} else {
		n, err = tx.Exec(`update rule set name = $3, cause = $4, matching = $5, conditions = $6, actions = $7 where org = $1 and id = $2`,
			by.Org, v.ID, v.Name, string(v.Trigger), string(v.Match), string(when), string(then))
	}
	if err != nil {
		return v, err
	}
	if n == 0 {
		return v, fault.New(fault.Unknown, "automation.unknown")
	}
	return v, r.changed(tx, by, v, did)
}

func (r *Room) changed(tx *sqldb.Tx, by org.By, v Rule, did Did) error {
	_, err := r.log.Append(tx, ledger.At{Org: by.Org, Actor: by.Actor}, RuleChangedFact{Rule: v.ID, Name: v.Name, Did: did})
	return err
}

// SwitchOn lets a rule work from now on; what happened before is left alone.
func (r *Room) SwitchOn(tx *sqldb.Tx, by org.By, id ident.Rule) error {
	v, err := r.Rule(tx, by.Org, id)
	if err != nil || !v.On.IsZero() {
		return err
	}
	if _, err := r.Check(tx, by.Org, v); err != nil {
		return err
	}
	return r.turn(tx, by, v, SwitchedOn, tx.Now())
}

// SwitchOff lets a rule do nothing any more. Its calls that wait still leave.
func (r *Room) SwitchOff(tx *sqldb.Tx, by org.By, id ident.Rule) error {
	v, err := r.Rule(tx, by.Org, id)
	if err != nil || v.On.IsZero() {
		return err
	}
	return r.turn(tx, by, v, SwitchedOff, time.Time{})
}

func (r *Room) turn(tx *sqldb.Tx, by org.By, v Rule, did Did, since time.Time) error {
	if _, err := tx.Exec(`update rule set on_since = $3 where org = $1 and id = $2`, by.Org, v.ID, since); err != nil {
		return err
	}
	return r.changed(tx, by, v, did)
}

// RenewSecret makes the secret of a rule's calls another one. The old one stops working at once.
func (r *Room) RenewSecret(tx *sqldb.Tx, by org.By, id ident.Rule) error {
	v, err := r.Rule(tx, by.Org, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`update rule set version = version + 1 where org = $1 and id = $2`, by.Org, id); err != nil {
		return err
	}
	return r.changed(tx, by, v, Renewed)
}

// Remove takes a rule away, with its calls. What it did stands in the timelines.
func (r *Room) Remove(tx *sqldb.Tx, by org.By, id ident.Rule) error {
	v, err := r.Rule(tx, by.Org, id)
	if err != nil {
		return err
	}
	for _, q := range []string{
		`delete from webhook_call where org = $1 and rule = $2`, `delete from receiver where org = $1 and rule = $2`,
		`delete from rule_run where org = $1 and rule = $2`, `delete from rule where org = $1 and id = $2`,
	} {
		if _, err := tx.Exec(q, by.Org, id); err != nil {
			return err
		}
	}
	return r.changed(tx, by, v, Removed)
}
