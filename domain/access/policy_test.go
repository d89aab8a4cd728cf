package access_test

import (
	"testing"

	"balie/domain/access"
	"balie/ground/fault"
)

// TestEveryActionForEveryRoleAndOrganisation walks the whole table.
func TestEveryActionForEveryRoleAndOrganisation(t *testing.T) {
	seen := map[access.Action]bool{}
	for _, rule := range access.Actions() {
		if seen[rule.Action] {
			t.Errorf("%s stands twice in the table", rule.Action)
		}
		seen[rule.Action] = true
		for _, role := range access.Roles() {
			for _, operator := range []bool{false, true} {
				p := access.Principal{Org: 1, Agent: 7, Role: role, Operator: operator}
				mine, theirs := access.Object{Org: 1, Owner: 7}, access.Object{Org: 2, Owner: 7}
				if !rule.Operator {
					if err := access.May(p, rule.Action, theirs); !fault.Is(err, fault.Unknown) {
						t.Errorf("%s as %s on another organisation: %v", rule.Action, role, err)
					}
					if err := access.May(p, rule.Action, access.Object{Owner: 7}); !fault.Is(err, fault.Unknown) {
						t.Errorf("%s as %s on an object without organisation: %v", rule.Action, role, err)
					}
				}
				err := access.May(p, rule.Action, mine)
				switch {
				case rule.Operator && !operator:
					if !fault.Is(err, fault.Unknown) {
						t.Errorf("%s as %s who is no operator: %v", rule.Action, role, err)
					}
				case role.Covers(rule.Least):
					if err != nil {
						t.Errorf("%s as %s: %v", rule.Action, role, err)
					}
				case !fault.Is(err, fault.Denied):
					t.Errorf("%s as %s: %v", rule.Action, role, err)
				}
				if rule.Own {
					if err := access.May(p, rule.Action, access.Object{Org: 1, Owner: 8}); !fault.Is(err, fault.Unknown) {
						t.Errorf("%s as %s on what belongs to a colleague: %v", rule.Action, role, err)
					}
				}
			}
		}
		for _, nobody := range []access.Principal{{}, {Org: 1}, {Org: 1, Role: "owner"}, {Role: access.Admin, Operator: true}} {
			if err := access.May(nobody, rule.Action, access.Object{Org: 1}); !fault.Is(err, fault.SignIn) {
				t.Errorf("%s as %+v: %v", rule.Action, nobody, err)
			}
		}
	}
	if err := access.May(access.Principal{Org: 1, Agent: 7, Role: access.Admin, Operator: true}, "case.burn", access.Object{Org: 1}); !fault.Is(err, fault.Denied) {
		t.Errorf("an action that is not in the table: %v", err)
	}
	if access.Role("owner").Covers("owner") || access.Role("").Covers("") {
		t.Error("a word that is no role covers something")
	}
}
