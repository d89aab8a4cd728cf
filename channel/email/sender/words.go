package sender

import (
	"fmt"

	"github.com/emersion/go-smtp"
)

// enhanced is the status code of RFC 3463; made from the reply code when the server gave none.
func enhanced(e *smtp.SMTPError) string {
	if e.EnhancedCode[0] > 0 {
		return fmt.Sprintf("%d.%d.%d", e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2])
	}
	return fmt.Sprintf("%d.0.0", e.Code/100)
}

// words are the server's own, on one line and not without end.
func words(e *smtp.SMTPError) string { return fmt.Sprintf("%d %s", e.Code, text(e.Message, 480)) }

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] > 0x7f {
			return false
		}
	}
	return true
}
