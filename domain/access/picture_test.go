package access_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// quarters is a picture of four colours: red and green above, blue and white below.
func quarters(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	colours := []color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, colours[2*(2*y/h)+2*x/w])
		}
	}
	return m
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// held puts in a JPEG how its camera was held, and where, as a phone does.
func held(plain []byte, order binary.ByteOrder, way uint16) []byte {
	mark := []byte("II*\x00")
	if order == binary.BigEndian {
		mark = []byte("MM\x00*")
	}
	tiff := mark
	for _, v := range []any{uint32(8), uint16(2), uint16(0x010f), uint16(2), uint32(4), []byte("Oost"), uint16(0x0112), uint16(3), uint32(1), way, uint16(0), uint32(0)} {
		tiff, _ = binary.Append(tiff, order, v)
	}
	body := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return slices.Concat(plain[:2], segment, body, plain[2:])
}

// seen is what stands in the four corners, in letters.
func seen(t *testing.T, data []byte) string {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds() != image.Rect(0, 0, access.PictureSide, access.PictureSide) {
		t.Fatalf("it measures %v", m.Bounds())
	}
	corners := ""
	for _, at := range []image.Point{{40, 40}, {150, 40}, {40, 150}, {150, 150}} {
		r, g, b, _ := m.At(at.X, at.Y).RGBA()
		switch {
		case r > 0xe000 && g > 0xe000 && b > 0xe000:
			corners += "w"
		case r > 0xc000 && g < 0x4000 && b < 0x4000:
			corners += "r"
		case g > 0xc000 && r < 0x4000 && b < 0x4000:
			corners += "g"
		case b > 0xc000 && r < 0x4000 && g < 0x4000:
			corners += "b"
		default:
			corners += "?"
		}
	}
	return corners
}

// webp is the picture of four colours in a form that Go only reads; in "alpha" the white is nothing.
func webp(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../ground/picture/testdata/" + name + ".webp")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (d *desk) read(fn func(*sqldb.Tx) error) {
	d.t.Helper()
	if err := d.db.Read(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

func room(t *testing.T) *access.Room {
	t.Helper()
	r, err := access.New(ledger.New(), nil, access.Options{PublicURL: origin})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAPictureBecomesASmallSquareOfItsMiddle(t *testing.T) {
	r := room(t)
	wide := image.NewNRGBA(image.Rect(0, 0, 900, 300)) // what lies beside the middle is cut off
	draw.Draw(wide, image.Rect(300, 0, 600, 300), quarters(300, 300), image.Point{}, draw.Src)
	paletted := image.NewPaletted(image.Rect(0, 0, 200, 200), palette.Plan9)
	draw.Draw(paletted, paletted.Rect, quarters(200, 200), image.Point{}, draw.Src)
	var moving bytes.Buffer
	if err := gif.Encode(&moving, paletted, nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"png": asPNG(t, quarters(400, 400)), "jpeg": asJPEG(t, quarters(1000, 1000)), "gif": moving.Bytes(), "wide": asPNG(t, wide),
		"webp": webp(t, "lossy"), "webp without loss": webp(t, "lossless"),
		"uneven": asPNG(t, quarters(193, 251)), "tiny": asPNG(t, quarters(2, 2)), "high": asPNG(t, quarters(20, 700)),
	} {
		p, err := r.MakePicture(t.Context(), data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := seen(t, p.Bytes); got != "rgbw" || p.Type != "image/jpeg" || len(p.Hash) != 32 {
			t.Errorf("%s: %s, %s, %q", name, got, p.Type, p.Hash)
		}
	}
}

func TestWhatIsSeenThroughIsWhite(t *testing.T) {
	for want, data := range map[string][]byte{"wwww": asPNG(t, image.NewNRGBA(image.Rect(0, 0, 50, 50))), "rgbw": webp(t, "alpha")} {
		p, err := room(t).MakePicture(t.Context(), data)
		if err != nil || seen(t, p.Bytes) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestAPictureStandsAsItWasTakenAndKeepsNothingElse(t *testing.T) {
	r, plain := room(t), asJPEG(t, quarters(400, 400))
	for way, want := range map[uint16]string{
		0: "rgbw", 1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb", 9: "rgbw",
	} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			p, err := r.MakePicture(t.Context(), held(plain, order, way))
			if err != nil {
				t.Fatal(err)
			}
			if got := seen(t, p.Bytes); got != want {
				t.Errorf("held as %d: %s instead of %s", way, got, want)
			}
			if bytes.Contains(p.Bytes, []byte("Oost")) || bytes.Contains(p.Bytes, []byte("Exif")) {
				t.Error("what the camera wrote about it is kept")
			}
		}
	}
}

// claims is a PNG whose header says that it is this large, and has nothing behind it.
func claims(w, h uint32) []byte {
	head := []byte("IHDR")
	head = binary.BigEndian.AppendUint32(head, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 8, 6, 0, 0, 0)
	data := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	return binary.BigEndian.AppendUint32(append(data, head...), crc32.ChecksumIEEE(head))
}

func TestAPictureThatCannotBeUsedIsRefusedForItsReason(t *testing.T) {
	r, good := room(t), asJPEG(t, quarters(64, 64))
	wide := []byte("RIFF\x12\x00\x00\x00WEBPVP8L\x05\x00\x00\x00\x2f\xff\xff\xff\x0f\x00") // 16,384 by 16,384
	for key, all := range map[string][][]byte{
		"access.picture_missing":    {nil},
		"access.picture_large":      {append(slices.Clone(good), make([]byte, access.PictureBytes)...)},
		"access.picture_wide":       {claims(8001, 10), claims(10, 8001), claims(8000, 8000), claims(1<<20, 1<<20), wide},
		"access.picture_type":       {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), []byte("%PDF-1.7"), []byte("<html>"), []byte("RIFF\x00\x00\x00\x00WAVE")},
		"access.picture_unreadable": {good[:200], []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), webp(t, "lossy")[:300], claims(10, 10), claims(0, 10), claims(1<<31-1, 1<<31-1), append(slices.Clone(good), bytes.Repeat([]byte{0xff, 0xda}, 500)...)},
	} {
		for i, data := range all {
			if _, err := r.MakePicture(t.Context(), data); fault.Of(err).Key != key {
				t.Errorf("%s %d: %v", key, i, err)
			}
		}
	}
}

func TestABombOfAPictureCostsNothing(t *testing.T) {
	r, bomb := room(t), claims(8000, 8000)
	bomb = append(bomb, make([]byte, 1<<20)...)
	used := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := r.MakePicture(b.Context(), bomb); err == nil {
				b.Fatal("it is taken")
			}
		}
	}).AllocedBytesPerOp()
	if used > 64<<10 {
		t.Errorf("refusing it takes %d bytes of memory", used)
	}
}

func FuzzMakePicture(f *testing.F) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, quarters(20, 20), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(held(b.Bytes(), binary.LittleEndian, 6))
	f.Add(held(b.Bytes(), binary.BigEndian, 8)[:60])
	f.Add(claims(4, 4))
	f.Add(webp(f, "lossy"))
	f.Add(webp(f, "alpha"))
	r, err := access.New(ledger.New(), nil, access.Options{PublicURL: origin})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := r.MakePicture(t.Context(), data)
		if err == nil && len(seen(t, p.Bytes)) != 4 {
			t.Error("it has no corners")
		}
	})
}

func TestAPictureIsOfOneAgentOfOneOrganisation(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p, err := d.room.MakePicture(t.Context(), asPNG(t, quarters(64, 64)))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the same one again is no change
			d.write(func(tx *sqldb.Tx) error { return d.room.SetPicture(tx, d.east, d.anna.ID, p) })
		}
		var path string
		d.read(func(tx *sqldb.Tx) error {
			all, err := d.room.Pictures(tx, d.east.Org)
			path = all.Path("energie-oost", d.anna.ID)
			if all.Path("energie-oost", d.bram.ID) != "" {
				t.Error("who gave no picture has one")
			}
			return err
		})
		id, hash, err := access.ParsePicture(path[strings.LastIndex(path, "/")+1:])
		if err != nil || id != d.anna.ID || hash != p.Hash {
			t.Fatalf("%s: %v", path, err)
		}
		d.read(func(tx *sqldb.Tx) error {
			got, err := d.room.Picture(tx, d.east.Org, id, hash)
			if err != nil || !bytes.Equal(got.Bytes, p.Bytes) || got.Type != "image/jpeg" {
				t.Errorf("%v", err)
			}
			if _, err := d.room.Picture(tx, d.west.Org, id, hash); !fault.Is(err, fault.Unknown) {
				t.Errorf("another organisation: %v", err)
			}
			if _, err := d.room.Picture(tx, d.east.Org, id, strings.Repeat("0", 32)); !fault.Is(err, fault.Unknown) {
				t.Errorf("another hash: %v", err)
			}
			return nil
		})
		if err := d.db.Write(t.Context(), func(tx *sqldb.Tx) error { return d.room.SetPicture(tx, d.west, d.anna.ID, p) }); !fault.Is(err, fault.Unknown) {
			t.Errorf("set by another organisation: %v", err)
		}
		d.write(func(tx *sqldb.Tx) error { return d.room.RemovePicture(tx, d.west, d.anna.ID) })
		d.read(func(tx *sqldb.Tx) error {
			_, err := d.room.Picture(tx, d.east.Org, id, hash)
			return err
		})
		for range 2 {
			d.write(func(tx *sqldb.Tx) error { return d.room.RemovePicture(tx, d.east, d.anna.ID) })
		}
		d.read(func(tx *sqldb.Tx) error {
			if _, err := d.room.Picture(tx, d.east.Org, id, hash); !fault.Is(err, fault.Unknown) {
				t.Errorf("after it was taken away: %v", err)
			}
			return nil
		})
		if n := strings.Count(d.facts(), `picture`); n != 2 {
			t.Errorf("%d facts instead of one for each change", n)
		}
	})
}

func TestThePictureOfSomebodyBlockedIsNotShown(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p, err := d.room.MakePicture(t.Context(), asPNG(t, quarters(64, 64)))
		if err != nil {
			t.Fatal(err)
		}
		var cas access.Account
		d.write(func(tx *sqldb.Tx) (err error) {
			if cas, err = d.room.AddAccount(tx, d.east, access.Account{Email: "cas@energie-oost.example", Name: "Cas", Role: access.Agent, Locale: "nl"}); err != nil {
				return err
			}
			if err := d.room.SetPicture(tx, d.east, cas.ID, p); err != nil {
				return err
			}
			return d.room.Block(tx, d.east, cas.ID)
		})
		d.read(func(tx *sqldb.Tx) error {
			if all, err := d.room.Pictures(tx, d.east.Org); err != nil || len(all) != 0 {
				t.Errorf("%v, %v", all, err)
			}
			if _, err := d.room.Picture(tx, d.east.Org, cas.ID, p.Hash); !fault.Is(err, fault.Unknown) {
				t.Errorf("%v", err)
			}
			return nil
		})
	})
}
