package assets

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func files(t *testing.T) *Files {
	t.Helper()
	f, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEveryFileAPageNamesIsServedWithItsTypeAndKeptForEver(t *testing.T) {
	f := files(t)
	for name, kind := range map[string]string{
		"desk.js": "text/javascript; charset=utf-8", "stream.js": "text/javascript; charset=utf-8", "desk.css": "text/css; charset=utf-8",
		"customer.css": "text/css; charset=utf-8", "manage.css": "text/css; charset=utf-8", "signin.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml",
	} {
		w := httptest.NewRecorder()
		f.ServeHTTP(w, httptest.NewRequest("GET", f.Path(name), nil))
		if w.Code != 200 || w.Header().Get("Content-Type") != kind {
			t.Errorf("%s: %d %q", name, w.Code, w.Header().Get("Content-Type"))
		}
		if !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s may not be kept: %q", name, w.Header().Get("Cache-Control"))
		}
		if w.Body.Len() < 300 {
			t.Errorf("%s is only %d bytes", name, w.Body.Len())
		}
	}
}

func TestEveryFileAStyleSheetNamesIsThere(t *testing.T) {
	f := files(t)
	asked := 0
	for name, content := range f.content {
		if !strings.HasSuffix(name, ".css") {
			continue
		}
		for _, m := range regexp.MustCompile(`url\("?\./([^")]+)"?\)`).FindAllSubmatch(content, -1) {
			asked++
			if f.content[string(m[1])] == nil {
				t.Errorf("%s asks for %s", name, m[1])
			}
		}
	}
	if asked == 0 {
		t.Fatal("no style sheet names a font")
	}
	if f.content[strings.TrimPrefix(f.Font(), Prefix)] == nil {
		t.Errorf("the font to load early is not there: %q", f.Font())
	}
}

func TestUnknownAndInnerFilesAreNotServed(t *testing.T) {
	f := files(t)
	for _, path := range []string{"/assets/", "/assets/none.js", "/assets/manifest.json", "/assets/../assets.go"} {
		w := httptest.NewRecorder()
		f.ServeHTTP(w, httptest.NewRequest("GET", "http://desk.example"+path, nil))
		if w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest("POST", f.Path("desk.css"), nil))
	if w.Code != 405 {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestAnIconIsMarkupThatScreenReadersSkip(t *testing.T) {
	f := files(t)
	icon := f.Icon("clock")
	if !strings.HasPrefix(icon, `<svg class="icon"`) || !strings.Contains(icon, `aria-hidden="true"`) || !strings.Contains(icon, "<circle") {
		t.Errorf("clock: %s", icon)
	}
	if f.Icon("no-such-icon") != "" {
		t.Error("an unknown icon gave markup")
	}
}
