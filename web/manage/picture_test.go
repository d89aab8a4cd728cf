package manage_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"balie/domain/access"
	"balie/ground/sqldb"
)

// selfie is a picture of one colour.
func selfie(t *testing.T, c color.Color) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 300, 200))
	draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	return b.Bytes()
}

// give posts a file as the form of the profile does.
func (b *browser) give(path string, data []byte, site string) page {
	b.d.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if data != nil {
		part, err := form.CreateFormFile("picture", "ik.png")
		must(b.d.t, err)
		_, err = part.Write(data)
		must(b.d.t, err)
	}
	must(b.d.t, form.Close())
	r, err := http.NewRequestWithContext(b.d.t.Context(), http.MethodPost, b.d.server.URL+path, &body)
	must(b.d.t, err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", site)
	return b.send(r)
}

// portrait is the address of the picture on somebody's own page.
func (b *browser) portrait() string {
	b.d.t.Helper()
	_, rest, found := strings.Cut(b.get("/manage/me").body, `<img class="portrait-face" src="`)
	if !found {
		return ""
	}
	path, _, _ := strings.Cut(rest, `"`)
	return path
}

func TestAnAgentGivesAPictureAndTakesItAway(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		joris := d.browser(d.east.people[access.Agent])
		if joris.portrait() != "" {
			t.Fatal("there is a picture that nobody gave")
		}
		p := joris.give("/manage/me/picture", selfie(t, color.NRGBA{R: 200, A: 255}), "same-origin")
		if p.status != http.StatusSeeOther || !strings.Contains(joris.get(p.to()).body, "Je foto staat erop.") {
			t.Fatalf("%d %s\n%s", p.status, p.to(), words(p.body))
		}
		first := joris.portrait()
		if !strings.HasPrefix(first, "/o/energie-oost/people/") {
			t.Fatalf("it is at %q", first)
		}
		joris.give("/manage/me/picture", selfie(t, color.NRGBA{B: 200, A: 255}), "same-origin")
		if second := joris.portrait(); second == first || second == "" {
			t.Errorf("another picture is at %q, as the one before", second)
		}
		if d.browser(d.east.people[access.Lead]).portrait() != "" {
			t.Error("a colleague got it too")
		}
		if p := joris.done("/manage/me/picture-removal"); !strings.Contains(p.body, "Verwijderd.") || joris.portrait() != "" {
			t.Errorf("it is still there\n%s", words(p.body))
		}
	})
}

func TestAPictureIsRefusedWithTheReasonBesideTheField(t *testing.T) {
	d := newDesk(t, sqlite(t))
	joris := d.browser(d.east.people[access.Agent])
	large := append(selfie(t, color.White), make([]byte, access.PictureBytes)...)
	for says, data := range map[string][]byte{
		"Kies eerst een foto.": nil, "Dit is geen foto die we kunnen gebruiken.": []byte("<svg/>"), "Deze foto is te groot.": large,
		"Deze foto is beschadigd": selfie(t, color.White)[:60],
	} {
		p := joris.give("/manage/me/picture", data, "same-origin")
		if p.status < 400 || p.status >= 500 || !strings.Contains(p.body, says) || !strings.Contains(p.body, `id="me-picture-picture-wrong"`) {
			t.Errorf("%q: %d\n%s", says, p.status, words(p.body))
		}
	}
	if p := joris.post("/manage/me/picture", "picture", "x"); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a form that is none: %d", p.status)
	}
	if joris.portrait() != "" {
		t.Error("something was kept")
	}
}

func TestOnlyWhoIsSignedInOnOurOwnSiteGivesAPicture(t *testing.T) {
	d := newDesk(t, sqlite(t))
	good := selfie(t, color.Black)
	if p := d.browser(d.east.people[access.Agent]).give("/manage/me/picture", good, "cross-site"); p.status != http.StatusForbidden {
		t.Errorf("from another site: %d", p.status)
	}
	if p := d.browser(access.Account{}).give("/manage/me/picture", good, "same-origin"); p.status != http.StatusSeeOther || !strings.HasPrefix(p.to(), "/sign-in") {
		t.Errorf("not signed in: %d %s", p.status, p.to())
	}
	if n := len(got(d, func(tx *sqldb.Tx) (access.Pictures, error) { return d.access.Pictures(tx, d.east.org.ID) })); n != 0 {
		t.Errorf("%d pictures", n)
	}
}
