package listener

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"

	"github.com/emersion/go-smtp"

	"balie/channel/email/delivery"
	"balie/ground/clock"
	"balie/ground/fault"
)

// session is one connection's side of the talk.
type session struct {
	server   *Server
	protocol string
	smtp     *smtp.Conn
	conn     *conn

	from       string
	null       bool // the empty return path
	strangers  int  // refused recipients so far on this connection
	given      []string
	recipients []delivery.Recipient
}

// maxStrangers is how many unknown addresses a connection may try: beyond it somebody is guessing.
const maxStrangers = 50

func newSession(s *Server, protocol string, c *smtp.Conn) (smtp.Session, error) {
	under := c.Conn()
	if t, ok := under.(*tls.Conn); ok {
		under = t.NetConn()
	}
	own, ok := under.(*conn)
	if !ok {
		return nil, answer(fault.New(fault.Internal, "email.broke_off"))
	}
	return &session{server: s, protocol: protocol, smtp: c, conn: own}, nil
}

// Mail begins a message (RFC 5321 section 4.1.1.2).
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	if o.Size > s.server.o.MaxMessage {
		return answer(s.tooLarge())
	}
	s.from, s.null = from, from == ""
	return nil
}

func (s *session) tooLarge() error {
	return fault.New(fault.TooLarge, "email.too_large", "limit_bytes", s.server.o.MaxMessage)
}

// Rcpt takes an address of a desk and no other: whoever wants mail relayed is refused here.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) (err error) {
	defer recovered(&err, s)
	if s.strangers >= maxStrangers {
		return answer(fault.New(fault.TooMany, "email.too_many_unknown"))
	}
	r, err := s.server.local.Find(s.server.work, to)
	if err != nil {
		if k := fault.Of(err).Kind; k == fault.Unknown || k == fault.Invalid {
			s.strangers++
			return noSuchAddress(to)
		}
		s.server.o.Log.Warn("a desk address could not be looked up", "via", s.protocol, "error", err)
		return answer(err)
	}
	s.given = append(s.given, to)
	s.recipients = append(s.recipients, r)
	return nil
}

// Data takes the message in over SMTP: one answer for all recipients.
func (s *session) Data(r io.Reader) error {
	return answer(worst(s.take(r)))
}

// LMTPData takes the message in over LMTP: an answer for each recipient (RFC 2033 section 4.2).
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	for i, err := range s.take(r) {
		status.SetStatus(s.given[i], answer(err))
	}
	return nil
}

// take reads the message and delivers it. A nil in the answer means that the desk has it on disk.
func (s *session) take(r io.Reader) (answers []error) {
	s.conn.setBusy(true)
	defer s.conn.setBusy(false)
	defer func() {
		if p := recover(); p != nil {
			answers = same(len(s.recipients), s.brokeOff(p))
		}
	}()
	held := int64(0)
	defer func() { s.server.memory.Add(-held) }()
	raw, err := s.read(r, &held)
	if err != nil {
		return same(len(s.recipients), err)
	}
	envelope := delivery.Envelope{
		Via: s.protocol, ReturnPath: s.from, Null: s.null, Recipients: s.recipients, Trusted: s.server.o.Trusted,
	}
	answers = s.server.local.Deliver(s.server.work, envelope, raw)
	for i, err := range answers {
		s.log(s.recipients[i], len(raw), err)
	}
	return answers
}

func (s *session) log(r delivery.Recipient, size int, err error) {
	if err != nil {
		s.server.o.Log.Warn("mail not taken", "via", s.protocol, "to", r.Desk.Address, "bytes", size, "error", err)
		return
	}
	s.server.o.Log.Info("mail taken", "via", s.protocol, "to", r.Desk.Address, "bytes", size)
}

// step is the room that a message gets at first; it doubles as the message grows.
const step = 32 << 10

// read takes the message into memory, as far as the limit on one message and on all together goes.
func (s *session) read(r io.Reader, held *int64) ([]byte, error) {
	// The library's time limit is for one command; a message gets a limit of its own. It is a matter of the socket,
	// so the machine's clock decides.
	_ = s.smtp.Conn().SetReadDeadline(clock.System{}.Now().Add(s.server.o.Whole))
	var raw []byte
	for {
		if len(raw) == cap(raw) {
			grow := int64(max(step, cap(raw)))
			if s.server.memory.Add(grow) > s.server.o.MaxMemory {
				s.server.memory.Add(-grow)
				return nil, fault.New(fault.Unavailable, "email.no_room")
			}
			*held += grow
			raw = append(make([]byte, 0, int64(cap(raw))+grow), raw...)
		}
		n, err := r.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		if int64(len(raw)) > s.server.o.MaxMessage {
			return nil, s.refuseRest(r)
		}
		if errors.Is(err, io.EOF) {
			return raw, nil
		}
		if err != nil {
			return nil, fault.Wrap(fault.Unavailable, "email.cut_off", err)
		}
	}
}

// refuseRest reads on for as much again, so that a sender just over the limit hears why, and hangs up on one that
// goes on and on.
func (s *session) refuseRest(r io.Reader) error {
	if n, _ := io.CopyN(io.Discard, r, 4*s.server.o.MaxMessage); n == 4*s.server.o.MaxMessage {
		s.conn.Close()
	}
	return s.tooLarge()
}

// Reset forgets the message that was begun.
func (s *session) Reset() { s.from, s.null, s.given, s.recipients = "", false, nil, nil }

// Logout has nothing to free.
func (s *session) Logout() error { return nil }

func (s *session) brokeOff(p any) error {
	s.server.o.Log.Error("taking mail in broke off", "via", s.protocol, "error", fmt.Sprint(p))
	return fault.New(fault.Internal, "email.broke_off")
}

func recovered(err *error, s *session) {
	if p := recover(); p != nil {
		*err = answer(s.brokeOff(p))
	}
}

func same(n int, err error) []error {
	all := make([]error, n)
	for i := range all {
		all[i] = err
	}
	return all
}

// worst picks the one answer that SMTP has room for. Trying again is safe for those that already have it, so that
// comes before a refusal, and a refusal before "taken": nobody may believe that mail arrived which did not.
func worst(all []error) error {
	var refused error
	for _, err := range all {
		if err == nil {
			continue
		}
		if temporary(fault.Of(err).Kind) {
			return err
		}
		refused = err
	}
	return refused
}
