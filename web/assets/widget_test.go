package assets

import (
	"bytes"
	"compress/gzip"
	"net/http/httptest"
	"strings"
	"testing"
)

// mostForVisitors is what every visitor of a page with a chat may have to download before they open it.
const mostForVisitors = 4096

func TestAVisitorWhoDoesNotOpenTheChatDownloadsAtMost4096Bytes(t *testing.T) {
	f := files(t)
	button, _ := f.Content("widget.js")
	panel, _ := f.Content("widget-panel.js")
	if len(button) < 1000 || len(panel) < 1000 {
		t.Fatalf("the chat was not built: button %d bytes, panel %d bytes", len(button), len(panel))
	}
	size := func(content []byte) int {
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Len()
	}
	t.Logf("button %d bytes gzip, panel %d bytes gzip", size(button), size(panel))
	if n := size(button); n > mostForVisitors {
		t.Errorf("the button is %d bytes with gzip, at most %d", n, mostForVisitors)
	}
	if n := size(panel); n > 24*1024 {
		t.Errorf("the panel is %d bytes with gzip; what grew so much?", n)
	}
}

func TestTheButtonAsksForThePanelThatIsThere(t *testing.T) {
	f := files(t)
	button, tag := f.Content("widget.js")
	hashed := strings.TrimPrefix(f.Path("widget-panel.js"), Prefix)
	if !bytes.Contains(button, []byte(hashed)) || !strings.HasPrefix(tag, `"widget-`) {
		t.Errorf("the button (%s) does not name %s", tag, hashed)
	}
	for _, path := range []string{f.Path("widget-panel.js"), f.Path("widget.js")} {
		w := httptest.NewRecorder()
		f.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d, other sites may load it: %q", path, w.Code, w.Header().Get("Access-Control-Allow-Origin"))
		}
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest("GET", f.Path("desk.js"), nil))
	if w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("the workspace may be read by other sites")
	}
	if content, tag := f.Content("none.js"); content != nil || tag != "" {
		t.Error("an unknown file has content")
	}
}
