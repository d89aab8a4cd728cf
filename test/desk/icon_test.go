package desk_test

import (
	"net/http"
	"testing"

	"balie/test/desk"
	"balie/test/engine"
)

func TestABrowserThatAsksForTheOldIconGetsOne(t *testing.T) {
	d := desk.Open(t, engine.SQLite(t), desk.Setup{})
	resp, err := http.Get(d.URL + "/favicon.ico")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || kind != "image/svg+xml" {
		t.Errorf("the icon answers %d %s", resp.StatusCode, kind)
	}
}
