package picture

import (
	"bytes"
	"encoding/binary"
)

// The parts of a JPEG file that say how its camera was held (ITU-T T.81, Exif 2.32 section 4.6).
const (
	startOfScan    = 0xda
	exifSegment    = 0xe1
	orientationTag = 0x0112
)

// Turned reads how the camera was held: 1 to 8, or 0 when the file does not say. Phones keep pictures the way the sensor
// lies, and say beside them how to turn them.
func Turned(data []byte) int {
	switch f, _ := Of(data); f.Type {
	case "image/jpeg":
		return turnedJPEG(data)
	case "image/webp":
		return turnedWebP(data)
	}
	return 0
}

// turnedWebP goes through the parts of the file (RFC 9649 section 2.3): a name, a length, and what it is about, made even.
func turnedWebP(data []byte) int {
	for data = data[12:]; len(data) >= 8; {
		size := int64(binary.LittleEndian.Uint32(data[4:]))
		if 8+size > int64(len(data)) {
			return 0
		}
		if body := data[8 : 8+size]; string(data[:4]) == "EXIF" {
			return orientation(bytes.TrimPrefix(body, []byte("Exif\x00\x00"))) // some programs keep the name it has in JPEG
		}
		data = data[min(8+size+size%2, int64(len(data))):]
	}
	return 0
}

func turnedJPEG(data []byte) int {
	for data = data[2:]; len(data) >= 4 && data[0] == 0xff && data[1] != startOfScan; {
		size := int(binary.BigEndian.Uint16(data[2:]))
		if size < 2 || len(data) < 2+size {
			return 0
		}
		segment := data[4 : 2+size]
		if body, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && data[1] == exifSegment {
			return orientation(body)
		}
		data = data[2+size:]
	}
	return 0
}

// orientation looks for the tag in the first directory.
func orientation(tiff []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(tiff, []byte("MM")) {
		order = binary.BigEndian
	}
	if len(tiff) < 8 {
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(entries) >= 12; n-- {
		if order.Uint16(entries) == orientationTag {
			return int(order.Uint16(entries[8:]))
		}
		entries = entries[12:]
	}
	return 0
}
