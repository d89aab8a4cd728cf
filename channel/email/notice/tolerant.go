package notice

import (
	"regexp"
	"strings"

	"balie/channel/email/letter"
)

// tolerant reads the reports of servers that have a form of their own. That a server wrote it was seen before; here a
// sign of an outcome is asked for. A customer who complains about a bounce gives only that.
func tolerant(root *letter.Part, m material) (Notice, bool) {
	text := m.text
	if m.status != nil {
		data := m.status.Data()
		text = strings.ReplaceAll(string(data[:min(len(data), 64<<10)]), "\r\n", "\n") + "\n" + text
	}
	own, _, _ := strings.Cut(text, "Received: from ") // the copy of our own message is not the server's word
	n := Notice{
		Recipient: recipient(root, own),
		Action:    strings.ToLower(first(value(own, "action:"))),
		Status:    statusIn(value(own, "status:")),
		Reason:    typed(value(own, "diagnostic-code:")),
	}
	if n.Status == "" {
		n.Status = statusIn(own)
	}
	if n.Reason == "" {
		n.Reason = sentence(own)
	}
	low := strings.ToLower(own)
	switch {
	case n.Action != "":
	case contains(low, "will be retried", "still being attempted", "will continue to", "nog niet bezorgd", "vertraagd", "delayed"):
		n.Outcome = Delayed
	case contains(low, "successfully delivered", "is afgeleverd", "has been delivered"):
		n.Outcome = Delivered
	case n.Status != "" || contains(low, failures...):
		n.Outcome = Failed
	default:
		return Notice{}, false
	}
	return n, n.Recipient != "" || n.Status != "" || m.original != nil
}

var failures = []string{
	"could not be delivered", "couldn't be delivered", "wasn't delivered", "was not delivered", "undeliverable",
	"delivery has failed", "delivery failed", "permanent error", "permanent failure", "user unknown", "unknown user",
	"mailbox full", "mailbox unavailable", "quota exceeded", "over quota", "does not exist", "no such user",
	"address rejected", "kon niet worden bezorgd", "kan niet worden bezorgd", "niet bezorgd", "niet afgeleverd",
	"onbestelbaar", "bestaat niet", "postvak is vol", "postbus is vol", "unable to deliver",
}

func contains(s string, any ...string) bool {
	for _, a := range any {
		if strings.Contains(s, a) {
			return true
		}
	}
	return false
}

// fromServer looks for what a person's mail does not have.
func fromServer(root *letter.Part, m material) bool {
	h := root.Header
	if root.Type == "multipart/report" && root.Params["report-type"] != "disposition-notification" &&
		root.Params["report-type"] != "feedback-report" || h.Has("x-failed-recipients") {
		return true
	}
	if m.status != nil && len(root.Children) > 0 {
		for _, c := range root.Children {
			if c == m.status {
				return true
			}
		}
	}
	from := strings.ToLower(letter.DecodeWords(h.Get("from")))
	return contains(from, "mailer-daemon@", "mailer-daemon", "postmaster@", "mail delivery s", "microsoftexchange", "mailerdaemon@")
}

// recipient finds the address that the report is about.
func recipient(root *letter.Part, text string) string {
	for _, s := range []string{
		value(text, "original-recipient:"), value(text, "final-recipient:"), root.Header.Get("x-failed-recipients"),
	} {
		if a := addresses.FindString(s); a != "" {
			return a
		}
	}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if a := addresses.FindString(line); a != "" && !strings.HasPrefix(strings.ToLower(line), "message-id") && !contains(strings.ToLower(a), "mailer-daemon", "postmaster") {
			return a
		}
	}
	return ""
}

var (
	addresses = regexp.MustCompile(`[^\s<>"'(),:;\[\]\\]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+`)
	enhanced  = regexp.MustCompile(`(?:^|[^0-9.])([245]\.\d{1,3}\.\d{1,3})(?:[^0-9.]|\.?$|\.\s)`)
	basic     = regexp.MustCompile(`(?m)(?:^|[\s:(#])([45])(\d\d)[\s-]`)
	idLine    = regexp.MustCompile(`(?im)^[>\s]*message-id:\s*<([^<>\s]{1,500})>`)
)

// statusIn finds an enhanced status code, or makes one of a reply code of SMTP: 550 becomes 5.0.0 (RFC 3463).
func statusIn(s string) string {
	if m := enhanced.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	if m := basic.FindStringSubmatch(s + " "); m != nil {
		return m[1] + ".0.0"
	}
	return ""
}

func messageID(s string) string {
	if m := idLine.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// value gives the value of the first line that begins with a label, with the indented lines after it.
func value(text, label string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if len(line) < len(label) || !strings.EqualFold(line[:len(label)], label) {
			continue
		}
		v := strings.TrimSpace(line[len(label):])
		for k := i + 1; k < len(lines) && k < i+10 && strings.HasPrefix(lines[k], " "); k++ {
			v += " " + strings.TrimSpace(lines[k])
		}
		return v
	}
	return ""
}

// sentence finds the words of a server in a text for people: the line with a code, else the first that tells of a
// failure.
func sentence(text string) string {
	lines := strings.Split(text, "\n")
	for _, line := range lines {
		if line = strings.TrimSpace(line); statusIn(line) != "" {
			return line
		}
	}
	for _, line := range lines {
		if line = strings.TrimSpace(line); contains(strings.ToLower(line), failures...) {
			return line
		}
	}
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}
