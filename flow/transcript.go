package flow

import (
	"context"
	"strings"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/intake"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// transcriptLength bounds what one letter holds, in bytes: the end of a conversation. All of it is on the customer's page.
const transcriptLength = 30_000

// Transcript sends the conversation of a live contact by mail. All of it goes only to the proved address of a visitor for
// whom the website vouches. To an address that was only typed, also one that is proved to be somebody's, goes a neutral
// letter with the link to the customer's own page, at most one a day (promise P14): anybody can write down somebody
// else's address, and what was typed in a chat would be a letter to that person.
func (f *Flow) Transcript(ctx context.Context, v AtContact, address string) error {
	return f.holding(ctx, v, func(tx *sqldb.Tx, _ intake.Word, h *held) error {
		if address != "" && !strings.EqualFold(address, h.Case.PartyAddress) {
			if err := f.introduce(tx, h, channel.Person{Address: address}); err != nil {
				return err
			}
		}
		c := &h.Case
		if c.PartyAddress == "" {
			return fault.New(fault.Invalid, "party.address_missing")
		}
		point, err := f.Party.Point(tx, c.Org, c.PartyAddress)
		if err != nil {
			return err
		}
		if h.Contact.Verified && point.Known() && point.Party == c.Party {
			return f.sendTranscript(tx, c)
		}
		if may, err := f.Party.MayMailStranger(tx, c.Org, c.PartyAddress); err != nil || !may {
			return err
		}
		return f.write(tx, c, letter{
			subject: "mail.transcript_subject", auto: true, before: []string{"mail.transcript_link"}, button: "mail.chat_button", noReply: true,
		})
	})
}

func (f *Flow) sendTranscript(tx *sqldb.Tx, c *cases.Case) error {
	o, err := f.Org.Load(tx, c.Org)
	if err != nil {
		return err
	}
	who, err := f.Party.Get(tx, c.Org, c.Party)
	if err != nil {
		return err
	}
	lines, err := f.Conversation.After(tx, c.Org, c.ID, 0)
	if err != nil {
		return err
	}
	t, loc := f.textsFor(o, who.Locale), zone(o)
	var said []string
	for _, e := range lines {
		words := strings.TrimSpace(e.Text)
		if e.Sort.Private() || e.Data.OtherSender != "" || !told[e.Sort] || words == "" {
			continue
		}
		name := firstOf(e.Actor.Name, o.Settings.SenderName, o.Name)
		if e.Actor.Kind == ledger.Customer {
			name, words = firstOf(c.PartyName, t.T("mail.transcript_you")), literal(words)
		}
		said = append(said, "**"+literal(name)+"**, "+t.When(e.At, tx.Now(), loc)+"\n\n"+words)
	}
	words := strings.Join(said, "\n\n")
	for len(words) > transcriptLength && len(said) > 1 { // what is longer is not read as markdown
		said = said[1:]
		words = strings.Join(said, "\n\n")
	}
	return f.write(tx, c, letter{
		subject: "mail.transcript_subject", auto: true, before: []string{"mail.transcript_here"}, words: words,
		after: []string{"mail.chat_goes_on"}, button: "mail.chat_button",
	})
}

// told are the lines that a transcript repeats.
var told = map[conversation.Sort]bool{
	conversation.Message: true, conversation.ReadBack: true, conversation.Corrected: true, conversation.Promised: true,
	conversation.PromiseMoved: true, conversation.Solution: true, conversation.NotSolved: true,
}

// literal writes a customer's words so that every character shows as it was typed: they are no markdown.
func literal(words string) string {
	var b strings.Builder
	for _, r := range words {
		if strings.ContainsRune("\\`*_{}[]<>()#+-.!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
