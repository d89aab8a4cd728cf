package manage

import (
	"errors"
	"io"
	"mime/multipart"
	"strings"
	"unicode/utf8"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// savePicture keeps the picture that somebody gives of themselves.
func savePicture(s *screen) (answer, error) {
	data, err := s.upload("picture", access.PictureBytes)
	if err != nil {
		return answer{}, err
	}
	p, err := s.pages.Access.MakePicture(s.r.Context(), data)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/me", "picture", func(tx *sqldb.Tx) error {
		return s.pages.Access.SetPicture(tx, s.by(), s.Who.Agent, p)
	})
}

func removePicture(s *screen) (answer, error) {
	return s.save("/manage/me", "removed", func(tx *sqldb.Tx) error {
		return s.pages.Access.RemovePicture(tx, s.by(), s.Who.Agent)
	})
}

// upload reads a file of the posted form, up to one byte more than it may have: who gets that knows that it is too large.
// The rest is read and not kept, so that the browser is ready to hear the answer.
func (s *screen) upload(name string, limit int64) ([]byte, error) {
	unreadable := func(err error) error { return fault.Wrap(fault.Invalid, "manage.form_unreadable", err) }
	form, err := s.r.MultipartReader()
	if err != nil {
		return nil, unreadable(err)
	}
	var data []byte
	for {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		if part.FormName() == name && data == nil {
			data, err = readPart(part, limit)
		}
		if err != nil {
			return nil, unreadable(err)
		}
	}
}

func readPart(part *multipart.Part, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err == nil && int64(len(data)) > limit {
		_, err = io.Copy(io.Discard, part)
	}
	return data, err
}

// pictureLabel is what the field of a picture is called.
func pictureLabel(v meView) string {
	if v.Picture == "" {
		return "manage.picture_first"
	}
	return "manage.picture_new"
}

// initials stand where there is no picture.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if len(words) == 1 {
		return strings.ToUpper(string(first))
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return strings.ToUpper(string(first) + string(last))
}
