package sender

import (
	"bytes"
	"crypto"
	"strings"

	"github.com/emersion/go-msgauth/dkim"

	"balie/ground/fault"
)

// Key signs the mail of one domain. Signer is an RSA key of 2048 bits or more, or an Ed25519 key (RFC 8463).
type Key struct {
	Selector string
	Signer   crypto.Signer
}

// signed are the fields that a change to would change the meaning (RFC 6376 section 5.4.1). From, To and Subject stand
// twice: nobody can add a second one without breaking the signature.
var signed = []string{
	"From", "From", "To", "To", "Cc", "Subject", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
	"Reply-To", "Reply-To", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Language",
	"Auto-Submitted",
}

// Sign puts a DKIM signature above the message.
func Sign(raw []byte, domain string, k Key) ([]byte, error) {
	var b bytes.Buffer
	err := dkim.Sign(&b, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: domain, Selector: k.Selector, Signer: k.Signer, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		// Mail without its signature lands in the junk folder and nobody knows; waiting for a mended key is better.
		return nil, fault.Wrap(fault.Unavailable, "email.cannot_sign", err, "domain", domain)
	}
	return b.Bytes(), nil
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}
