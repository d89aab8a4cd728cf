package access

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"

	"balie/ground/fault"
	"balie/ground/picture"
)

// What may be uploaded as a picture. The header is read first: what it says of the size decides whether the rest is
// looked at, so that a small file that unfolds into a large picture costs nothing (threat T15).
const (
	PictureBytes  = 5 << 20
	pictureSide   = 8000
	picturePixels = 24_000_000 // of one picture at a time; in memory this is some 100 MB, at worst 360
	pictureScans  = 200        // of a JPEG, which goes over all of it once for each
)

// A picture is kept as a square of this side.
const (
	PictureSide    = 192
	pictureType    = "image/jpeg"
	pictureQuality = 86
)

// MakePicture makes out of what was uploaded the picture that is kept: the square in the middle, small, and without
// anything else that was in the file, such as where it was taken. It takes time, so it is done outside a transaction,
// and for one picture at a time.
func (r *Room) MakePicture(ctx context.Context, data []byte) (Picture, error) {
	f, err := formatOf(data)
	if err != nil {
		return Picture{}, err
	}
	select {
	case r.drawing <- struct{}{}:
	case <-ctx.Done():
		return Picture{}, fault.Wrap(fault.Unavailable, "access.picture_busy", ctx.Err())
	}
	defer func() { <-r.drawing }()
	m, err := f.Decode(data)
	if err != nil || m.Bounds().Empty() {
		return Picture{}, fault.Wrap(fault.Invalid, "access.picture_unreadable", err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(square(m), picture.Turned(data)), &jpeg.Options{Quality: pictureQuality}); err != nil {
		return Picture{}, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return pictureOf(out.Bytes()), nil
}

// formatOf reads what sort of picture it is and how large, and refuses what is none or too large.
func formatOf(data []byte) (picture.Format, error) {
	if len(data) == 0 {
		return picture.Format{}, fault.New(fault.Invalid, "access.picture_missing")
	}
	if len(data) > PictureBytes {
		return picture.Format{}, fault.New(fault.TooLarge, "access.picture_large", "limit", PictureBytes>>20)
	}
	f, ok := picture.Of(data)
	if !ok {
		return f, fault.New(fault.Invalid, "access.picture_type")
	}
	w, h, err := f.Size(data)
	switch {
	case err != nil || w < 1 || h < 1:
		return f, fault.Wrap(fault.Invalid, "access.picture_unreadable", err)
	case f.Scans(data) > pictureScans:
		return f, fault.New(fault.Invalid, "access.picture_unreadable", "scans", "many")
	case w > pictureSide || h > pictureSide || w*h > picturePixels:
		return f, fault.New(fault.TooLarge, "access.picture_wide", "side", pictureSide, "pixels", picturePixels/1_000_000)
	}
	return f, nil
}

// square is the middle of a picture, scaled to the side that is kept, on white. Each pixel is the mean of what it
// covers, weighed by how much of it is covered. The source is read line by line, so that no second copy is made.
func square(m image.Image) *image.RGBA {
	b := m.Bounds()
	side := min(b.Dx(), b.Dy())
	from := image.Pt(b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/2)
	line, white := image.NewRGBA(image.Rect(0, 0, side, 1)), image.NewUniform(color.White)
	sums, wide := make([]float64, PictureSide*PictureSide*3), make([]float64, PictureSide*3)
	for y := range side {
		draw.Draw(line, line.Rect, white, image.Point{}, draw.Src)
		draw.Draw(line, line.Rect, m, from.Add(image.Pt(0, y)), draw.Over)
		clear(wide)
		for x := range side {
			p := line.Pix[4*x : 4*x+3 : 4*x+3]
			covers(x, side, func(to int, part float64) {
				for c, v := range p {
					wide[3*to+c] += part * float64(v)
				}
			})
		}
		covers(y, side, func(to int, part float64) {
			for i, v := range wide {
				sums[to*len(wide)+i] += part * v
			}
		})
	}
	out := image.NewRGBA(image.Rect(0, 0, PictureSide, PictureSide))
	for i := range PictureSide * PictureSide {
		for c := range 3 {
			out.Pix[4*i+c] = uint8(min(sums[3*i+c]+0.5, 255))
		}
		out.Pix[4*i+3] = 255
	}
	return out
}

// covers says which places of the small picture one of n places of the large one lies over, and how much of each.
func covers(at, n int, fn func(to int, part float64)) {
	begin, end := float64(at*PictureSide)/float64(n), float64((at+1)*PictureSide)/float64(n)
	for to := int(begin); to < PictureSide && float64(to) < end; to++ {
		if part := min(end, float64(to+1)) - max(begin, float64(to)); part > 0 {
			fn(to, part)
		}
	}
}

// upright turns a picture the way its camera was held: the number is that of the Exif standard, 1 to 8.
func upright(m *image.RGBA, way int) *image.RGBA {
	if way < 2 || way > 8 {
		return m
	}
	out, last := image.NewRGBA(m.Rect), PictureSide-1
	for y := range PictureSide {
		for x := range PictureSide {
			u, v := x, y
			if way >= 5 {
				u, v = y, x
			}
			if way == 2 || way == 3 || way == 7 || way == 8 {
				u = last - u
			}
			if way == 3 || way == 4 || way == 6 || way == 7 {
				v = last - v
			}
			out.SetRGBA(x, y, m.RGBAAt(u, v))
		}
	}
	return out
}
