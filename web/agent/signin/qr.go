package signin

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the white edge that readers need, in modules (ISO/IEC 18004).
const quiet = 4

// drawQR is a QR code as one SVG path: black on white in dark pages too, since some readers see nothing else.
func drawQR(content string) (string, error) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && code.At(x, y) == color.Black {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	all := size + 2*quiet
	return fmt.Sprintf(`<svg viewBox="0 0 %d %d" width="220" height="220" shape-rendering="crispEdges" aria-hidden="true" focusable="false"><path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="%s"/></svg>`,
		all, all, all, all, path.String()), nil
}
