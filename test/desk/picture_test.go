package desk_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"balie/domain/access"
	"balie/domain/org"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/desk"
)

// portrait gives an agent a picture of one colour.
func portrait(t *testing.T, d *desk.Desk, id ident.Agent, c color.Color) {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 300, 400))
	draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	room := d.App.Flow.Access
	p, err := room.MakePicture(t.Context(), b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		return room.SetPicture(tx, org.By{Org: d.Org, Actor: ledger.Desk}, id, p)
	}); err != nil {
		t.Fatal(err)
	}
}

func fetch(t *testing.T, method, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, body
}

func TestAVisitorSeesThePictureOfWhoIsThereAndOfWhoHelps(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		portrait(t, d, d.Maike, color.NRGBA{R: 180, G: 90, A: 255})
		d.Available(desk.Maaike)
		v := d.Visitor()
		url := ""
		d.Eventually("Maaike is there with her picture", func() bool {
			all := v.Must(200, "GET", "chat", nil).List("agents")
			if len(all) != 1 || all[0].Text("name") != "Maaike" {
				return false
			}
			url = all[0].Text("picture")
			return strings.HasPrefix(url, d.URL+"/o/energie-oost/people/")
		})
		a, body := fetch(t, "GET", url, "Origin", "https://www.energie-oost.example")
		for name, want := range map[string]string{
			"Content-Type": "image/jpeg", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin",
			"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable", "Vary": "",
		} {
			if got := a.Header.Get(name); a.StatusCode != 200 || got != want {
				t.Errorf("%d, %s: %q", a.StatusCode, name, got)
			}
		}
		if m, err := jpeg.Decode(bytes.NewReader(body)); err != nil || m.Bounds() != image.Rect(0, 0, access.PictureSide, access.PictureSide) {
			t.Errorf("the picture: %v", err)
		}
		if again, body := fetch(t, "GET", url, "If-None-Match", a.Header.Get("ETag")); again.StatusCode != 304 || len(body) != 0 {
			t.Errorf("asked for again: %d", again.StatusCode)
		}

		v.Took(v.Must(201, "POST", "chat", map[string]any{"text": "Wie ben je?", "client_id": v.NextID()}))
		stream := v.Events(0)
		d.AcceptNext(desk.Maaike)
		stream.Until("who helps, with the picture", func(e desk.Event) bool {
			return e.Kind == "joined" && e.Data.Text("name") == "Maaike" && e.Data.Text("picture") == url
		})
	})
}

func TestAPictureIsOnlyAtItsOwnAddress(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		portrait(t, d, d.Maike, color.Black)
		var path string
		if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			all, err := d.App.Flow.Access.Pictures(tx, d.Org)
			path = all.Path("energie-oost", d.Maike)
			if err != nil {
				return err
			}
			_, err = d.App.Flow.Org.Create(tx, ledger.Desk, org.Organisation{
				Slug: "energie-west", Name: "Energie West", Locale: "nl", Zone: "Europe/Amsterdam", Settings: org.Defaults(),
			})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		me := ident.Text(d.Maike)
		hash := path[strings.LastIndex(path, "-")+1:]
		for _, wrong := range []string{
			strings.Replace(path, "oost", "west", 1), strings.Replace(path, "oost", "nergens", 1), strings.TrimSuffix(path, ".jpg"),
			"/o/energie-oost/people/" + me + ".jpg", "/o/energie-oost/people/" + me + "-" + strings.Repeat("0", 32) + ".jpg",
			"/o/energie-oost/people/1-" + hash, "/o/energie-oost/people/x-" + hash, "/o/energie-oost/people/",
		} {
			if a, _ := fetch(t, "GET", d.URL+wrong); a.StatusCode != 404 || strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %d, %s", wrong, a.StatusCode, a.Header.Get("Cache-Control"))
			}
		}
		if a, body := fetch(t, "HEAD", d.URL+path); a.StatusCode != 200 || len(body) != 0 {
			t.Errorf("HEAD: %d", a.StatusCode)
		}
	})
}

func TestAVisitorIsToldOfAtMostTwelveWhoAreThere(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		const people = 15
		if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			rooms := d.App.Flow.Rooms
			by := org.By{Org: d.Org, Actor: ledger.Desk}
			for i := range people {
				a, err := rooms.Access.AddAccount(tx, by, access.Account{
					Name: fmt.Sprintf("Agent%02d", i), Email: fmt.Sprintf("a%d@energie-oost.example", i), Role: access.Agent, Locale: "nl",
				})
				if err != nil {
					return err
				}
				who := ledger.Actor{Kind: ledger.Agent, ID: int64(a.ID), Name: a.Name}
				if _, err := rooms.Staff.Set(tx, d.Org, who, staff.Wish{State: staff.Available}); err != nil {
					return err
				}
				if err := rooms.Staff.Opened(tx, staff.Screen{Org: d.Org, Agent: a.ID}, "elsewhere"); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		v := d.Visitor()
		d.Eventually("twelve of fifteen are named", func() bool {
			answer := v.Must(200, "GET", "chat", nil)
			return len(answer.List("agents")) == 12 && answer.Text("more") == "3"
		})
	})
}
