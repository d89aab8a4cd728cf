package manage

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
)

//go:embed page.css
var pageCSS []byte

// stylePath carries the hash of the content, so that a browser may keep the file for ever.
var stylePath = func() string {
	sum := sha256.Sum256(pageCSS)
	return "/manage/page-" + hex.EncodeToString(sum[:4]) + ".css"
}()

func style(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(pageCSS) // the browser left: nobody to tell
}
