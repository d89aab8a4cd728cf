package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// worker does one thing again and again; word is new each time.
type worker func(word string) error

var words atomic.Int64

func newWord() string { return fmt.Sprintf("klant%d", words.Add(1)) }

// share lets the workers do n things together.
func share(workers []worker, n int) error {
	var left atomic.Int64
	left.Store(int64(n))
	return together(workers, func(w worker) error {
		for left.Add(-1) >= 0 {
			if err := w(newWord()); err != nil {
				return err
			}
		}
		return nil
	})
}

// together runs something for each worker at once.
func together(workers []worker, fn func(worker) error) error {
	errs := make([]error, len(workers))
	var all sync.WaitGroup
	for i, w := range workers {
		all.Go(func() { errs[i] = fn(w) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// pace is what a load came to.
type pace struct {
	perSecond float64
	p50, p99  time.Duration
	count     int
}

// press lets the workers do as much as they can for a while.
func press(workers []worker, span time.Duration) (pace, error) {
	var mu sync.Mutex
	var took []time.Duration
	began := now()
	err := together(workers, func(w worker) error {
		var mine []time.Duration
		for now().Sub(began) < span {
			at := now()
			if err := w(newWord()); err != nil {
				return err
			}
			mine = append(mine, now().Sub(at))
		}
		mu.Lock()
		defer mu.Unlock()
		took = append(took, mine...)
		return nil
	})
	if err != nil || len(took) == 0 {
		return pace{}, err
	}
	over := now().Sub(began)
	slices.Sort(took)
	return pace{
		perSecond: float64(len(took)) / over.Seconds(), count: len(took), p50: took[len(took)/2], p99: took[len(took)*99/100],
	}, nil
}

// ring is the size of the file that rawSyncs writes over and over, as a database does with its log.
const ring = 16 << 20

// rawSyncs is how often per second this disk takes 4 KiB for good: one writer, a write and an fdatasync in turn, over a
// file that exists already.
func rawSyncs(dir string, span time.Duration) (float64, error) {
	f, err := os.CreateTemp(dir, "sync-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(make([]byte, ring)); err != nil {
		return 0, err
	}
	if err := f.Sync(); err != nil {
		return 0, err
	}
	block := make([]byte, 4<<10)
	n, began := 0, now()
	for now().Sub(began) < span {
		block[0] = byte(n)
		if _, err := f.WriteAt(block, int64(n)*int64(len(block))%ring); err != nil {
			return 0, err
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil { //nolint:gosec // a file descriptor is small
			return 0, err
		}
		n++
	}
	return float64(n) / now().Sub(began).Seconds(), nil
}

// sizeOf is the size of a folder with everything in it.
func sizeOf(dir string) (size int64) {
	filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error { //nolint:errcheck // fn gives none
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			size += info.Size()
		}
		return nil
	})
	return size
}

func median[T ~int64 | ~float64](all []T) T {
	all = slices.Clone(all)
	slices.Sort(all)
	return all[len(all)/2]
}
