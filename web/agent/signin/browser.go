package signin

import (
	"strings"

	"balie/domain/access"
)

// known are words of a User-Agent header with the names that people know. The first that occurs counts, since most
// browsers name others as well.
var (
	knownBrowsers = [][2]string{{"Edg", "Edge"}, {"OPR", "Opera"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	knownSystems  = [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"Linux", "Linux"},
	}
)

// browser says in a few words what somebody signed in with.
func (f *frame) browser(header string) string {
	name := ""
	for _, list := range [][][2]string{knownBrowsers, knownSystems} {
		for _, known := range list {
			if strings.Contains(header, known[0]) {
				name = strings.TrimPrefix(name+", "+known[1], ", ")
				break
			}
		}
	}
	if name == "" {
		return f.T("signin.browser_unknown")
	}
	return name
}

// keyUsed says when a passkey was used last.
func (f *frame) keyUsed(k access.Passkey) string {
	if k.Used.IsZero() {
		return f.T("signin.passkey_unused")
	}
	return f.T("signin.passkey_used", "when", f.Ago(k.Used, f.Now))
}
