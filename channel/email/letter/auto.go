package letter

import (
	"strings"

	"github.com/emersion/go-msgauth/authres"
)

// automatic says whether a machine sent it, by RFC 3834 section 2 and the marks that programs use in its place. To be
// wrong here costs a receipt; to be wrong the other way starts a loop.
func automatic(root *Part, from, subject string, o Options) bool {
	h := root.Header
	if o.NullReturnPath || from == "" || root.Type == "multipart/report" {
		return true
	}
	if rp := h.Get("return-path"); h.Has("return-path") && strings.Trim(rp, " \t<>") == "" {
		return true
	}
	if v, _ := parseValue(h.Get("auto-submitted")); v != "" && v != "no" {
		return true
	}
	switch v, _ := parseValue(h.Get("precedence")); v {
	case "bulk", "list", "junk", "auto_reply", "auto-reply":
		return true
	}
	if v, _ := parseValue(h.Get("x-auto-response-suppress")); v != "" && v != "none" {
		return true
	}
	for i := range h {
		switch name := h[i].Name; {
		case strings.HasPrefix(name, "list-"), name == "x-autoreply", name == "x-autorespond", name == "x-autoresponse",
			name == "x-auto-reply", name == "x-loop", name == "mailing-list", name == "x-mailing-list",
			name == "feedback-id", name == "x-failed-recipients":
			return true
		}
	}
	return machine(from) || autoSubject(subject)
}

// machine knows the mailboxes behind which nobody reads (RFC 3834 section 2, RFC 2142).
func machine(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	squeezed := strings.NewReplacer("-", "", "_", "", ".", "").Replace(local)
	switch squeezed {
	case "mailerdaemon", "postmaster", "noreply", "donotreply", "nietbeantwoorden", "nietantwoorden", "geenantwoord", "bounce", "bounces":
		return true
	}
	return strings.HasPrefix(local, "owner-") || strings.HasSuffix(local, "-request") ||
		strings.HasPrefix(squeezed, "noreply") || strings.HasSuffix(squeezed, "noreply") || strings.HasPrefix(local, "bounce-") || strings.HasPrefix(local, "bounces+")
}

func autoSubject(subject string) bool {
	s := strings.ToLower(subject)
	for _, prefix := range []string{
		"automatisch antwoord:", "automatic reply:", "out of office", "niet aanwezig:", "afwezigheidsbericht",
		"autoreply:", "auto-reply:", "automatische reactie", "undeliverable:", "onbestelbaar:", "mail delivery failed",
		"delivery status notification",
	} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// proof is "dmarc" when a server that we trust found that the domain in From sent this (RFC 7489). Only the topmost
// result of that server counts: it is the one it added last.
func proof(h Header, from string, trusted []string) string {
	for i := range h {
		if h[i].Name != "authentication-results" {
			continue
		}
		id, results, err := authres.Parse(h[i].Value)
		id, _, _ = strings.Cut(id, " ") // a version may follow: RFC 8601 section 2.2
		if id == "" || !listed(trusted, id) {
			continue
		}
		if err != nil {
			return ""
		}
		for _, r := range results {
			if d, ok := r.(*authres.DMARCResult); ok && d.Value == authres.ResultPass && sameDomain(d.From, from) {
				return "dmarc"
			}
		}
		return ""
	}
	return ""
}

func listed(list []string, id string) bool {
	for _, s := range list {
		if s != "" && strings.EqualFold(s, id) {
			return true
		}
	}
	return false
}

// sameDomain compares the domain that was tested with the one in From. A result that names none is about From by
// definition.
func sameDomain(tested, from string) bool {
	_, domain, _ := strings.Cut(from, "@")
	if i := strings.LastIndexByte(tested, '@'); i >= 0 {
		tested = tested[i+1:]
	}
	return tested == "" || strings.EqualFold(strings.TrimSuffix(tested, "."), domain)
}
