package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func onDisk(t *testing.T) (*Disk, *clock.Hand, string) {
	t.Helper()
	hand, dir := clock.At(noon), filepath.Join(t.TempDir(), "files")
	d, err := OpenDisk(dir, hand)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, hand, dir
}

// each runs a sentence on every store.
func each(t *testing.T, test func(t *testing.T, s Store)) {
	t.Run("disk", func(t *testing.T) {
		d, _, _ := onDisk(t)
		test(t, d)
	})
	t.Run("memory", func(t *testing.T) { test(t, NewMemory(clock.At(noon))) })
}

func TestWhatIsPutComesBack(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		for _, data := range []string{"", "foto", strings.Repeat("x", 1<<20)} {
			info, err := PutBytes(t.Context(), s, 7, []byte(data))
			if err != nil {
				t.Fatal(err)
			}
			want := Info{ID: Sum([]byte(data)), Size: int64(len(data)), Used: noon}
			if info != want {
				t.Errorf("put: %+v, want %+v", info, want)
			}
			if info, err := s.Stat(t.Context(), 7, want.ID); err != nil || info != want {
				t.Errorf("stat: %+v, %v", info, err)
			}
			got, err := ReadAll(t.Context(), s, 7, want.ID, 1<<20)
			if err != nil || string(got) != data {
				t.Errorf("%d bytes came back, %v", len(got), err)
			}
		}
	})
}

func TestAnotherOrganisationDoesNotSeeIt(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		info, err := PutBytes(t.Context(), s, 7, []byte("foto"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(t.Context(), 8, info.ID); !fault.Is(err, fault.Unknown) {
			t.Errorf("open: %v", err)
		}
		if err := s.Delete(t.Context(), 8, info.ID); err != nil {
			t.Error(err)
		}
		if _, err := s.Stat(t.Context(), 7, info.ID); err != nil {
			t.Errorf("deleting another's removed ours: %v", err)
		}
	})
}

func TestWhatIsNotThereIsUnknown(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		for _, id := range []ID{Sum([]byte("never put")), "", "../../etc/passwd", ID(strings.Repeat("Z", 64)), ID(strings.Repeat("../", 21) + "x")} {
			if _, err := s.Open(t.Context(), 7, id); !fault.Is(err, fault.Unknown) {
				t.Errorf("open %q: %v", id, err)
			}
			if _, err := s.Stat(t.Context(), 7, id); !fault.Is(err, fault.Unknown) {
				t.Errorf("stat %q: %v", id, err)
			}
		}
	})
}

func TestADeletedBlobIsGoneAndDeletingTwiceIsNoError(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		info, err := PutBytes(t.Context(), s, 7, []byte("foto"))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Delete(t.Context(), 7, info.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Open(t.Context(), 7, info.ID); !fault.Is(err, fault.Unknown) {
			t.Errorf("open: %v", err)
		}
	})
}

func TestAReaderThatBreaksLeavesNothing(t *testing.T) {
	broken := errors.New("the sender hung up")
	each(t, func(t *testing.T, s Store) {
		r := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))
		if _, err := s.Put(t.Context(), 7, r); !errors.Is(err, broken) || fault.Is(err, fault.Unavailable) {
			t.Errorf("put: %v", err)
		}
		if _, err := s.Stat(t.Context(), 7, Sum([]byte("half"))); !fault.Is(err, fault.Unknown) {
			t.Errorf("half a blob was kept: %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := PutBytes(ended, s, 7, []byte("late")); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestABlobAboveTheLimitIsTooLarge(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		info, err := PutBytes(t.Context(), s, 7, []byte("12345"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadAll(t.Context(), s, 7, info.ID, 4); !fault.Is(err, fault.TooLarge) {
			t.Errorf("err = %v", err)
		}
	})
}

func TestTheSameBytesAtOnceAreOneFileOnDisk(t *testing.T) {
	d, _, dir := onDisk(t)
	data := bytes.Repeat([]byte("zelfde"), 5000)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := PutBytes(t.Context(), d, 7, data); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var files []string
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	})
	id := string(Sum(data))
	want := filepath.Join(dir, "7", id[:2], id[2:4], id)
	if err != nil || len(files) != 1 || files[0] != want {
		t.Errorf("files %v, %v, want only %s", files, err, want)
	}
}

func TestABrokenDiskAcceptsNothingAndWorksAgainAfterRepair(t *testing.T) {
	d, _, dir := onDisk(t)
	in := filepath.Join(dir, incoming)
	if err := os.Remove(in); err != nil {
		t.Fatal(err)
	}
	_, err := PutBytes(t.Context(), d, 7, []byte("foto"))
	if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || f.Key != "blob.disk" {
		t.Errorf("err = %v", err)
	}
	if err := os.Mkdir(in, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := PutBytes(t.Context(), d, 7, []byte("foto")); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "9"), nil, 0o600); err != nil { // where a drawer should come
		t.Fatal(err)
	}
	if _, err := PutBytes(t.Context(), d, 9, []byte("foto")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("err = %v", err)
	}
	left, err := os.ReadDir(in)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestASymbolicLinkDoesNotLeadOut(t *testing.T) {
	d, _, dir := onDisk(t)
	elsewhere := t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, "7")); err != nil {
		t.Fatal(err)
	}
	if _, err := PutBytes(t.Context(), d, 7, []byte("foto")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("err = %v", err)
	}
	if entries, err := os.ReadDir(elsewhere); err != nil || len(entries) > 0 {
		t.Errorf("written outside: %v, %v", entries, err)
	}
}

func TestASweepTakesOnlyOldBlobsToWhichNothingRefers(t *testing.T) {
	d, hand, _ := onDisk(t)
	put := func(org ident.Org, s string) ID {
		t.Helper()
		info, err := PutBytes(t.Context(), d, org, []byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return info.ID
	}
	used, unused, again, racing := put(7, "used"), put(7, "unused"), put(7, "again"), put(7, "racing")
	other := put(8, "unused")
	hand.Advance(48 * time.Hour)
	fresh := put(7, "fresh")
	put(7, "again")
	before := hand.Now().Add(-24 * time.Hour)
	n, err := d.Sweep(t.Context(), 7, before, func(id ID) (bool, error) {
		if id == racing {
			put(7, "racing") // somebody sends it again while we look for references
		}
		return id == used, nil
	})
	if n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	for name, id := range map[string]ID{"used": used, "again": again, "racing": racing, "fresh": fresh} {
		if _, err := d.Stat(t.Context(), 7, id); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Stat(t.Context(), 7, unused); !fault.Is(err, fault.Unknown) {
		t.Errorf("unused: %v", err)
	}
	if _, err := d.Stat(t.Context(), 8, other); err != nil {
		t.Errorf("another organisation: %v", err)
	}
}

func TestAllListsOneOrganisationAndVerifyFindsRot(t *testing.T) {
	d, _, dir := onDisk(t)
	want := map[ID]bool{}
	for _, s := range []string{"a", "b", "c"} {
		info, err := PutBytes(t.Context(), d, 7, []byte(s))
		if err != nil {
			t.Fatal(err)
		}
		want[info.ID] = true
	}
	if err := os.WriteFile(filepath.Join(dir, "7", "stranger"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	n := 0
	for info, err := range d.All(7) {
		if err != nil || !want[info.ID] || info.Size != 1 {
			t.Errorf("%+v, %v", info, err)
		}
		if err := d.Verify(t.Context(), 7, info.ID); err != nil {
			t.Error(err)
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d blobs", n)
	}
	for range d.All(99) {
		t.Error("an organisation without files has a file")
	}
	orgs, err := d.Orgs()
	if err != nil || len(orgs) != 1 || orgs[0] != 7 {
		t.Errorf("orgs %v, %v", orgs, err)
	}
	id := Sum([]byte("a"))
	if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(file(7, id))), []byte("z"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Verify(t.Context(), 7, id); !fault.Is(err, fault.Unavailable) {
		t.Errorf("rot was not found: %v", err)
	}
}

func TestOpeningClearsWhatWasLeftHalfWrittenADayAgo(t *testing.T) {
	d, hand, dir := onDisk(t)
	old, young := filepath.Join(dir, incoming, "1-1"), filepath.Join(dir, incoming, "1-2")
	for _, name := range []string{old, young} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, noon, noon); err != nil {
			t.Fatal(err)
		}
	}
	hand.Advance(stale)
	if err := os.Chtimes(young, hand.Now(), hand.Now()); err != nil {
		t.Fatal(err)
	}
	again, err := OpenDisk(dir, hand)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("old: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("young: %v", err)
	}
	if _, err := PutBytes(t.Context(), d, 7, []byte("foto")); err != nil {
		t.Error(err)
	}
}
