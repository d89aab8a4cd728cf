package webchat

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"balie/channel"
	"balie/ground/fault"
)

// sort is a sort of file that a visitor may send. What a file is, its content says; the name only decides between sorts
// with the same beginning.
type sort struct {
	media string
	ends  []string // the first one is given to a file whose name has none of them
	is    func(data []byte) bool
}

// begins looks at the first bytes.
func begins(with string) func([]byte) bool {
	return func(data []byte) bool { return bytes.HasPrefix(data, []byte(with)) }
}

// packed looks for the names of parts in a ZIP file without unpacking anything: they stand in it as they are (threat T15).
func packed(parts ...string) func([]byte) bool {
	return func(data []byte) bool {
		if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
			return false
		}
		for _, part := range parts {
			if !bytes.Contains(data, []byte(part)) {
				return false
			}
		}
		return true
	}
}

const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" // the container of older office documents

var sorts = []sort{
	{"image/png", []string{".png"}, begins("\x89PNG\r\n\x1a\n")},
	{"image/jpeg", []string{".jpg", ".jpeg"}, begins("\xff\xd8\xff")},
	{"image/gif", []string{".gif"}, func(d []byte) bool { return begins("GIF87a")(d) || begins("GIF89a")(d) }},
	{"image/webp", []string{".webp"}, func(d []byte) bool { return len(d) > 12 && begins("RIFF")(d) && string(d[8:12]) == "WEBP" }},
	{"application/pdf", []string{".pdf"}, begins("%PDF-")},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}, packed("[Content_Types].xml", "word/")},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}, packed("[Content_Types].xml", "xl/")},
	{"application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{".pptx"}, packed("[Content_Types].xml", "ppt/")},
	{"application/vnd.oasis.opendocument.text", []string{".odt"}, packed("mimetypeapplication/vnd.oasis.opendocument.text")},
	{"application/vnd.oasis.opendocument.spreadsheet", []string{".ods"}, packed("mimetypeapplication/vnd.oasis.opendocument.spreadsheet")},
	{"application/vnd.oasis.opendocument.presentation", []string{".odp"}, packed("mimetypeapplication/vnd.oasis.opendocument.presentation")},
	{"application/msword", []string{".doc"}, begins(ole)},
	{"application/vnd.ms-excel", []string{".xls"}, begins(ole)},
	{"application/vnd.ms-powerpoint", []string{".ppt"}, begins(ole)},
	{"text/plain", []string{".txt"}, plain},
}

// named are the media types of which only the name tells which one it is.
var named = []string{"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "text/plain"}

// plain says whether a file is text that anybody can read as such.
func plain(data []byte) bool {
	return utf8.Valid(data) && !bytes.ContainsFunc(data, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f'
	})
}

// Types are the ends of the names of files that a visitor may send.
func Types() []string {
	var all []string
	for _, s := range sorts {
		all = append(all, s.ends...)
	}
	return all
}

// File looks at a file that a visitor sends. Its type is what its content is, whatever the browser said.
func (*Adapter) File(name string, data []byte) (channel.File, error) {
	name = fileName(name)
	switch {
	case len(data) == 0:
		return channel.File{}, fault.New(fault.Invalid, "webchat.file_empty", "name", name)
	case len(data) > MaxFile:
		return channel.File{}, fault.New(fault.TooLarge, "webchat.file_large", "name", name, "limit", MaxFile>>20)
	}
	end := strings.ToLower(path.Ext(name))
	for _, s := range sorts {
		fits := slices.Contains(s.ends, end)
		if !s.is(data) || (!fits && slices.Contains(named, s.media)) {
			continue
		}
		if !fits {
			name = cut(name, MaxFileName-len(s.ends[0])) + s.ends[0]
		}
		return channel.File{Name: name, Type: s.media, Data: data}, nil
	}
	return channel.File{}, fault.New(fault.Invalid, "webchat.file_type", "name", name)
}

// fileName is the last part of what the browser calls a file, whichever way its system writes paths.
func fileName(name string) string {
	name = path.Base(line(strings.ReplaceAll(name, `\`, "/")))
	if name == "." || name == "/" || name == ".." {
		return "file"
	}
	end := path.Ext(name)
	if utf8.RuneCountInString(end) > 20 {
		end = ""
	}
	if utf8.RuneCountInString(name) > MaxFileName {
		name = cut(name, MaxFileName-utf8.RuneCountInString(end)) + end
	}
	return name
}
