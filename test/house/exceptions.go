package house

import (
	"fmt"
	"slices"
	"strings"
)

// Exception lets one thing break one rule. It goes when the reason goes: an exception that nothing needs is a finding.
type Exception struct{ Rule, What, Reason string }

// Exceptions are those of the house. What is that of the finding, which prints it after the rule; a star at its end
// stands for anything.
var Exceptions = []Exception{
	{"query", "domain/org/address.go Room.ByAddress", "a desk address is what tells to which organisation a mail belongs"},
	{"query", "domain/org/store.go Room.BySlug", "the name in a web address is what tells which organisation is meant"},
	{"query", "domain/org/store.go Room.List", "for the operator, who looks after all organisations; no audience can reach it"},
	{"query", "domain/org/mailbox.go Room.Heard", "the fetcher notes how its own mailboxes are doing; it reads nothing"},
	{"query", "domain/org/mailbox.go Room.ActiveMailboxes", "one fetcher serves the mailboxes of all organisations"},
	{"query", "domain/access/attempt.go *", "attempts are counted before it is known who asks, so before there is an organisation"},
	{"query", "domain/access/link.go Room.withAccount", "the first account of the installation: there is no organisation yet"},
	{"query", "domain/access/link.go Room.FirstLink", "the first account of the installation: there is no organisation yet"},
	{"query", "domain/access/link.go Room.AskReset", "who forgot a password gives an e-mail address; the account tells the organisation"},
	{"query", "domain/access/passkey.go Room.byHandle", "a passkey says who signs in; the account tells the organisation"},
	{"query", "domain/access/signin.go Room.Knock", "who signs in gives an e-mail address; the account tells the organisation"},
	{"query", "domain/access/store.go Room.Sweep", "what has expired goes, whosever it was; nothing of it is read"},
	{"query", "domain/access/store.go Room.flush", "the rows were looked up by their secret in this process; only a time is written"},
	{"query", "domain/cases/list.go Room.DueSilence", "one clock serves all organisations; each case carries its own"},
	{"query", "domain/cases/line.go Room.DueAnswer", "one clock serves all organisations; each case carries its own"},
	{"query", "domain/staff/store.go Room.Ready", "it tells which organisations have somebody who has room"},
	{"query", "domain/cases/list.go Room.DueWake", "one clock serves all organisations; each case carries its own"},
	{"query", "domain/cases/list.go Room.NextDue", "only a moment comes out: when the clock for all organisations must look again"},
	{"query", "domain/promise/store.go Room.Due", "one clock serves all organisations; each promise carries its own"},
	{"query", "domain/promise/store.go Room.NextDue", "only a moment comes out: when the clock for all organisations must look again"},
	{"query", "domain/queue/store.go Room.Orgs", "only the names of the organisations come out where somebody waits"},
	{"query", "domain/routing/store.go Room.Orgs", "only the names of the organisations come out where something is put to somebody"},
	{"query", "domain/routing/store.go Room.Overdue", "one clock serves all organisations; each offer carries its own"},
	{"query", "domain/routing/store.go Room.NextDue", "only a moment comes out: when the clock for all organisations must look again"},
	{"query", "domain/staff/store.go Room.GoneSince", "one clock serves all organisations; each screen carries its own"},
	{"query", "domain/staff/store.go Room.NextGone", "only a moment comes out: when the clock for all organisations must look again"},
	{"query", "domain/automation/webhook.go Room.Lease", "one sender serves all organisations; each call carries its own"},
	{"query", "domain/automation/webhook.go Room.NextDue", "only a moment comes out: when the sender for all organisations must look again"},
	{"query", "domain/staff/push.go Room.TakeNudges", "one sender serves all organisations; each nudge carries its own"},
	{"query", "domain/staff/push.go Room.NextNudge", "only a moment comes out: when the sender for all organisations must look again"},
	{"query", "domain/conversation/visit.go Room.Orphans", "one node looks after the visitors of those that died; each visit carries its own"},
	{"query", "domain/conversation/outbox.go Room.NextDue", "one sender serves all organisations; each message carries its own"},
	{"query", "domain/conversation/outbox.go Room.Trouble", "a measure of the whole program; only counts come out"},
	{"query", "domain/conversation/outbox.go Room.BouncedBack", "a bounce names the message, and the message its organisation"},
}

func (e Exception) excuses(f Finding) bool {
	if start, ok := strings.CutSuffix(e.What, "*"); ok {
		return e.Rule == f.Rule && strings.HasPrefix(f.What, start)
	}
	return e.Rule == f.Rule && e.What == f.What
}

// Unexcused takes out the findings that have an exception, and adds a finding for each exception that has no finding
// or no reason.
func Unexcused(found []Finding, exceptions []Exception) []Finding {
	used := make([]bool, len(exceptions))
	var left []Finding
	for _, f := range found {
		i := slices.IndexFunc(exceptions, func(e Exception) bool { return e.excuses(f) })
		if i < 0 {
			left = append(left, f)
			continue
		}
		used[i] = true
	}
	for i, e := range exceptions {
		f := Finding{Rule: "exception", What: fmt.Sprintf("%s: %s", e.Rule, e.What), Where: "test/house/exceptions.go"}
		switch {
		case !used[i]:
			f.Says = "nothing needs this exception any more"
			left = append(left, f)
		case len(e.Reason) < 20:
			f.Says = "an exception says why"
			left = append(left, f)
		}
	}
	return left
}

// Rules are all the rules, in the order in which a reader would want to mend what they find.
var Rules = []struct {
	Name  string
	Check func(*Tree) []Finding
}{
	{"TheOrderOfTheHouseIsKept", Imports},
	{"NothingIsTooLongAndEveryPackageSaysWhatItIs", Sizes},
	{"TimeIsAnArgumentAndImportingDoesNothing", Habits},
	{"EveryTableCarriesItsOrganisation", Organisations},
	{"EveryQueryAsksForItsOrganisation", Queries},
	{"EveryTextExistsInEveryLanguage", Texts},
	{"EveryFactHasOneMeaning", Facts},
	{"TheProjectSpeaksOfItselfAlone", Words},
	{"DocumentsAreAsTheCodeIs", Documents},
}
