package picture_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"balie/ground/picture"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// part is a part of a WebP file.
func part(name string, body []byte) []byte {
	data := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
	if data = append(data, body...); len(body)%2 == 1 {
		data = append(data, 0)
	}
	return data
}

// riff is a WebP file of these parts.
func riff(parts ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(parts, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// lossless is the beginning of a picture without loss that is this large, and nothing behind it.
func lossless(w, h uint32) []byte {
	head := binary.LittleEndian.AppendUint32([]byte{0x2f}, (w-1)|(h-1)<<14)
	return part("VP8L", append(head, make([]byte, 64)...))
}

// canvas says how large a picture with several parts is.
func canvas(w, h uint32) []byte {
	return part("VP8X", []byte{0, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), byte((w - 1) >> 16), byte(h - 1), byte((h - 1) >> 8), byte((h - 1) >> 16)})
}

func TestAPictureIsKnownByItsContent(t *testing.T) {
	m := image.NewPaletted(image.Rect(0, 0, 64, 64), color.Palette{color.Black, color.White})
	var asPNG, asJPEG, asGIF bytes.Buffer
	for _, err := range []error{png.Encode(&asPNG, m), jpeg.Encode(&asJPEG, m, nil), gif.Encode(&asGIF, m, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for want, all := range map[string][][]byte{
		"image/png": {asPNG.Bytes()}, "image/jpeg": {asJPEG.Bytes()}, "image/gif": {asGIF.Bytes()},
		"image/webp": {sample(t, "lossy.webp"), sample(t, "lossless.webp"), sample(t, "alpha.webp")},
	} {
		for i, data := range all {
			f, ok := picture.Of(data)
			w, h, err := f.Size(data)
			if !ok || f.Type != want || w != 64 || h != 64 || err != nil {
				t.Errorf("%s %d: %v %s %dx%d %v", want, i, ok, f.Type, w, h, err)
				continue
			}
			if read, err := f.Decode(data); err != nil || read.Bounds().Dx() != 64 {
				t.Errorf("%s %d: %v", want, i, err)
			}
		}
	}
	for _, none := range []string{"", "RIFF", "RIFF\x04\x00\x00\x00WAVE", "<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.7", "GIF88a"} {
		if f, ok := picture.Of([]byte(none)); ok {
			t.Errorf("%q is a %s", none, f.Type)
		}
	}
}

func TestAPictureThatIsLargerThanItSaysIsNotRead(t *testing.T) {
	for name, data := range map[string][]byte{
		"without loss": riff(canvas(10, 10), lossless(16_000, 16_000)),
		"with loss":    riff(canvas(10, 10), part("VP8 ", []byte{0x10, 0, 0, 0x9d, 1, 0x2a, 0xff, 0x3f, 0xff, 0x3f, 0, 0})),
	} {
		f, _ := picture.Of(data)
		if w, h, err := f.Size(data); w != 10 || h != 10 || err != nil {
			t.Errorf("%s: %dx%d %v", name, w, h, err)
		}
		used := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := f.Decode(data); err == nil {
					b.Fatal("it is read")
				}
			}
		}).AllocedBytesPerOp()
		if used > 1<<20 {
			t.Errorf("%s: refusing it takes %d bytes of memory", name, used)
		}
	}
	honest := riff(lossless(16_000, 15_000))
	f, _ := picture.Of(honest)
	if w, h, err := f.Size(honest); w != 16_000 || h != 15_000 || err != nil {
		t.Errorf("%dx%d %v", w, h, err)
	}
}

func TestHowTheCameraWasHeldIsReadFromAWebP(t *testing.T) {
	exif := []byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00")
	for name, data := range map[string][]byte{
		"last":         append(sample(t, "lossy.webp"), part("EXIF", exif)...),
		"after an odd": riff(canvas(10, 10), part("ICCP", []byte("odd")), part("EXIF", append([]byte("Exif\x00\x00"), exif...))),
	} {
		if way := picture.Turned(data); way != 6 {
			t.Errorf("%s: held as %d", name, way)
		}
	}
	long := binary.LittleEndian.AppendUint32([]byte("EXIF"), 1<<32-1)
	for name, data := range map[string][]byte{
		"not said": sample(t, "lossy.webp"), "cut off": riff(canvas(10, 10), long), "nothing": riff(), "no picture": exif,
	} {
		if way := picture.Turned(data); way != 0 {
			t.Errorf("%s: held as %d", name, way)
		}
	}
}

func FuzzPicture(f *testing.F) {
	for _, name := range []string{"lossy.webp", "lossless.webp", "alpha.webp"} {
		f.Add(sample(f, name))
	}
	f.Add(riff(canvas(10, 10), lossless(10, 10)))
	f.Fuzz(func(t *testing.T, data []byte) {
		picture.Turned(data)
		form, ok := picture.Of(data)
		if !ok {
			return
		}
		w, h, err := form.Size(data)
		if err != nil || w*h > 1<<20 {
			return
		}
		m, err := form.Decode(data)
		if err == nil && m.Bounds().Dx()*m.Bounds().Dy() > 1<<20 {
			t.Errorf("it says %dx%d and is %v", w, h, m.Bounds())
		}
	})
}
