package browser_test

import (
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"balie/test/browser"
	"balie/test/desk"
	"balie/test/widget"
)

// selfie is a file with a made-up face.
func selfie(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	disc := func(x, y, r int, c color.RGBA) {
		for dy := -r; dy <= r; dy++ {
			for dx := -r; dx <= r; dx++ {
				if dx*dx+dy*dy <= r*r {
					m.SetRGBA(x+dx, y+dy, c)
				}
			}
		}
	}
	for y := range 480 {
		for x := range 640 {
			m.SetRGBA(x, y, color.RGBA{uint8(150 + y/8), uint8(190 - y/10), 170, 255})
		}
	}
	disc(320, 540, 220, color.RGBA{60, 80, 110, 255})
	disc(320, 200, 130, color.RGBA{90, 55, 40, 255})
	disc(320, 235, 105, color.RGBA{225, 175, 145, 255})
	disc(285, 225, 9, color.RGBA{40, 30, 30, 255})
	disc(355, 225, 9, color.RGBA{40, 30, 30, 255})
	disc(320, 285, 16, color.RGBA{170, 80, 80, 255})
	path := filepath.Join(t.TempDir(), "ik.jpg")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := jpeg.Encode(f, m, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// drawn says that a picture of another colour than the circle behind it stands on a canvas of the chat.
const drawn = `(() => {
	const c = document.querySelector("balie-chat").shadowRoot.querySelector(".face canvas");
	if (!c || !c.width) return false;
	const [r, g, b] = c.getContext("2d").getImageData(c.width / 2, c.height / 2, 1, 1).data;
	return r > 190 && g > 130 && g < 210 && b > 90 && b < 190;
})()`

func TestAPictureOfAnAgentIsSeenByColleaguesAndOnAForeignPage(t *testing.T) {
	t.Parallel()
	d := open(t)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	maaike.Visit(d.URL + "/manage/me")
	look(maaike, "me without a picture")
	maaike.Click("button", "Foto bewaren")
	maaike.Sees("Kies eerst een foto.")
	look(maaike, "me with a picture refused")
	maaike.Choose(`input[type="file"]`, selfie(t))
	maaike.Click("button", "Foto bewaren")
	maaike.Sees("Je foto staat erop.")
	maaike.Until("the picture on the profile", `document.querySelector("img.portrait-face")?.naturalWidth === 192`)
	look(maaike, "me with a picture")

	maaike.Visit(d.URL + "/desk")
	maaike.Until("one's own picture in the rail", `document.querySelector(".me img.portrait")?.naturalWidth === 192`)
	available(maaike)
	maaike.Visit(d.URL + "/desk/queue")
	maaike.Until("the picture among who is there", `document.querySelector(".person img.portrait")?.naturalWidth === 192`)
	look(maaike, "queue with a picture")

	v := widget.Visitor{Tab: browser.Open(t, browser.Desktop)}
	v.Arrive(website(t, d))
	v.Start("Chat met ons")
	v.Reads("Maaike", "Hier antwoordt een mens")
	v.Until("the picture of who is there", drawn)
	v.Shot("chat picture before")
	v.Write(firstWords, "Wie ben je?")
	maaike.SeesIn(".offer", "Wie ben je?")
	maaike.Press("y")
	v.Reads("Maaike helpt je")
	v.Until("the picture of who helps", drawn)
	v.Axe("a chat with a picture", browser.AllRules)
	v.Shot("chat picture helped")

	maaike.Visit(d.URL + "/manage/me")
	maaike.Click("button", "Foto weghalen")
	maaike.Until("no picture on the profile", `!document.querySelector("img.portrait-face")`)
}
