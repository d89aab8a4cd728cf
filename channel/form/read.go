package form

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"

	"balie/channel"
	"balie/ground/fault"
)

// Read takes a posted form apart as it streams in. What could be read is given also with an error, so that the page can
// show again what was typed. A limit is counted while reading: what is over it is thrown away, not kept.
func (a *Adapter) Read(r *http.Request) (url.Values, []channel.File, error) {
	fields := url.Values{}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return fields, nil, fault.New(fault.Invalid, "form.unreadable")
	}
	body := io.LimitReader(r.Body, maxBody+1)
	switch kind {
	case "application/x-www-form-urlencoded":
		return a.readPlain(body)
	case "multipart/form-data":
		if params["boundary"] == "" {
			return fields, nil, fault.New(fault.Invalid, "form.unreadable")
		}
		p := posted{fields: fields, uploads: a.uploads}
		defer p.leave()
		err := p.parts(r.Context(), multipart.NewReader(body, params["boundary"]))
		return p.fields, p.files, err
	}
	return fields, nil, fault.New(fault.Invalid, "form.unreadable")
}

func (a *Adapter) readPlain(body io.Reader) (url.Values, []channel.File, error) {
	b, err := io.ReadAll(io.LimitReader(body, 4*maxField+1))
	if err != nil {
		return url.Values{}, nil, fault.Wrap(fault.Invalid, "form.unreadable", err)
	}
	if len(b) > 4*maxField {
		return url.Values{}, nil, fault.New(fault.TooLarge, "form.text_long", "limit", MaxText)
	}
	all, err := url.ParseQuery(string(b))
	if err != nil {
		return url.Values{}, nil, fault.Wrap(fault.Invalid, "form.unreadable", err)
	}
	fields := url.Values{}
	for name, values := range all {
		if len(fields) < maxFields && len(values) > 0 {
			fields.Set(name, clean(values[0]))
		}
	}
	return fields, nil, nil
}

// posted is a form of several parts, as far as it has been read.
type posted struct {
	fields  url.Values
	files   []channel.File
	sum     int64
	uploads chan struct{}
	entered bool
	over    error // the first limit that was passed
}

// leave frees the place that a form with files takes.
func (p *posted) leave() {
	if p.entered {
		<-p.uploads
	}
}

func (p *posted) parts(ctx context.Context, r *multipart.Reader) error {
	for n := 0; ; n++ {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return p.over
		}
		if err != nil {
			return p.broken(err)
		}
		if n >= maxFields+MaxFiles*10 {
			return fault.New(fault.Invalid, "form.unreadable")
		}
		if part.FileName() != "" || part.FormName() == File {
			err = p.file(ctx, part)
		} else {
			err = p.field(part)
		}
		if err != nil {
			return p.broken(err)
		}
	}
}

// broken says what a form is that ended in the middle: over the limit when we stopped reading, otherwise unreadable.
func (p *posted) broken(err error) error {
	var known *fault.Fault
	switch {
	case errors.As(err, &known):
		return err
	case p.over != nil:
		return p.over
	}
	return fault.Wrap(fault.Invalid, "form.unreadable", err)
}

func (p *posted) field(part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return err
	}
	if len(b) > maxField {
		b = b[:maxField]
		p.pass(fault.New(fault.TooLarge, "form.text_long", "limit", MaxText))
	}
	name := part.FormName()
	if name != "" && len(name) < 100 && len(p.fields) < maxFields && !p.fields.Has(name) {
		p.fields.Set(name, clean(string(b)))
	}
	return nil
}

func (p *posted) file(ctx context.Context, part *multipart.Part) error {
	name := fileName(part.FileName())
	first := make([]byte, 1)
	if _, err := io.ReadFull(part, first); errors.Is(err, io.EOF) {
		return nil // an empty file field: nothing was chosen
	} else if err != nil {
		return err
	}
	if len(p.files) >= MaxFiles {
		p.pass(fault.New(fault.TooLarge, "form.files_many", "limit", MaxFiles))
	}
	if p.over != nil {
		_, err := io.Copy(io.Discard, part)
		return err
	}
	if !p.entered {
		select {
		case p.uploads <- struct{}{}:
			p.entered = true
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	rest, err := io.ReadAll(io.LimitReader(part, MaxFile))
	if err != nil {
		return err
	}
	size := int64(len(rest)) + 1
	p.sum += size
	switch {
	case size > MaxFile:
		p.pass(fault.New(fault.TooLarge, "form.file_large", "name", name, "limit", MaxFile>>20))
	case p.sum > MaxFilesSum:
		p.pass(fault.New(fault.TooLarge, "form.files_large", "limit", MaxFilesSum>>20))
	}
	if p.over != nil {
		p.files = nil
		_, err := io.Copy(io.Discard, part)
		return err
	}
	p.files = append(p.files, channel.File{Name: name, Type: mediaType(part), Data: append(first, rest...)})
	return nil
}

// pass remembers the first limit that was passed.
func (p *posted) pass(over *fault.Fault) {
	if p.over == nil {
		p.over = over
	}
}

func mediaType(part *multipart.Part) string {
	kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
	if err != nil || !strings.Contains(kind, "/") || len(kind) > 100 {
		return "application/octet-stream"
	}
	return kind
}

// fileName is the last part of what the browser calls a file, whichever way its system writes paths.
func fileName(name string) string {
	name = strings.Join(strings.Fields(clean(strings.ReplaceAll(name, `\`, "/"))), " ")
	name = path.Base(name)
	if name == "." || name == "/" || name == ".." {
		name = ""
	}
	if r := []rune(name); len(r) > MaxFileName {
		end := path.Ext(name)
		if len([]rune(end)) > 20 {
			end = ""
		}
		name = string(r[:MaxFileName-len([]rune(end))]) + end
	}
	if name == "" {
		return "file"
	}
	return name
}

// clean makes text that both databases can keep: valid UTF-8, one sort of line end, and no control characters.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
