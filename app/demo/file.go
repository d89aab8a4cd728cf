package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"

	"balie/channel"
)

// fileOf makes an attachment that does not exist elsewhere: a page with a title, or a picture of a meter.
func fileOf(name string, chance *rand.Rand) (channel.File, error) {
	if strings.HasSuffix(name, ".pdf") {
		title := strings.ReplaceAll(strings.TrimSuffix(name, ".pdf"), "-", " ")
		return channel.File{Name: name, Type: "application/pdf", Data: pdf("Energie Oost", title, "Dit document hoort bij de demonstratie.")}, nil
	}
	data, err := meter(chance)
	return channel.File{Name: name, Type: "image/png", Data: data}, err
}

func filesOf(names []string, chance *rand.Rand) ([]channel.File, error) {
	var files []channel.File
	for _, name := range names {
		f, err := fileOf(name, chance)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// pdf is the smallest page with some lines of text (ISO 32000-1, 7.5).
func pdf(lines ...string) []byte {
	var page strings.Builder
	page.WriteString("BT /F1 16 Tf 72 770 Td 24 TL\n")
	for _, l := range lines {
		page.WriteString("(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(l) + ") Tj T*\n")
	}
	page.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

// segments of a seven-segment digit: top, upper left, upper right, middle, lower left, lower right, bottom.
var segments = [10]string{"1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011"}

// meter draws the window of an electricity meter with a number that nobody has.
func meter(chance *rand.Rand) ([]byte, error) {
	const w, h = 340, 160
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{
		color.Gray{0xd8}, color.Gray{0x30}, color.RGBA{0xc5, 0xd6, 0xb8, 0xff}, color.Gray{0x10},
	})
	box := func(x, y, dx, dy int, c uint8) {
		for i := x; i < x+dx; i++ {
			for j := y; j < y+dy; j++ {
				img.SetColorIndex(i, j, c)
			}
		}
	}
	box(10, 10, w-20, h-20, 1)
	box(30, 35, w-60, h-70, 2)
	for d := range 6 {
		x, y := 45+d*42, 50
		for i, s := range segments[chance.IntN(10)] {
			if s != '1' {
				continue
			}
			at := [7][4]int{{4, 0, 20, 5}, {0, 3, 5, 26}, {23, 3, 5, 26}, {4, 27, 20, 5}, {0, 30, 5, 26}, {23, 30, 5, 26}, {4, 55, 20, 5}}[i]
			box(x+at[0], y+at[1], at[2], at[3], 3)
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
