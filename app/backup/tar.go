package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// writer writes the parts and hashes each of them and everything together.
type writer struct {
	ctx      context.Context //nolint:containedctx // the writer lives as long as one call of Make
	tar      *tar.Writer
	out      *bufio.Writer
	sealed   *counted
	manifest Manifest
}

// stoppable stops reading when its context ends.
type stoppable struct {
	ctx  context.Context //nolint:containedctx // it is made for one copy
	from io.Reader
}

func (s stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.from.Read(b)
}

// counted hashes and counts what passes.
type counted struct {
	to   io.Writer
	hash hash.Hash
	n    int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.hash.Write(b[:n])
	c.n += int64(n)
	return n, err
}

func newWriter(ctx context.Context, f io.Writer) *writer {
	out := bufio.NewWriterSize(f, 1<<20)
	sealed := &counted{to: out, hash: sha256.New()}
	return &writer{ctx: ctx, tar: tar.NewWriter(sealed), out: out, sealed: sealed, manifest: Manifest{Rows: make(map[string]int64)}}
}

func (w *writer) bytes(name string, b []byte) error {
	return w.part(name, int64(len(b)), bytes.NewReader(b))
}

// part writes one part of exactly size bytes.
func (w *writer) part(name string, size int64, r io.Reader) error {
	// The form of GNU has one block for each header, also for parts above 8 GiB; the seal relies on it.
	err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, Typeflag: tar.TypeReg, Format: tar.FormatGNU})
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(w.tar, io.TeeReader(stoppable{w.ctx, r}, sum))
	if err == nil && n != size {
		err = fmt.Errorf("%s became shorter while it was read", name)
	}
	if p, known := parsePart(name); known == nil && p.kind != isFile && p.kind < isManifest {
		w.manifest.Parts = append(w.manifest.Parts, Part{name, size, hex.EncodeToString(sum.Sum(nil))})
	}
	return err
}

// finish writes the manifest and the seal over all bytes before it.
func (w *writer) finish() error {
	if err := w.json(manifestName, w.manifest); err != nil {
		return err
	}
	if err := w.tar.Flush(); err != nil {
		return err
	}
	seal := hex.EncodeToString(w.sealed.hash.Sum(nil)) + "\n"
	if err := w.bytes(sealName, []byte(seal)); err != nil {
		return err
	}
	return errors.Join(w.tar.Close(), w.out.Flush())
}

const block = 512 // of a tar file

// reader reads the parts in their order and hashes what passes.
type reader struct {
	tar    *tar.Reader
	sealed *lagging
	at     part
	size   int64
	again  bool // the part was read ahead and not used
	sum    hash.Hash
	seen   []Part
	files  Files
	begun  bool
}

// lagging hashes all but the last block that was read: when the header of the seal has been read, that is everything
// before it.
type lagging struct {
	from io.Reader
	hash hash.Hash
	last []byte
	n    int64
}

func (l *lagging) Read(b []byte) (int, error) {
	n, err := l.from.Read(b)
	l.n += int64(n)
	l.last = append(l.last, b[:n]...)
	if over := len(l.last) - block; over > 0 {
		l.hash.Write(l.last[:over])
		l.last = append(l.last[:0], l.last[over:]...)
	}
	return n, err
}

func newReader(ctx context.Context, f *os.File) *reader {
	l := &lagging{from: bufio.NewReaderSize(stoppable{ctx, f}, 1<<20), hash: sha256.New()}
	return &reader{tar: tar.NewReader(l), sealed: l}
}

var errCut = errors.New("the file is cut off")

// next goes to the next part.
func (r *reader) next() (part, error) {
	if r.again {
		r.again = false
		return r.at, nil
	}
	if err := r.leave(); err != nil {
		return part{}, err
	}
	h, err := r.tar.Next()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return part{}, errCut
	case errors.Is(err, context.Canceled):
		return part{}, err
	case err != nil && !r.begun:
		return part{}, errors.New("it is not a backup of Balie")
	case err != nil:
		return part{}, fmt.Errorf("it is damaged (%w)", err)
	}
	p, err := parsePart(h.Name)
	if err == nil && h.Typeflag != tar.TypeReg {
		err = fmt.Errorf("%s is not a plain file", h.Name)
	}
	if err != nil {
		return p, err
	}
	if !r.begun && p.kind != isHeader || r.begun && (p.kind < r.at.kind || p.kind == r.at.kind && p.kind != isTable && p.kind != isFile) {
		return p, fmt.Errorf("%s stands in the wrong place", p.name)
	}
	r.begun, r.at, r.size, r.sum = true, p, h.Size, sha256.New()
	return p, nil
}

// leave notes the hash of the part that was read, with what was left of it.
func (r *reader) leave() error {
	if !r.begun {
		return nil
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	sum := hex.EncodeToString(r.sum.Sum(nil))
	switch {
	case r.at.kind == isFile && sum != string(r.at.file):
		return fmt.Errorf("%s is damaged", r.at.name)
	case r.at.kind == isFile:
		r.files.Count++
		r.files.Bytes += r.size
	case r.at.kind < isManifest:
		r.seen = append(r.seen, Part{r.at.name, r.size, sum})
	}
	return nil
}

// Read reads from the part.
func (r *reader) Read(b []byte) (int, error) {
	n, err := r.tar.Read(b)
	r.sum.Write(b[:n])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errCut
	}
	return n, err
}

// whole reads a part into memory.
func (r *reader) whole(limit int64) ([]byte, error) {
	if r.size > limit {
		return nil, fmt.Errorf("%s is larger than it can be", r.at.name)
	}
	return io.ReadAll(r)
}

// rowsOf reads the pieces of one table as one.
type rowsOf struct {
	r     *reader
	table string
	lines int64
	ended bool
}

func (t *rowsOf) Read(b []byte) (int, error) {
	for !t.ended {
		n, err := t.r.Read(b)
		t.lines += int64(bytes.Count(b[:n], []byte{'\n'}))
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
		p, err := t.r.next()
		if err != nil {
			return 0, err
		}
		if p.kind != isTable || p.table != t.table {
			t.ended, t.r.again = true, true
		}
	}
	return 0, io.EOF
}
