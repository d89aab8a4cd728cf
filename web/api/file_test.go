package api_test

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"balie/domain/conversation"
	"balie/domain/org"
	"balie/ground/ledger"
	"balie/ground/outside"
	"balie/ground/sqldb"
	"balie/test/engine"
)

const pixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

func TestAFileIsSentOnceAndOnlyByWhoBroughtIt(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Amber", "Hebt u een voorbeeld?")
		var f struct {
			ID, Name, Type string
			Size           int
		}
		body, kind := form("..\\..\\ma“il\u202egpj.html", "<script>1</script>")
		d.joris().With("Content-Type", kind).Post("/api/v1/files", body).Is(201).Into(&f)
		if f.Name != "ma“ilgpj.html" || f.Size != 18 {
			t.Errorf("the file is kept as %+v", f)
		}
		send := map[string]any{"text": "Zie bijlage", "files": []string{f.ID}}
		if key := d.lotte().Post(k.path()+"/messages", send).Is(400).Key(); key != "conversation.file_unknown" {
			t.Errorf("a colleague who sends it is told %s", key)
		}
		d.joris().Post(k.path()+"/messages", send).Is(201).Into(&k)
		last := k.Timeline[len(k.Timeline)-1]
		if len(last.Files) != 1 || last.Files[0].ID != f.ID || last.Delivery == nil {
			t.Errorf("the message has %+v", last)
		}
		d.joris().Post(k.path()+"/messages", send).Is(400)
		a := d.lotte().Get("/api/v1/files/" + f.ID).Is(200)
		if string(a.Body) != "<script>1</script>" || a.Header.Get("Content-Type") != "application/octet-stream" ||
			!strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment;") || a.Header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("it is given as %v %q", a.Header, a.Body)
		}
		d.stranger().Get("/api/v1/files/" + f.ID).Is(404)
		d.joris().Get("/api/v1/files/..%2Ffiles").Is(404)
		d.joris().Get("/api/v1/files/12x").Is(404)
	})
}

func TestAPictureThatSomebodySentIsShownByItsContent(t *testing.T) {
	webp, err := os.ReadFile("../../ground/picture/testdata/lossy.webp")
	if err != nil {
		t.Fatal(err)
	}
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		sent := func(name, content string) string {
			t.Helper()
			var f struct{ ID string }
			body, kind := form(name, content)
			d.joris().With("Content-Type", kind).Post("/api/v1/files", body).Is(201).Into(&f)
			return "/api/v1/files/" + f.ID + "/picture"
		}
		for want, content := range map[string]string{"image/png": pixel, "image/webp": string(webp)} {
			shown := sent("meter.txt", content)
			a := d.joris().Get(shown).Is(200)
			if string(a.Body) != content || a.Header.Get("Content-Type") != want || a.Header.Get("X-Content-Type-Options") != "nosniff" ||
				!strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") || a.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" {
				t.Errorf("%s: %v", want, a.Header)
			}
			d.stranger().Get(shown).Is(404)
		}
		bomb := strings.Replace(pixel, "\x00\x00\x00\x01\x00\x00\x00\x01", "\x00\x00\xff\xff\x00\x00\xff\xff", 1)
		bomb = bomb[:29] + string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(bomb[12:29]))))
		for what, content := range map[string]string{
			"a page": "<html><script>1</script>", "a drawing": "<svg xmlns='http://www.w3.org/2000/svg'/>", "a part": pixel[:20], "a bomb": bomb, "a long one": pixel + strings.Repeat("x", 10<<20),
		} {
			if a := d.joris().Get(sent("foto.png", content)); a.Status != 404 {
				t.Errorf("%s: %d", what, a.Status)
			}
		}
	})
}

func TestAFileThatCannotBeKeptIsRefused(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		large := io.MultiReader(strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"),
			io.LimitReader(zeros{}, 25<<20+1), strings.NewReader("\r\n--x--\r\n"))
		if key := d.joris().With("Content-Type", "multipart/form-data; boundary=x").Post("/api/v1/files", large).Is(413).Key(); key != "api.file_large" {
			t.Errorf("a large file: %s", key)
		}
		empty, kind := form("leeg.txt", "")
		if key := d.joris().With("Content-Type", kind).Post("/api/v1/files", empty).Is(400).Key(); key != "api.file_empty" {
			t.Errorf("an empty file: %s", key)
		}
		nameless := strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhallo\r\n--x--\r\n")
		if key := d.joris().With("Content-Type", "multipart/form-data; boundary=x").Post("/api/v1/files", nameless).Is(400).Key(); key != "api.file_missing" {
			t.Errorf("a part without a name: %s", key)
		}
		if key := d.joris().Post("/api/v1/files", "{}").Is(400).Key(); key != "edge.content_type" {
			t.Errorf("JSON instead of a file: %s", key)
		}
		d.As(d.East.Robot).With("Content-Type", kind).Post("/api/v1/files", strings.NewReader("")).Is(400)
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestAMailIsShownAsItWasWrittenWithoutItsSenderKnowing(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		remote := "https://plaatjes.klant.example/a.png?b=1&c=2"
		k := asks(d.joris(), "Bas", "Met een plaatje")
		id := addLine(t, d, d.East, k.ID, conversation.Line{
			HTML:  `<p>Dag</p><img data-src="https://plaatjes.klant.example/a.png?b=1&amp;c=2">`,
			Raw:   []byte("Subject: Dag\r\n\r\nDag"),
			Files: []conversation.NewFile{{Name: "logo.png", Type: "image/png", ContentID: "logo@klant", Data: []byte(pixel)}},
		})
		page := d.joris().Get("/api/v1/messages/" + id + "/html?images=1").Is(200)
		policy := page.Header.Get("Content-Security-Policy")
		if !strings.Contains(string(page.Body), "<p>Dag</p>") || !strings.Contains(policy, "sandbox") || !strings.Contains(policy, "default-src 'none'") ||
			strings.Contains(policy, "allow-scripts") || strings.Contains(policy, "allow-same-origin") {
			t.Errorf("%s with %s", page.Body, policy)
		}
		if !strings.Contains(string(page.Body), "proxy= ") {
			t.Error("pictures from elsewhere are loaded though the organisation did not allow it")
		}
		inline := regexp.MustCompile(`inline=(\S+)`).FindStringSubmatch(string(page.Body))[1]
		a := d.Get(inline).Is(200)
		if string(a.Body) != pixel || a.Header.Get("Content-Type") != "image/png" || a.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("the picture inside is %v", a.Header)
		}
		d.Get(strings.Replace(inline, "tag=", "tag=a", 1)).Is(404)
		d.Get(regexp.MustCompile(`until=\d+`).ReplaceAllString(inline, "until=99999999999")).Is(404)
		raw := d.joris().Get("/api/v1/messages/" + id + "/raw").Is(200)
		if string(raw.Body) != "Subject: Dag\r\n\r\nDag" || raw.Header.Get("Content-Type") != "message/rfc822" ||
			!strings.HasPrefix(raw.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("as it came in: %v %q", raw.Header, raw.Body)
		}
		d.joris().Get("/api/v1/messages/" + k.Timeline[0].ID + "/html").Is(404)
		d.joris().Get("/api/v1/messages/" + k.Timeline[0].ID + "/raw").Is(404)
		allowImages(t, d)
		proxied(t, d, id, remote)
	})
}

func allowImages(t *testing.T, d *desk) {
	t.Helper()
	if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		o, err := d.Flow.Org.Load(tx, d.East.ID)
		o.Settings.RemoteImages = org.On
		if err != nil {
			return err
		}
		return d.Flow.Org.Change(tx, ledger.Desk, o)
	}); err != nil {
		t.Fatal(err)
	}
}

// proxied looks at the pictures from elsewhere once the organisation allows them.
func proxied(t *testing.T, d *desk, id, remote string) {
	t.Helper()
	page := d.joris().Get("/api/v1/messages/" + id + "/html").Is(200)
	if !strings.Contains(string(page.Body), "proxy= ") {
		t.Error("pictures from elsewhere are loaded though the agent did not ask")
	}
	page = d.joris().Get("/api/v1/messages/" + id + "/html?images=1").Is(200)
	proxy := regexp.MustCompile(`proxy=(\S+)`).FindStringSubmatch(string(page.Body))[1]
	d.outside.answers = map[string]outside.Answer{remote: {Status: 200, Body: []byte(pixel)}}
	a := d.Get(proxy + url.QueryEscape(remote)).Is(200)
	if string(a.Body) != pixel || a.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture from elsewhere: %v", a.Header)
	}
	for _, other := range []string{"https://plaatjes.klant.example/b.png", "http://127.0.0.1/", remote + "x", ""} {
		d.Get(proxy + url.QueryEscape(other)).Is(404)
	}
	d.outside.answers[remote] = outside.Answer{Status: 200, Body: []byte("<svg onload=alert(1)>")}
	d.Get(proxy + url.QueryEscape(remote)).Is(404)
	d.Get(strings.Replace(proxy, "m="+id, "m=1", 1) + url.QueryEscape(remote)).Is(404)
	d.Get("/api/v1/image?url=" + url.QueryEscape(remote)).Is(404)
	if !slices.Equal(d.outside.asked, []string{remote, remote}) {
		t.Errorf("asked outside: %v", d.outside.asked)
	}
}

func TestASavedReplyIsFilledInOnce(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Chris", "Wanneer?")
		d.joris().Post(k.path()+"/promises", map[string]any{"text": "{{org.name}} belt", "due": soon()}).Is(201)
		var out struct{ Text string }
		d.joris().Post(k.path()+"/fill", map[string]any{
			"text": "Dag {{customer.name}} van {{ case.number }}, {{promise.text}} {{onbekend.veld}} {{x}} groet {{agent.name}}, {{org.name}}",
		}).Is(200).Into(&out)
		if want := "Dag Chris van " + k.Number + ", {{org.name}} belt {{onbekend.veld}} {{x}} groet Joris, Energie Oost"; out.Text != want {
			t.Errorf("filled in: %q, want %q", out.Text, want)
		}
		d.joris().Post(k.path()+"/fill", map[string]any{"text": "Voor {{promise.due}}"}).Is(200).Into(&out)
		if strings.Contains(out.Text, "{{") {
			t.Errorf("the deadline is not filled in: %q", out.Text)
		}
		d.joris().Post(k.path()+"/read-back", map[string]any{"question": "Wanneer komt de monteur?"}).Is(201)
		for _, f := range org.Fields() {
			d.joris().Post(k.path()+"/fill", map[string]any{"text": "{{" + string(f) + "}}"}).Is(200).Into(&out)
			if out.Text == "" || strings.Contains(out.Text, string(f)) {
				t.Errorf("%s is not filled in: %q", f, out.Text)
			}
		}
		var html struct{ HTML string }
		d.joris().Post("/api/v1/preview", map[string]any{"text": "**vet** <script>"}).Is(200).Into(&html)
		if !strings.Contains(html.HTML, "<strong>vet</strong>") || strings.Contains(html.HTML, "<script>") {
			t.Errorf("preview %q", html.HTML)
		}
	})
}

func TestTheListsOfADesk(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		by := org.By{Org: d.East.ID, Actor: ledger.Desk}
		var dep org.Department
		if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
			if dep, err = d.Flow.Org.SaveDepartment(tx, by, org.Department{Name: "Facturen"}); err != nil {
				return err
			}
			_, err = d.Flow.Org.SaveReply(tx, by, org.Reply{Name: "Groet", Shortcut: "groet", Text: "Dag {{customer.name}}", Locale: "nl"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var v struct {
			Agents []struct {
				Name, Role string
				Present    bool
			}
			Departments []idName
			Replies     []struct{ Shortcut string }
		}
		d.joris().Get("/api/v1/agents").Is(200).Into(&v)
		d.joris().Get("/api/v1/departments").Is(200).Into(&v)
		d.joris().Get("/api/v1/replies").Is(200).Into(&v)
		if len(v.Agents) != 3 || len(v.Departments) != 1 || len(v.Replies) != 1 {
			t.Errorf("the lists are %+v", v)
		}
		d.stranger().Get("/api/v1/departments").Is(200).Into(&v)
		if len(v.Departments) != 0 {
			t.Errorf("west has %v", v.Departments)
		}
		k := asks(d.joris(), "Dina", "Voor facturen")
		path := k.path() + "/owner"
		d.joris().Post(path, map[string]any{"department": departmentID(dep), "note": "Dit is voor jullie"}).Is(200).Into(&k)
		if k.Department == nil || k.Department.Name != "Facturen" || k.Owner != nil {
			t.Errorf("handed over: %+v", k)
		}
		d.joris().Post(path, map[string]any{"agent": "me"}).Is(200).Into(&k)
		if k.Owner == nil || k.Owner.Name != "Joris" {
			t.Errorf("taken: %+v", k.Owner)
		}
		d.joris().Post(path, map[string]any{"agent": ""}).Is(200).Into(&k)
		if k.Owner != nil {
			t.Errorf("given back: %+v", k.Owner)
		}
		s := d.joris().Stream("/api/v1/events")
		s.Comment()
		d.joris().Get("/api/v1/agents").Is(200).Into(&v)
		for _, a := range v.Agents {
			if a.Present != (a.Name == "Joris") {
				t.Errorf("%s: present is %v", a.Name, a.Present)
			}
		}
	})
}
