// Package picture looks at a picture by its content: what sort it is, how large, and how its camera was held. What the
// sender called it does not count, and nothing larger than the header is read to know.
package picture

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/webp"
)

// Format is a sort of picture that can be read.
type Format struct {
	Type   string // media type
	begins []string
	inside string // what stands at the eighth byte, after a length that differs
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var formats = []Format{
	{"image/png", []string{"\x89PNG\r\n\x1a\n"}, "", png.DecodeConfig, png.Decode},
	{"image/jpeg", []string{"\xff\xd8\xff"}, "", jpeg.DecodeConfig, jpeg.Decode},
	{"image/gif", []string{"GIF87a", "GIF89a"}, "", gif.DecodeConfig, gif.Decode},
	{"image/webp", []string{"RIFF"}, "WEBP", webp.DecodeConfig, webp.Decode},
}

// Of says which sort of picture this is; false for what begins like none.
func Of(data []byte) (Format, bool) {
	i := slices.IndexFunc(formats, func(f Format) bool { return f.begin(data) })
	if i < 0 {
		return Format{}, false
	}
	return formats[i], true
}

func (f Format) begin(data []byte) bool {
	if f.inside != "" && (len(data) < 12 || string(data[8:12]) != f.inside) {
		return false
	}
	return slices.ContainsFunc(f.begins, func(mark string) bool { return bytes.HasPrefix(data, []byte(mark)) })
}

// Size reads from the header how large the picture is, so that a small file that unfolds into a large picture costs
// nothing (threat T15). Decode refuses a picture that turns out to be larger than its header says.
func (f Format) Size(data []byte) (width, height int, err error) {
	if f.config == nil {
		return 0, 0, image.ErrFormat
	}
	c, err := f.config(bytes.NewReader(data))
	return c.Width, c.Height, err
}

// Decode reads the whole picture; of one that moves, the first.
func (f Format) Decode(data []byte) (image.Image, error) { return f.decode(bytes.NewReader(data)) }

// Scans is how often a JPEG goes over all of the picture: each time costs as much as a picture. Other sorts go once.
func (f Format) Scans(data []byte) int {
	if f.Type != "image/jpeg" {
		return 1
	}
	return bytes.Count(data, []byte{0xff, startOfScan})
}
