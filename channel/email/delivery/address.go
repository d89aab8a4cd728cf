package delivery

import (
	"strings"

	"balie/ground/fault"
)

// maxAddress is the longest path that RFC 5321 section 4.5.3.1.3 lets a server count on, without its brackets.
const maxAddress = 254

// Split takes an address apart into the base address, which a desk may have, and the token of a reply address:
// "desk+TOKEN@energie-oost.example". The domain comes back in lower case, the token as it was written.
func Split(address string) (base, token string, err error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 || len(address) > maxAddress {
		return "", "", fault.New(fault.Invalid, "email.bad_address")
	}
	local, domain := address[:at], strings.ToLower(strings.TrimSuffix(address[at+1:], "."))
	if domain == "" || strings.ContainsFunc(local, unfit) || strings.ContainsFunc(domain, unfit) {
		return "", "", fault.New(fault.Invalid, "email.bad_address")
	}
	name, token, _ := strings.Cut(local, "+")
	if name == "" {
		return "", "", fault.New(fault.Invalid, "email.bad_address")
	}
	return name + "@" + domain, token, nil
}

// unfit finds what no address of a desk holds, and what could break out of a header or an answer line.
func unfit(r rune) bool {
	return r <= ' ' || r == 0x7f || r == '<' || r == '>' || r == '"' || r == ',' || r == ';' || r == '@' || r == 0xfffd
}
