package sender_test

import (
	"errors"
	"strings"
)

type loginServer struct {
	check func(user, word string) error
	user  string
	step  int
}

func newLoginServer(check func(user, word string) error) *loginServer {
	return &loginServer{check: check}
}

func (s *loginServer) Next(r []byte) ([]byte, bool, error) {
	s.step++
	switch {
	case s.step == 1 && r == nil:
		return []byte("Username:"), false, nil
	case s.user == "":
		s.user = string(r)
		return []byte("Password:"), false, nil
	default:
		return nil, true, s.check(s.user, string(r))
	}
}

// xoauth2Server refuses as the large providers do: first the reason, and the "no" after an answer of one byte.
type xoauth2Server struct {
	check   func(user, token string) error
	refused bool
}

func (s *xoauth2Server) Next(r []byte) ([]byte, bool, error) {
	if s.refused {
		if string(r) != "\x01" {
			return nil, true, errors.New("the refusal was not answered with one byte")
		}
		return nil, true, errors.New("refused")
	}
	user, rest, _ := strings.Cut(strings.TrimPrefix(string(r), "user="), "\x01auth=Bearer ")
	token, end, _ := strings.Cut(rest, "\x01")
	if end != "\x01" {
		return nil, true, errors.New("malformed")
	}
	if s.check(user, token) != nil {
		s.refused = true
		return []byte(`{"status":"401"}`), false, nil
	}
	return nil, true, nil
}
