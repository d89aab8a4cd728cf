// Package email is the mail channel: it listens for mail, fetches mail from mailboxes and sends what the desk says.
// What is done where: listener takes in over SMTP and LMTP, mailbox fetches over IMAP, letter reads, delivery hands to
// the desk, sender composes and sends. This package puts them together and decides nothing itself.
package email

import "embed"

// Texts are what the faults and problems of this package and those below it say, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS
