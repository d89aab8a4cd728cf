package tnef

import "unicode/utf8"

// Types of properties, [MS-OXCDATA] section 2.11.1.
const (
	typeShort   = 0x0002
	typeLong    = 0x0003
	typeFloat   = 0x0004
	typeDouble  = 0x0005
	typeMoney   = 0x0006
	typeAppTime = 0x0007
	typeError   = 0x000a
	typeBool    = 0x000b
	typeObject  = 0x000d
	typeInt64   = 0x0014
	typeString  = 0x001e
	typeUnicode = 0x001f
	typeTime    = 0x0040
	typeGUID    = 0x0048
	typeBinary  = 0x0102
	multiple    = 0x1000
)

type property struct {
	id, kind uint16
	data     []byte
}

func (p property) text() string {
	switch {
	case p.kind == typeUnicode:
		return wide(p.data)
	case utf8.Valid(p.data):
		b := p.data
		for len(b) > 0 && b[len(b)-1] == 0 {
			b = b[:len(b)-1]
		}
		return string(b)
	}
	return western(p.data)
}

// mostProperties is far over what programs write.
const mostProperties = 4096

// properties reads a list of properties, [MS-OXTNEF] section 2.1.3.4, up to the first that does not fit.
func properties(b []byte) []property {
	r := &reader{b: b}
	n := r.u32()
	var list []property
	for i := uint32(0); i < n && i < mostProperties && !r.bad; i++ {
		p := property{kind: r.u16(), id: r.u16()}
		if p.id >= 0x8000 {
			r.name()
		}
		count := uint32(1)
		if p.kind&multiple != 0 || variable(p.kind) {
			count = r.u32()
		}
		for k := uint32(0); k < count && !r.bad; k++ {
			v, ok := r.value(p.kind &^ multiple)
			if !ok {
				return list
			}
			if k == 0 {
				p.data = v
			}
		}
		if !r.bad {
			list = append(list, p)
		}
	}
	return list
}

// name passes over the name of a property that has one instead of a number.
func (r *reader) name() {
	r.take(16)
	if r.u32() == 0 {
		r.u32()
		return
	}
	r.padded(r.u32())
}

func variable(kind uint16) bool {
	switch kind &^ multiple {
	case typeString, typeUnicode, typeBinary, typeObject:
		return true
	}
	return false
}

func (r *reader) value(kind uint16) ([]byte, bool) {
	switch kind {
	case typeShort, typeLong, typeFloat, typeError, typeBool:
		return r.take(4), !r.bad
	case typeDouble, typeMoney, typeAppTime, typeInt64, typeTime:
		return r.take(8), !r.bad
	case typeGUID:
		return r.take(16), !r.bad
	case typeString, typeUnicode, typeBinary, typeObject:
		return r.padded(r.u32()), !r.bad
	}
	return nil, false
}
