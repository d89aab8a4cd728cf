package blob

import (
	"bytes"
	"context"
	"io"
	"sync"

	"balie/ground/clock"
	"balie/ground/ident"
)

// Memory is a store for tests.
type Memory struct {
	clock clock.Clock
	mu    sync.Mutex
	blobs map[place]held
}

type place struct {
	org ident.Org
	id  ID
}

type held struct {
	data []byte
	info Info
}

// NewMemory makes an empty store.
func NewMemory(c clock.Clock) *Memory { return &Memory{clock: c, blobs: map[place]held{}} }

// Put keeps what r gives.
func (m *Memory) Put(ctx context.Context, org ident.Org, r io.Reader) (Info, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return Info{}, err
	}
	info := Info{ID: Sum(data), Size: int64(len(data)), Used: m.clock.Now()}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.blobs[place{org, info.ID}] = held{data, info}
	return info, nil
}

// Open reads a blob.
func (m *Memory) Open(_ context.Context, org ident.Org, id ID) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.blobs[place{org, id}]
	if !ok {
		return nil, notFound(nil)
	}
	return io.NopCloser(bytes.NewReader(b.data)), nil
}

// Stat tells size and last use.
func (m *Memory) Stat(_ context.Context, org ident.Org, id ID) (Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.blobs[place{org, id}]
	if !ok {
		return Info{}, notFound(nil)
	}
	return b.info, nil
}

// Delete removes a blob.
func (m *Memory) Delete(_ context.Context, org ident.Org, id ID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.blobs, place{org, id})
	return nil
}
