package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/app"
	"balie/app/backup"
	"balie/domain/conversation"
	"balie/ground/blob"
	"balie/ground/clock"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func TestABackupMadeWhileTheDeskWorksIsAWholeDesk(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		from := fresh(t, at.Name)
		d := from.found(t)
		file := filepath.Join(t.TempDir(), "desk.tar")
		stop := make(chan struct{})
		var busy sync.WaitGroup
		busy.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					d.arrive()
				}
			}
		})
		from.must(t, "backup", file)
		close(stop)
		busy.Wait()
		from.must(t, "verify", file)
		to := fresh(t, at.Name)
		to.must(t, "restore", file)
		restored := to.open(t)
		restored.org = d.org
		if n := restored.whole(); n < 5 || n > d.n {
			t.Errorf("%d photos of %d were restored", n, d.n)
		}
		if n := d.whole(); n != d.n {
			t.Errorf("%d photos of %d are in the desk itself", n, d.n)
		}
	})
}

func TestARestoredDeskIsTheSameOnEitherEngine(t *testing.T) {
	for _, pair := range [][2]string{
		{engine.SQLiteName, engine.SQLiteName},
		{engine.PostgresName, engine.PostgresName},
		{engine.SQLiteName, engine.PostgresName},
		{engine.PostgresName, engine.SQLiteName},
	} {
		t.Run(pair[0]+" to "+pair[1], func(t *testing.T) {
			from, to := fresh(t, pair[0]), fresh(t, pair[1])
			d := from.found(t)
			file := filepath.Join(t.TempDir(), "desk.tar")
			from.must(t, "backup", file)
			to.must(t, "restore", file)
			restored := to.open(t)
			restored.org, restored.n = d.org, d.n
			same(t, d.rows(), restored.rows())
			if n := restored.whole(); n != d.n {
				t.Errorf("%d photos of %d were restored", n, d.n)
			}
			restored.goesOn()
		})
	}
}

// goesOn checks that a restored desk works: it finds words, opens what was sealed, and new facts come after the old.
func (d *desk) goesOn() {
	d.t.Helper()
	d.arrive()
	for _, word := range []string{"nr3x", "nr6x"} { // one from before and one from after
		var found []conversation.Found
		err := d.DB.Read(d.t.Context(), func(tx *sqldb.Tx) (err error) {
			found, err = d.Flow.Conversation.Find(tx, d.org.ID, word, 0, 10)
			return err
		})
		if err != nil || len(found) != 1 {
			d.t.Errorf("%s was found %d times, %v", word, len(found), err)
		}
	}
	err := d.DB.Read(d.t.Context(), func(tx *sqldb.Tx) error {
		boxes, err := d.Flow.Org.ActiveMailboxes(tx)
		if err == nil && (len(boxes) != 1 || boxes[0].Credentials.Password.Reveal() != "geheim") {
			err = errors.New("the password of the mailbox is not there")
		}
		return err
	})
	if err != nil {
		d.t.Error(err)
	}
}

func TestADamagedBackupIsRefusedAndLeavesNothing(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		from := fresh(t, at.Name)
		from.found(t)
		dir := t.TempDir()
		file, bad := filepath.Join(dir, "desk.tar"), filepath.Join(dir, "bad.tar")
		from.must(t, "backup", file)
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 30 {
			pos := i * len(good) / 30
			if i > 20 { // the end: manifest, seal and what follows
				pos = len(good) - 1 - (i-21)*257
			}
			b := bytes.Clone(good)
			b[pos] ^= 1 << (i % 8)
			write(t, bad, b)
			if status, out, _ := from.call("verify", bad); status != 1 {
				t.Errorf("bit %d of byte %d of %d was flipped: %s", i%8, pos, len(good), out)
			}
		}
		for _, n := range []int{0, 1, 511, 512, 1024, len(good) / 2, len(good) - 1024, len(good) - 513, len(good) - 1} {
			write(t, bad, good[:n])
			if status, out, _ := from.call("verify", bad); status != 1 {
				t.Errorf("%d of %d bytes: %s", n, len(good), out)
			}
		}
		write(t, bad, append(bytes.Clone(good), "more"...))
		from.refused(t, []string{"verify", bad}, "not a whole backup")

		b := bytes.Clone(good)
		b[len(b)-6*512] ^= 1
		write(t, bad, b)
		to := fresh(t, at.Name)
		to.refused(t, []string{"restore", bad}, "was not restored")
		if entries, err := os.ReadDir(to.data); err != nil || len(entries) > 0 {
			t.Errorf("a refused restore left %v, %v", entries, err)
		}
		to.must(t, "restore", file) // the place is still good for the real one
	})
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAPartThatIsTakenOutOrPutInIsNoticed(t *testing.T) {
	from := fresh(t, engine.SQLiteName)
	from.found(t)
	dir := t.TempDir()
	file, bad := filepath.Join(dir, "desk.tar"), filepath.Join(dir, "bad.tar")
	from.must(t, "backup", file)
	names := rewrite(t, file, bad, "", "")
	from.must(t, "verify", bad) // the rewriting itself changes nothing
	for _, name := range names {
		rewrite(t, file, bad, name, "")
		from.refused(t, []string{"verify", bad}, "not a whole backup")
	}
	for _, name := range []string{"../evil", "/etc/evil", "files/../../evil", "database/../x/000001", "files/1/" + strings.Repeat("A", 64)} {
		rewrite(t, file, bad, "", name)
		from.refused(t, []string{"verify", bad}, "does not belong")
		to := fresh(t, engine.SQLiteName)
		to.refused(t, []string{"restore", bad}, "does not belong")
		if entries, err := os.ReadDir(filepath.Dir(to.data)); err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "evil" }) {
			t.Errorf("%q was written: %v", name, err)
		}
	}
}

// rewrite copies a backup without one part, and with another one after its database.
func rewrite(t *testing.T, from, to, without, with string) (names []string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	r, w := tar.NewReader(in), tar.NewWriter(&out)
	put := func(h *tar.Header, b []byte) {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		if h.Name != without {
			put(h, b)
		}
		if with != "" && strings.HasPrefix(h.Name, "database/") {
			put(&tar.Header{Name: with, Mode: 0o600, Size: 4, Typeflag: tar.TypeReg, Format: tar.FormatGNU}, []byte("evil"))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, to, out.Bytes())
	return names
}

func TestNothingIsEverReplaced(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		from := fresh(t, at.Name)
		d := from.found(t)
		file := filepath.Join(t.TempDir(), "desk.tar")
		from.must(t, "backup", file)
		from.refused(t, []string{"backup", file}, "never replaces a file")
		before := d.rows()
		from.refused(t, []string{"restore", file}, "empty")
		same(t, before, d.rows())
		if at.Name == engine.PostgresName { // the folder is empty, the database is not
			other := place{data: filepath.Join(t.TempDir(), "other"), url: from.url}
			other.refused(t, []string{"restore", file}, "the database is not empty")
			same(t, before, d.rows())
		}
		to := fresh(t, at.Name)
		if err := os.MkdirAll(to.data, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to.data, "secret.key"), []byte("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"))
		to.refused(t, []string{"restore", file}, "secret key")
	})
}

func TestARestoreThatWasKilledIsDoneAgain(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		from := fresh(t, at.Name)
		d := from.found(t)
		file := filepath.Join(t.TempDir(), "desk.tar")
		from.must(t, "backup", file)
		to := fresh(t, at.Name)
		// What is there when it was killed between placing the files and placing the database.
		for _, name := range []string{backup.Staging, "files/7/ab"} {
			if err := os.MkdirAll(filepath.Join(to.data, name), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		write(t, filepath.Join(to.data, backup.Staging, "balie.db"), []byte("half"))
		write(t, filepath.Join(to.data, "files/7/ab/half"), []byte("half"))
		to.must(t, "restore", file)
		restored := to.open(t)
		restored.org = d.org
		same(t, d.rows(), restored.rows())
		if _, err := os.Stat(filepath.Join(to.data, "files/7")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("files of the killed restore are still there: %v", err)
		}
	})
}

func TestAFileThatIsGoneIsNamedAndTheRestIsKept(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		from := fresh(t, at.Name)
		from.found(t)
		var gone string
		err := filepath.WalkDir(filepath.Join(from.data, "files"), func(name string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() && gone == "" {
				gone = e.Name()
				return os.Remove(name)
			}
			return err
		})
		if err != nil || gone == "" {
			t.Fatal(err, gone)
		}
		file := filepath.Join(t.TempDir(), "desk.tar")
		from.refused(t, []string{"backup", file}, "missing", gone)
		if out := from.must(t, "verify", file); !strings.Contains(out, "1 files were missing already") {
			t.Errorf("verify says %s", out)
		}
	})
}

func TestWithoutTheKeyTheBackupHoldsNoKey(t *testing.T) {
	from := fresh(t, engine.SQLiteName)
	from.found(t)
	key, err := os.ReadFile(filepath.Join(from.data, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	with, without := filepath.Join(dir, "with.tar"), filepath.Join(dir, "without.tar")
	from.must(t, "backup", with)
	from.must(t, "backup", without, "--without-key")
	for file, want := range map[string]bool{with: true, without: false} {
		b, err := os.ReadFile(file)
		if err != nil || bytes.Contains(b, bytes.TrimSpace(key)) != want {
			t.Errorf("%s: %v, want the key in it: %v", file, err, want)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", file, info.Mode(), err)
		}
	}
	to := fresh(t, engine.SQLiteName)
	if out := to.must(t, "restore", without); !strings.Contains(out, "no secret key") {
		t.Errorf("restore says %s", out)
	}
	left := make(map[string]bool)
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		left[e.Name()] = true
	}
	if err != nil || !maps.Equal(left, map[string]bool{"with.tar": true, "without.tar": true}) {
		t.Errorf("beside the backups stand %v, %v", left, err)
	}
}

func TestABackupThatIsStoppedLeavesNothing(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		from := fresh(t, at.Name)
		from.found(t)
		dir := t.TempDir()
		// Stopped when the first bytes are on their way.
		ctx, stop := context.WithCancel(t.Context())
		files, err := blob.OpenDisk(filepath.Join(from.data, "files"), clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close() //nolint:errcheck // it was only read
		d := backup.Desk{Path: filepath.Join(from.data, "balie.db"), Files: files, Rooms: app.Rooms(), Clock: stopper{stop}, Log: slog.New(slog.DiscardHandler)}
		if from.url != "" {
			d.DB, err = sqldb.Open(t.Context(), sqldb.Options{URL: from.url, Clock: clock.System{}, Chance: app.Chance(), Log: d.Log})
			if err != nil {
				t.Fatal(err)
			}
			defer d.DB.Close() //nolint:errcheck // it was only read
		}
		if _, err := backup.Make(ctx, d, filepath.Join(dir, "desk.tar")); err == nil {
			t.Error("it went on")
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("it left %v, %v", entries, err)
		}
	})
}

// stopper stops the work when it is asked for the time, which is after the moment of the database was taken.
type stopper struct{ stop context.CancelFunc }

func (s stopper) Now() time.Time { s.stop(); return clock.System{}.Now() }

func (s stopper) Sleep(ctx context.Context, d time.Duration) error {
	return clock.System{}.Sleep(ctx, d)
}

func (s stopper) After(d time.Duration) (<-chan time.Time, func()) { return clock.System{}.After(d) }
