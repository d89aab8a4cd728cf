package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"balie/web/agent/texts"
)

// policy is what the real page must hold too.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types balie"

func (d *Desk) page(w http.ResponseWriter, _ *http.Request) {
	catalogue, err := texts.Catalogue(d.o.Locale)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	d.mu.Lock()
	first := object{"me": d.me(), "cases": d.inView("mine", ""), "next": "", "seq": fmt.Sprint(d.seq), "texts": catalogue}
	d.mu.Unlock()
	if d.o.State == "failing" {
		delete(first, "cases")
	}
	text, err := json.Marshal(first) // escapes <, > and & so that no text can end the element
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
	page := strings.NewReplacer("{locale}", d.o.Locale, "{css}", d.assets.Path("desk.css"), "{js}", d.assets.Path("desk.js"),
		"{icon}", d.assets.Path("icon.svg"), "{stream}", d.assets.Path("stream.js"), "{push}", d.assets.Path("push.js"), "{font}", d.assets.Font(), "{first}", string(text))
	fmt.Fprint(w, page.Replace(shell))
}

const shell = `<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>Balie</title>
<link rel="icon" href="{icon}">
<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="{css}">
<script type="application/json" id="first">{first}</script>
<script type="module" src="{js}"></script>
</head>
<body class="workspace">
<div id="desk" data-stream="{stream}" data-push="{push}"></div>
</body>
</html>
`
