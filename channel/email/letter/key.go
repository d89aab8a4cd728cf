package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strings"
)

// key is the same for each delivery of a message, whichever way it came: it takes what the sender wrote and leaves out
// what servers add or encode anew. It is made before folding and cleaning, so that better rules do not change it.
func key(h Header, b *body) string {
	s := sha256.New()
	for _, name := range []string{"message-id", "from", "date", "subject"} {
		put(s, []byte(strings.Join(strings.Fields(h.Get(name)), " ")))
	}
	for _, g := range b.segments {
		put(s, trimmed(g.plain))
		put(s, trimmed(g.html))
	}
	for _, f := range b.files {
		if strings.HasPrefix(f.Type, "text/") || strings.HasPrefix(f.Type, "message/") {
			put(s, bytes.TrimRight(bytes.ReplaceAll(f.Data, []byte("\r\n"), []byte("\n")), "\n \t"))
			continue
		}
		put(s, f.Data)
	}
	return hex.EncodeToString(s.Sum(nil))
}

func keyOf(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// put writes a length first, so that no two lists of values give the same bytes.
func put(s hash.Hash, b []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(b)))
	s.Write(n[:])
	s.Write(b)
}

// trimmed takes away what a server on the way may change: line ends and empty lines at the end.
func trimmed(s string) []byte {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return []byte(strings.TrimRight(s, "\r\n \t"))
}
