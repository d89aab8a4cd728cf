package tnef_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"balie/channel/email/tnef"
)

// maker writes a winmail.dat.
type maker struct{ bytes.Buffer }

func (m *maker) u16(v int) *maker {
	m.Write(binary.LittleEndian.AppendUint16(nil, uint16(v)))
	return m
}

func (m *maker) u32(v int) *maker {
	m.Write(binary.LittleEndian.AppendUint32(nil, uint32(v)))
	return m
}

func start() *maker { return new(maker).u32(0x223e9f78).u16(1) }

func (m *maker) attr(id int, data []byte) *maker {
	m.WriteByte(2)
	m.u32(id).u32(len(data))
	m.Write(data)
	return m.u16(0)
}

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// prop writes one property with a variable length.
func (m *maker) prop(id, kind int, data []byte) *maker {
	m.u16(kind).u16(id).u32(1).u32(len(data))
	m.Write(data)
	m.Write(make([]byte, (4-len(data)%4)%4))
	return m
}

func sample() []byte {
	file := new(maker).u32(4).
		prop(0x3707, 0x1f, wide("jaarnota 2025 é.pdf")).
		prop(0x370e, 0x1e, []byte("application/pdf\x00")).
		prop(0x3712, 0x1f, wide("cid1@x.example")).
		u16(3).u16(0x0e20).u32(9)
	message := new(maker).u32(2).
		u16(0x1e).u16(0x8001).u32(0).u32(0).u32(0).u32(0).u32(1).u32(4) // a property with a name: "a" in two bytes, padded
	message.Write([]byte{'a', 0, 0, 0})
	message.u32(1).u32(2)
	message.Write([]byte{'v', 0, 0, 0})
	message.prop(0x1000, 0x1f, wide("Zie de bijlage."))
	return start().
		attr(0x69003, message.Bytes()).
		attr(0x69002, make([]byte, 14)).
		attr(0x18010, []byte("JAARNO~1.PDF\x00")).
		attr(0x6800f, []byte("%PDF-1.4")).
		attr(0x69005, file.Bytes()).
		attr(0x69002, make([]byte, 14)).
		attr(0x18010, []byte("leeg.txt\x00")).
		Bytes()
}

func TestWinmailIsUnpacked(t *testing.T) {
	m, err := tnef.Decode(sample(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if m.Text != "Zie de bijlage." || len(m.Files) != 1 {
		t.Fatalf("got %+v", m)
	}
	f := m.Files[0]
	if f.Name != "jaarnota 2025 é.pdf" || f.Type != "application/pdf" || f.ContentID != "cid1@x.example" || string(f.Data) != "%PDF-1.4" {
		t.Errorf("got %+v", f)
	}
}

func TestDamageKeepsWhatCameBefore(t *testing.T) {
	whole := sample()
	cut := whole[:len(whole)-30] // in the last attachment
	m, err := tnef.Decode(cut, 10)
	if err != nil || len(m.Files) != 1 {
		t.Fatalf("got %+v, %v", m, err)
	}
}

func TestEveryCutIsSurvived(t *testing.T) {
	whole := sample()
	for i := range whole {
		if _, err := tnef.Decode(whole[:i], 10); (err != nil) != (i < 4) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
}

func TestSomethingElseIsNoWinmail(t *testing.T) {
	if _, err := tnef.Decode([]byte("%PDF-1.4 and more"), 10); err == nil {
		t.Error("a PDF passes for a winmail.dat")
	}
}

func TestNoMoreFilesThanAllowed(t *testing.T) {
	b := start()
	for range 20 {
		b.attr(0x69002, make([]byte, 14)).attr(0x6800f, []byte("x"))
	}
	if m, _ := tnef.Decode(b.Bytes(), 5); len(m.Files) != 5 {
		t.Errorf("%d files", len(m.Files))
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(sample())
	f.Add(start().attr(0x69003, new(maker).u32(-1).u16(0x101e).u16(1).u32(-1).Bytes()).Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := tnef.Decode(b, 10)
		if err == nil && len(m.Files) > 10 {
			t.Fatal("too many files")
		}
		total := len(m.Text) + len(m.HTML)
		for _, file := range m.Files {
			total += len(file.Data)
		}
		if total > 8*len(b)+64 {
			t.Fatalf("%d bytes out of %d", total, len(b))
		}
	})
}
