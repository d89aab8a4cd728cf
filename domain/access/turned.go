package access

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

// turned reads how the camera was held: 1 to 8, or 0 when the file does not say. Phones keep pictures the way the sensor
// lies, and what says how to turn them goes with the rest of what is not kept.
func turned(data []byte) int {
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
		return 0
	}
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
