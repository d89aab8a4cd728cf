package sqldb_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"balie/ground/clock"
	"balie/ground/sqldb"
	"balie/test/power"
)

// cuts is one run under load with power cuts at random moments.
type cuts struct {
	t      *testing.T
	dir    string
	disk   *power.Disk
	chance *rand.Rand
	told   sync.Map // number of an item that was acknowledged
	high   atomic.Int64
	next   int // of all that happens to the files, before which the power is cut
	made   atomic.Int64
	lost   int
	broken int
}

func (c *cuts) open(dir string, fast bool, w sqldb.Witness) *sqldb.DB {
	c.t.Helper()
	db, err := sqldb.Open(c.t.Context(), sqldb.Options{
		Path: filepath.Join(dir, "balie.db"), Clock: clock.System{}, Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler), Fast: fast, Witness: w,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return db
}

// then cuts the power now and then: what was acknowledged before must be there, once, in a database that is whole.
func (c *cuts) then(n int) {
	if n < c.next {
		return
	}
	c.next = n + 1 + c.chance.IntN(240)
	c.made.Add(1)
	var told []int64
	c.told.Range(func(k, _ any) bool { told = append(told, k.(int64)); return true })
	dir := c.t.TempDir()
	if err := c.disk.Cut(dir, c.chance); err != nil {
		c.t.Error(err)
		return
	}
	db := c.open(dir, false, nil)
	defer db.Close()
	err := db.Read(c.t.Context(), func(tx *sqldb.Tx) error {
		there := map[int64]int{}
		all, err := sqldb.All(tx, func(r sqldb.Row, n *int64) error { return r.Scan(sqldb.Int(n)) }, "select n from thing order by n")
		if err != nil {
			return err
		}
		for _, n := range all {
			there[n]++
		}
		for _, n := range told {
			if there[n] != 1 {
				c.lost++
			}
		}
		whole, err := sqldb.One(tx, func(r sqldb.Row, s *string) error { return r.Scan(s) }, "pragma integrity_check")
		if err == nil && whole != "ok" {
			err = fmt.Errorf("after a cut: %s", whole)
		}
		return err
	})
	if err != nil {
		c.broken++
		c.t.Log(err)
	}
}

// load writes items with a few hands until the power was cut often enough.
func (c *cuts) load(db *sqldb.DB, wanted int) {
	c.t.Helper()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for c.made.Load() < int64(wanted) {
				n := c.high.Add(1)
				if err := db.Write(c.t.Context(), func(tx *sqldb.Tx) error {
					_, err := tx.Exec("insert into thing values ($1, $2)", n, fmt.Sprintf("item %d of all those", n))
					return err
				}); err != nil {
					c.t.Error(err)
					return
				}
				c.told.Store(n, true)
			}
		})
	}
	all.Wait()
}

func run(t *testing.T, fast bool, wanted int) *cuts {
	t.Helper()
	c := &cuts{t: t, dir: t.TempDir(), chance: rand.New(rand.NewPCG(4, 7))}
	first := c.open(c.dir, false, nil)
	if err := first.Write(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec("create table thing (n integer not null, said text not null)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if c.disk, err = power.New(c.dir); err != nil {
		t.Fatal(err)
	}
	c.disk.Then = c.then
	db := c.open(c.dir, fast, c.disk)
	c.load(db, wanted)
	if whole, err := c.disk.Complete(c.dir); err != nil || !whole {
		t.Errorf("something wrote to the files and was not seen: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("%d items, %d cuts, %d items lost, %d databases broken", c.high.Load(), c.made.Load(), c.lost, c.broken)
	return c
}

func TestAPowerCutTakesNothingThatWasAcknowledged(t *testing.T) {
	if c := run(t, false, power.Cuts(40)); c.lost+c.broken > 0 {
		t.Errorf("%d items lost, %d databases broken", c.lost, c.broken)
	}
}

// Without waiting for the disk the same cuts must lose something, or they prove nothing.
func TestPowerCutsAreFeltWhereNobodyWaitsForTheDisk(t *testing.T) {
	if c := run(t, true, 10); c.lost == 0 {
		t.Error("not a single loss")
	}
}
