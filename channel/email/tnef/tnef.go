// Package tnef unpacks winmail.dat, the form in which some servers wrap attachments ([MS-OXTNEF]). Every length in it
// comes from outside: each is checked against what is left before anything is read.
package tnef

import (
	"encoding/binary"
	"errors"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// File is an attachment that was wrapped.
type File struct {
	Name      string
	Type      string
	ContentID string
	Data      []byte
}

// Message is what a winmail.dat holds.
type Message struct {
	Text  string
	HTML  string
	Files []File
}

// ErrFormat means that it is no winmail.dat.
var ErrFormat = errors.New("no TNEF")

const signature = 0x223e9f78

// Attributes of [MS-OXTNEF] section 2.1.3.2, without their type.
const (
	attRenderData = 0x9002
	attTitle      = 0x8010
	attData       = 0x800f
	attAttachment = 0x9005
	attProps      = 0x9003
	attBody       = 0x800c
)

// Properties of [MS-OXPROPS].
const (
	propBody      = 0x1000
	propHTML      = 0x1013
	propData      = 0x3701
	propShortName = 0x3704
	propLongName  = 0x3707
	propMediaType = 0x370e
	propContentID = 0x3712
	propDisplay   = 0x3001
)

// reader reads little-endian values; after the first that does not fit, everything is empty and bad is set.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n uint64) []byte {
	if r.bad || n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) u16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *reader) u32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// padded takes n bytes and the padding to a multiple of four.
func (r *reader) padded(n uint32) []byte {
	out := r.take(uint64(n))
	if pad := (4 - n%4) % 4; pad > 0 && uint64(pad) <= uint64(len(r.b)) {
		r.take(uint64(pad))
	}
	return out
}

// Decode unpacks at most most files. What comes after damage is left out, what came before is given.
func Decode(b []byte, most int) (Message, error) {
	r := &reader{b: b}
	if r.u32() != signature {
		return Message{}, ErrFormat
	}
	r.u16() // a key that only the sender uses
	var m Message
	var open *File
	for len(r.b) > 0 {
		r.take(1) // level
		id := uint16(r.u32())
		data := r.take(uint64(r.u32()))
		r.u16() // a checksum: damage is found by the lengths
		if r.bad {
			break
		}
		switch id {
		case attRenderData:
			if len(m.Files) >= most {
				return finish(m), nil
			}
			m.Files = append(m.Files, File{})
			open = &m.Files[len(m.Files)-1]
		case attBody:
			m.Text = western(data)
		case attProps:
			for _, p := range properties(data) {
				m.property(p)
			}
		default:
			if open != nil {
				open.attribute(id, data)
			}
		}
	}
	return finish(m), nil
}

// finish leaves out attachments without content.
func finish(m Message) Message {
	kept := m.Files[:0]
	for _, f := range m.Files {
		if len(f.Data) > 0 {
			kept = append(kept, f)
		}
	}
	m.Files = kept
	return m
}

func (f *File) attribute(id uint16, data []byte) {
	switch id {
	case attTitle:
		if f.Name == "" {
			f.Name = western(data)
		}
	case attData:
		f.Data = data
	case attAttachment:
		for _, p := range properties(data) {
			f.property(p)
		}
	}
}

func (f *File) property(p property) {
	switch p.id {
	case propLongName:
		f.Name = p.text()
	case propShortName, propDisplay:
		if f.Name == "" {
			f.Name = p.text()
		}
	case propMediaType:
		f.Type = p.text()
	case propContentID:
		f.ContentID = p.text()
	case propData:
		if f.Data == nil && p.kind == typeBinary {
			f.Data = p.data
		}
	}
}

func (m *Message) property(p property) {
	switch p.id {
	case propBody:
		m.Text = p.text()
	case propHTML:
		m.HTML = p.text()
	}
}

// western reads an 8-bit string; TNEF does not say which alphabet unless in a property that old programs leave out.
func western(b []byte) string {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return ""
	}
	return string(out)
}

func wide(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(b[i:]))
	}
	for len(units) > 0 && units[len(units)-1] == 0 {
		units = units[:len(units)-1]
	}
	return string(utf16.Decode(units))
}
