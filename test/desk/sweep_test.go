package desk_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/ground/blob"
	"balie/ground/clock"
	"balie/ground/sqldb"
	"balie/test/desk"
)

// large is a content that stands beside the database, of its own kind per letter.
func large(letter string) []byte { return bytes.Repeat([]byte(letter), 150<<10) }

func TestAFileThatNothingNamesIsSweptAwayAfterADayAndNoOther(t *testing.T) {
	later(t, func(t *testing.T, d *desk.Desk, hand *clock.Hand) {
		dir := filepath.Join(d.App.Config.Data, "files")
		disk := files(t, dir, hand)
		later := files(t, dir, clock.At(hand.Now().Add(24*time.Hour+30*time.Minute)))
		there := func(id blob.ID) bool {
			_, err := disk.Stat(t.Context(), d.Org, id)
			return err == nil
		}
		put := func(disk *blob.Disk, data []byte) blob.ID {
			info, err := blob.PutBytes(t.Context(), disk, d.Org, data)
			if err != nil {
				t.Fatal(err)
			}
			return info.ID
		}
		// What a mail brings: its attachment, and the whole message as it came.
		mail := "From: Sanne <" + sanne + ">\r\nTo: " + desk.Address + "\r\nSubject: Foto\r\nMessage-ID: <foto@post.example>\r\nMIME-Version: 1.0\r\n" +
			"Date: " + hand.Now().Format(time.RFC1123Z) + "\r\nContent-Type: multipart/mixed; boundary=grens\r\n\r\n" +
			"--grens\r\nContent-Type: text/plain\r\n\r\nZie de foto, sperwer.\r\n--grens\r\nContent-Type: application/octet-stream\r\n" +
			"Content-Disposition: attachment; filename=foto.bin\r\n\r\n" + strings.Repeat(strings.Repeat("f", 70)+"\r\n", 2500) + "--grens--\r\n"
		if err := d.Raw(sanne, desk.Address, []byte(mail)); err != nil {
			t.Fatal(err)
		}
		named := blobs(t, disk, d)
		if len(named) < 2 {
			t.Fatalf("the mail left %d contents on disk", len(named))
		}
		// A row of a program that did not yet keep the table of large contents.
		unlisted := put(disk, large("u"))
		if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(`update entry set html_hash = $2 where org = $1 and kind = 'message'`, d.Org, string(unlisted))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		orphan, young := put(disk, large("o")), put(later, large("y"))
		hand.Advance(25 * time.Hour)
		d.Eventually("the file that nothing names is gone", func() bool {
			hand.Advance(time.Minute) // the timer may have begun to wait only now
			return !there(orphan)
		})
		for _, id := range append(named, unlisted) {
			if !there(id) {
				t.Errorf("a file that a row names was swept away: %s", id)
			}
		}
		if !there(young) {
			t.Error("a file of an hour old was swept away: its row may still come")
		}
	})
}

func files(t *testing.T, dir string, c clock.Clock) *blob.Disk {
	t.Helper()
	disk, err := blob.OpenDisk(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { disk.Close() })
	return disk
}

func blobs(t *testing.T, disk *blob.Disk, d *desk.Desk) (all []blob.ID) {
	t.Helper()
	for info, err := range disk.All(d.Org) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info.ID)
	}
	return all
}
