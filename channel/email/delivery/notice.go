package delivery

import (
	"balie/channel"
	"balie/channel/email/notice"
)

// readNotice says what a report of a mail server means for the message that we sent.
func readNotice(raw []byte) (channel.Report, bool) {
	n, ok := notice.Read(raw)
	if !ok {
		return channel.Report{}, false
	}
	r := channel.Report{MessageID: n.MessageID, State: channel.Bounced, Code: n.Status, Reason: n.Reason}
	switch n.Outcome {
	case notice.Delivered, notice.Delayed:
		// A server that is still trying has it, so it is no further than sent; the reason says what holds it up.
		r.State = channel.Sent
	}
	return r, true
}
