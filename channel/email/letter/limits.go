package letter

import "balie/ground/fault"

// Limits bound what one message may cost. They are checked before anything is decoded (threat T15).
type Limits struct {
	Bytes       int // the whole message
	HeaderBytes int // all headers together, those of the parts too
	Parts       int
	Depth       int // multiparts inside each other
	Files       int // attachments and pictures
}

// DefaultLimits let every mail of ordinary life through.
func DefaultLimits() Limits {
	return Limits{Bytes: 30 << 20, HeaderBytes: 512 << 10, Parts: 500, Depth: 20, Files: 100}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	for _, p := range []struct{ have, std *int }{
		{&l.Bytes, &d.Bytes},
		{&l.HeaderBytes, &d.HeaderBytes},
		{&l.Parts, &d.Parts},
		{&l.Depth, &d.Depth},
		{&l.Files, &d.Files},
	} {
		if *p.have <= 0 {
			*p.have = *p.std
		}
	}
	return l
}

func over(key string, limit int) error { return fault.New(fault.TooLarge, key, "limit", limit) }
