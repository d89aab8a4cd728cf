package manage

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// auditView is what the trail shows.
type auditView struct {
	Lines []auditLine
	Next  string
}

// auditLine is one fact in a sentence.
type auditLine struct {
	At   time.Time
	Who  string
	Says string
}

// audited are the facts that the trail shows, by how their kinds begin.
var audited = []string{"access.", "automation.", "org.", "staff.skill_"}

func showAudit(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.audit")
	var before int64
	if cursor := s.query("cursor"); cursor != "" {
		var err error
		if before, err = strconv.ParseInt(cursor, 10, 64); err != nil || before <= 0 {
			return nil, fault.New(fault.Unknown, "manage.no_page")
		}
	}
	var all []ledger.Entry
	for _, prefix := range audited {
		some, err := ledger.Of(tx, s.Org.ID, prefix, before, pageSize+1)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b ledger.Entry) int { return cmp.Compare(b.Seq, a.Seq) })
	var v auditView
	if len(all) > pageSize {
		all = all[:pageSize]
		v.Next = "/manage/audit?cursor=" + strconv.FormatInt(all[pageSize-1].Seq, 10)
	}
	accounts, err := s.pages.Access.Accounts(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		v.Lines = append(v.Lines, s.auditLine(e, accounts))
	}
	return auditPage(s, v), nil
}

// auditBody is what any of these facts may hold.
type auditBody struct {
	Account  string   `json:"account"`
	Method   string   `json:"method"`
	IP       string   `json:"ip"`
	Reason   string   `json:"reason"`
	Sessions int64    `json:"sessions"`
	Role     string   `json:"role"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Fields   []string `json:"fields"`
	Purpose  string   `json:"purpose"`
	What     string   `json:"what"`
	Did      string   `json:"did"`
	Name     string   `json:"name"`
	About    string   `json:"about"`
	Operator bool     `json:"operator"`
}

func (s *screen) auditLine(e ledger.Entry, accounts []access.Account) auditLine {
	l := auditLine{At: e.Time, Who: cmp.Or(e.Actor.Name, s.T("manage.audit_desk"))}
	var b auditBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		l.Says = e.Kind
		return l
	}
	person := s.T("manage.audit_somebody")
	for _, a := range accounts {
		if ident.Text(a.ID) == b.Account {
			person = a.Name
		}
	}
	key := "manage.audit_" + strings.ReplaceAll(e.Kind, ".", "_")
	switch e.Kind {
	case "org.changed":
		if key = "manage.audit_org_" + b.Did; b.Did == "changed" && len(b.Fields) > 0 {
			key += "_fields"
		}
	case "staff.skill_changed", "automation.rule_changed":
		key += "_" + b.Did
	case "access.operator_changed":
		if !b.Operator {
			key += "_off"
		}
	}
	if !s.Has(key) {
		l.Says = e.Kind // a fact of a later version, still told by its name
		return l
	}
	l.Says = s.T(key, "person", person, "method", s.orKey("manage.method_", b.Method), "ip", cmp.Or(b.IP, "–"),
		"reason", s.orKey("manage.reason_", b.Reason), "count", b.Sessions, "role", s.orKey("manage.role_", b.Role),
		"from", s.orKey("manage.role_", b.From), "to", s.orKey("manage.role_", s.stateOr(e.Kind, b.To)), "fields", s.fieldNames(b.Fields),
		"purpose", s.orKey("manage.purpose_", b.Purpose), "what", s.orKey("manage.factor_", b.What), "did", s.orKey("manage.did_", b.Did),
		"name", cmp.Or(b.Name, "–"), "about", strings.TrimSpace(s.orKey("manage.about_", b.About)+" "+b.Name))
	return l
}

// stateOr turns the state of an account into the end of its key.
func (s *screen) stateOr(kind, to string) string {
	if kind == "access.state_changed" {
		return "state_" + to
	}
	return to
}

// orKey is the word for a value, or the value itself when there is none.
func (s *screen) orKey(prefix, value string) string {
	if s.Has(prefix + value) {
		return s.T(prefix + value)
	}
	return value
}

func (s *screen) fieldNames(names []string) string {
	var all []string
	for _, n := range names {
		all = append(all, s.orKey("manage.change_", n))
	}
	return cmp.Or(strings.Join(all, ", "), "–")
}
