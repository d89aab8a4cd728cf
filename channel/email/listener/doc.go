// Package listener takes in mail over SMTP (RFC 5321) and LMTP (RFC 2033). It answers 250 only after the desk has the
// message on disk, takes mail for desk addresses alone, so that it can never be a relay, and names the reason or the
// limit when it refuses.
package listener
