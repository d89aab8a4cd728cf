package listener

import (
	"fmt"
	"sort"
	"strings"

	"github.com/emersion/go-smtp"

	"balie/ground/fault"
)

// What a sending server hears. A person reads it in the bounce, so it says what is wrong and what to do.
// The language of the protocol is English (RFC 5321 section 4.2).
var sentences = map[string]string{
	"email.bad_address":      "This is not a mail address.",
	"email.two_from":         "The message names more than one sender in From. Send it again with one.",
	"email.too_large":        "The message is larger than this desk takes.",
	"email.header_too_large": "The header of the message is larger than this desk takes (bytes).",
	"email.too_many_parts":   "The message has more parts than this desk takes.",
	"email.too_many_files":   "The message has more attachments than this desk takes.",
	"email.too_deep":         "The message has more messages inside each other than this desk takes.",
	"email.no_room":          "This desk is handling too much mail at this moment. Try again later.",
	"email.cut_off":          "The message did not come in whole. Send it again.",
	"email.broke_off":        "Something went wrong here; the message was not taken. Try again later.",
	"email.too_many_unknown": "Too many unknown addresses on this connection. Try again later.",
}

// temporary says whether the sender should try again.
func temporary(k fault.Kind) bool {
	switch k {
	case fault.Unavailable, fault.Internal, fault.Conflict, fault.TooMany:
		return true
	default:
		return false
	}
}

// answer turns a fault into a reply code, an enhanced code (RFC 3463) and a sentence; nil stays nil.
func answer(err error) error {
	if err == nil {
		return nil
	}
	f := fault.Of(err)
	text := sentence(f)
	switch {
	case temporary(f.Kind):
		return reply(451, smtp.EnhancedCode{4, 3, 0}, text)
	case f.Kind == fault.TooLarge:
		return reply(552, smtp.EnhancedCode{5, 3, 4}, text)
	case f.Kind == fault.Invalid && f.Key == "email.two_from":
		return reply(550, smtp.EnhancedCode{5, 6, 0}, text)
	case f.Kind == fault.Unknown:
		return reply(550, smtp.EnhancedCode{5, 1, 1}, text)
	case f.Kind == fault.Denied:
		return reply(550, smtp.EnhancedCode{5, 7, 1}, text)
	default:
		return reply(554, smtp.EnhancedCode{5, 6, 0}, text)
	}
}

// noSuchAddress names the address, so that the sender sees the slip of the pen.
func noSuchAddress(to string) error {
	return reply(550, smtp.EnhancedCode{5, 1, 1}, "<"+to+">: nobody here has this address. Check how it is written.")
}

func reply(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: oneLine(text)}
}

// sentence says what is wrong and names the limits that the fault carries.
func sentence(f *fault.Fault) string {
	text := sentences[f.Key]
	if text == "" && temporary(f.Kind) {
		text = "The message cannot be stored now and was not taken. Try again later."
	}
	if text == "" {
		text = "The message cannot be taken (" + f.Key + ")."
	}
	names := make([]string, 0, len(f.Args))
	for name := range f.Args {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		text += " " + measure(name, f.Args[name]) + "."
	}
	return text
}

// measure writes a limit for a person: bytes as mebibytes where they are many.
func measure(name string, value any) string {
	label := strings.ReplaceAll(strings.TrimSuffix(name, "_bytes"), "_", " ")
	if label != "" {
		label = strings.ToUpper(label[:1]) + label[1:]
	}
	if n, ok := value.(int64); ok && strings.HasSuffix(name, "_bytes") {
		if n >= 1<<20 {
			return fmt.Sprintf("%s: %d MiB (%d bytes)", label, n>>20, n)
		}
		return fmt.Sprintf("%s: %d bytes", label, n)
	}
	return fmt.Sprintf("%s: %v", label, value)
}

// oneLine keeps an answer from becoming two: it may hold what a stranger sent.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if len(s) > 400 {
		s = strings.ToValidUTF8(s[:400], "")
	}
	return s
}
