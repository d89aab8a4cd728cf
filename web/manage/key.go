package manage

import (
	"strings"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func onKey(s *screen, tx *sqldb.Tx) (access.Object, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return access.Object{}, err
	}
	all, err := s.pages.Org.Keys(tx, s.Who.Org)
	for _, k := range all {
		if k.ID == v {
			return access.Object{Org: k.Org}, nil
		}
	}
	if err == nil {
		err = fault.New(fault.Unknown, "org.not_found")
	}
	return access.Object{}, err
}

func showKeys(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.keys")
	all, err := s.pages.Org.Keys(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	addresses, err := s.pages.Org.Addresses(tx, s.Org.ID)
	domain := ""
	if len(addresses) > 0 {
		_, domain, _ = strings.Cut(addresses[0].Address, "@")
	}
	return keysPage(s, all, domain), err
}

// makeKey makes the pair outside the transaction: it takes a moment.
func makeKey(s *screen) (answer, error) {
	k, err := org.NewKey(s.post("domain"), s.post("selector"), org.Algorithm(s.post("algorithm")), s.pages.Chance)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/keys", "added", func(tx *sqldb.Tx) error {
		_, err := s.pages.Org.SaveKey(tx, s.by(), k)
		return err
	})
}

func useKey(s *screen) (answer, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/keys", "key_used", func(tx *sqldb.Tx) error { return s.pages.Org.UseKey(tx, s.by(), v) })
}

func removeKey(s *screen) (answer, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/keys", "removed", func(tx *sqldb.Tx) error { return s.pages.Org.RemoveKey(tx, s.by(), v) })
}

// suggested is a name for a new key that tells when it was made.
func (s *screen) suggested() string { return "balie-" + s.Now.In(s.Zone).Format("200601") }
