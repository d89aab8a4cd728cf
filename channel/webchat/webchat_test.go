package webchat_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/channel/channeltest"
	"balie/channel/webchat"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
)

var now = time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)

func nowhere(string) (ident.Site, secret.Text, error) {
	return 0, secret.Text{}, fault.New(fault.Unknown, "chat.site_unknown")
}

// page answers as the desk does: a frame, with the files that were sent before it.
func page(a *webchat.Adapter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrival, err := read(a, r)
		if err == nil {
			_, err = a.Accept(r.Context(), arrival)
		}
		switch {
		case err == nil:
			w.WriteHeader(http.StatusCreated)
		case fault.Is(err, fault.Unavailable):
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusBadRequest)
		}
	})
}

func read(a *webchat.Adapter, r *http.Request) (channel.Arrival, error) {
	var arrival channel.Arrival
	parts, err := r.MultipartReader()
	if err != nil {
		return arrival, err
	}
	var files []channel.File
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			arrival.Files, arrival.To = files, r.Header.Get("To")
			return arrival, nil
		}
		if err != nil {
			return arrival, err
		}
		data, err := io.ReadAll(p)
		if err != nil {
			return arrival, err
		}
		if p.FormName() == "frame" {
			if arrival, err = a.Begin(data, nowhere); err != nil {
				return arrival, err
			}
			continue
		}
		f, err := a.File(p.FileName(), data)
		if err != nil {
			return arrival, err
		}
		files = append(files, f)
	}
}

func deliver(ctx context.Context, url string, m channeltest.Message) (channeltest.Answer, error) {
	frame, err := json.Marshal(map[string]any{
		"text": m.Text, "client_id": "een-kenmerk-van-" + m.ID, "name": m.From.Name, "email": m.From.Address, "subject": m.Subject,
	})
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormField("frame")
	if err != nil {
		return "", err
	}
	part.Write(frame) //nolint:errcheck // in memory
	for _, f := range m.Files {
		part, err := w.CreateFormFile("file", f.Name)
		if err != nil {
			return "", err
		}
		part.Write(f.Data) //nolint:errcheck // in memory
	}
	w.Close() //nolint:errcheck // in memory
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, &b)
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("To", m.To)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing in it
	switch resp.StatusCode {
	case http.StatusCreated:
		return channeltest.Taken, nil
	case http.StatusServiceUnavailable:
		return channeltest.TryLater, nil
	}
	return channeltest.Refused, nil
}

func TestAChatKeepsTheContractOfAChannel(t *testing.T) {
	channeltest.Run(t, func(t *testing.T, _ *channeltest.Desk) channeltest.Subject {
		a := webchat.New(clock.System{})
		server := httptest.NewServer(page(a))
		t.Cleanup(server.Close)
		return channeltest.Subject{
			Adapter: a, Address: channeltest.DeskAddress, Files: chatFiles(),
			Ready: func(ctx context.Context) error {
				for {
					_, err := a.Accept(ctx, channel.Arrival{To: "nobody@nowhere.example"})
					if fault.Is(err, fault.Unknown) {
						return nil
					}
					if err := (clock.System{}).Sleep(ctx, time.Millisecond); err != nil {
						return err
					}
				}
			},
			Deliver: func(ctx context.Context, m channeltest.Message) (channeltest.Answer, error) {
				return deliver(ctx, server.URL, m)
			},
		}
	})
}

// chatFiles are what a chat takes: of each sort something that is easily damaged.
func chatFiles() []channel.File {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	return []channel.File{
		{Name: "rekening 2026.pdf", Type: "application/pdf", Data: append([]byte("%PDF-1.7\n"), bytes.Repeat(every, 1200)...)},
		{Name: "café ☕.png", Type: "image/png", Data: []byte("\x89PNG\r\n\x1a\n\x00\r\r\n\n")},
		{Name: "brief.txt", Type: "text/plain", Data: []byte("Regel één\r\nregel twee\n\n€")},
	}
}

func begin(t *testing.T, fields map[string]any) (channel.Arrival, error) {
	t.Helper()
	frame := map[string]any{"text": "Klopt mijn nota?", "client_id": "0123456789abcdef"}
	for name, value := range fields {
		frame[name] = value
	}
	b, err := json.Marshal(frame)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]secret.Text{"oost": secret.New("sleutel van oost"), "west": secret.New("sleutel van west")}
	return webchat.New(clock.At(now)).Begin(b, func(key string) (ident.Site, secret.Text, error) {
		k, ok := keys[key]
		if !ok {
			return nowhere(key)
		}
		return 7, k, nil
	})
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

func TestWhoTheWebsiteSignsForIsKnown(t *testing.T) {
	id := webchat.Identity{Subject: "klant-12", Name: "Sanne de Wit", Email: "sanne@klant.example", Expires: now.Add(time.Hour).Unix()}
	token := webchat.Sign(id, secret.New("sleutel van oost"))
	for range 2 { // shown again before it expires, it says the same again
		a, err := begin(t, map[string]any{"site": "oost", "identity": token, "name": "Iemand anders", "email": "ander@klant.example"})
		if err != nil || a.Live.Subject != "klant-12" || a.Live.Site != 7 || a.From.Name != "Sanne de Wit" || a.From.Address != "sanne@klant.example" {
			t.Fatalf("%v %+v %+v", err, a.From, a.Live)
		}
		if bytes.Contains(a.Raw, []byte(token)) {
			t.Error("the identity is kept with the message")
		}
	}
}

func TestAnIdentityThatIsForgedExpiredOrOfAnotherWebsiteIsRefused(t *testing.T) {
	key := secret.New("sleutel van oost")
	good := webchat.Identity{Subject: "klant-12", Expires: now.Add(time.Hour).Unix()}
	change := func(fn func(*webchat.Identity)) string {
		id := good
		fn(&id)
		return webchat.Sign(id, key)
	}
	whole := webchat.Sign(good, key)
	body, tag, _ := strings.Cut(whole, ".")
	other := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"klant-13","exp":9999999999}`))
	for name, c := range map[string]struct{ site, token, key string }{
		"forged":                {"oost", other + "." + tag, "webchat.identity_forged"},
		"of another website":    {"west", whole, "webchat.identity_forged"},
		"without a tag":         {"oost", body, "webchat.identity_forged"},
		"no dot":                {"oost", "iets", "webchat.identity_unreadable"},
		"tag unreadable":        {"oost", body + ".é", "webchat.identity_unreadable"},
		"expired":               {"oost", change(func(i *webchat.Identity) { i.Expires = now.Unix() }), "webchat.identity_expired"},
		"valid for too long":    {"oost", change(func(i *webchat.Identity) { i.Expires = now.Add(25 * time.Hour).Unix() }), "webchat.identity_too_long"},
		"without an end":        {"oost", change(func(i *webchat.Identity) { i.Expires = 0 }), "webchat.identity_unreadable"},
		"of nobody":             {"oost", change(func(i *webchat.Identity) { i.Subject = "  " }), "webchat.identity_unreadable"},
		"without a website":     {"", whole, "webchat.identity_without_site"},
		"of an unknown website": {"zuid", whole, "chat.site_unknown"},
	} {
		if name == "without a tag" {
			c.key = "webchat.identity_unreadable"
		}
		if _, err := begin(t, map[string]any{"site": c.site, "identity": c.token}); keyOf(err) != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	empty := webchat.Sign(good, secret.Text{})
	if _, err := webchat.Verify(empty, secret.Text{}, now); keyOf(err) != "webchat.identity_forged" {
		t.Errorf("signed without a key: %v", err)
	}
}

func TestAnAddressThatIsTypedBesideAnIdentityIsOnlyTold(t *testing.T) {
	token := webchat.Sign(webchat.Identity{Subject: "klant-12", Expires: now.Add(time.Hour).Unix()}, secret.New("sleutel van oost"))
	for _, fields := range []map[string]any{
		{"email": "slachtoffer@post.example"}, {"later": map[string]string{"kind": "mail", "email": "slachtoffer@post.example"}},
	} {
		fields["site"], fields["identity"] = "oost", token
		a, err := begin(t, fields)
		if err != nil || a.From.Address != "" || a.Given[webchat.Email] != "slachtoffer@post.example" {
			t.Errorf("%v: %v, from %+v, told %v", fields, err, a.From, a.Given)
		}
	}
}

func TestOnlyAddressesOfPagesThatMayBeFollowedAreKept(t *testing.T) {
	long := "https://www.klant.example/?q=" + strings.Repeat("x", 3000)
	for sent, want := range map[string]string{
		"https://www.klant.example/nota?jaar=2026#boven": "https://www.klant.example/nota?jaar=2026",
		"javascript:alert(1)":                            "", "data:text/html,x": "", "file:///etc/passwd": "", "/nota": "",
		"https://jo:geheim@www.klant.example/": "", "https://": "", long: "https://www.klant.example/",
	} {
		a, err := begin(t, map[string]any{"page": sent})
		if err != nil || a.Live.Page.URL != want {
			t.Errorf("%.60s became %q, %v", sent, a.Live.Page.URL, err)
		}
	}
}

func TestAFrameOverALimitIsRefusedByName(t *testing.T) {
	for name, c := range map[string]struct {
		fields map[string]any
		key    string
	}{
		"no text":           {map[string]any{"text": " \n\x00"}, "webchat.text_missing"},
		"long text":         {map[string]any{"text": strings.Repeat("é", 4001)}, "webchat.text_long"},
		"most text":         {map[string]any{"text": strings.Repeat("é", 4000)}, ""},
		"short id":          {map[string]any{"client_id": "abc"}, "webchat.client_id_unusable"},
		"long id":           {map[string]any{"client_id": strings.Repeat("a", 65)}, "webchat.client_id_unusable"},
		"id with a colon":   {map[string]any{"client_id": "0123456789:abcdef"}, "webchat.client_id_unusable"},
		"large":             {map[string]any{"title": strings.Repeat("x", 70_000)}, "webchat.frame_large"},
		"no address":        {map[string]any{"email": "jo"}, "webchat.email_unusable"},
		"text of a number":  {map[string]any{"text": 3}, "webchat.frame_unreadable"},
		"later by pigeon":   {map[string]any{"later": map[string]string{"kind": "pigeon"}}, "webchat.later_unknown"},
		"mail to nobody":    {map[string]any{"later": map[string]string{"kind": "mail"}}, "webchat.email_missing"},
		"call nobody":       {map[string]any{"later": map[string]string{"kind": "callback", "at": "2026-11-17T09:00:00Z"}}, "webchat.phone_unusable"},
		"call a dear line":  {map[string]any{"later": map[string]string{"kind": "callback", "phone": "+31 6 12 34 56 78;ext=1", "at": "2026-11-17T09:00:00Z"}}, "webchat.phone_unusable"},
		"call at no moment": {map[string]any{"later": map[string]string{"kind": "callback", "phone": "06 12345678"}}, "webchat.moment_missing"},
		"later by mail":     {map[string]any{"later": map[string]string{"kind": "mail", "email": "jo@klant.example"}}, ""},
	} {
		if _, err := begin(t, c.fields); keyOf(err) != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFileIsWhatItsContentIs(t *testing.T) {
	a := webchat.New(clock.At(now))
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 en meer"
	for name, c := range map[string]struct{ data, kept, kind string }{
		"foto.png":          {"\xff\xd8\xff\xe0 en meer", "foto.png.jpg", "image/jpeg"},
		"foto.JPEG":         {"\xff\xd8\xff\xe0 en meer", "foto.JPEG", "image/jpeg"},
		"plaatje":           {"GIF89a en meer", "plaatje.gif", "image/gif"},
		"../../nota.pdf":    {"%PDF-1.7", "nota.pdf", "application/pdf"},
		"C:\\nota.docx":     {"PK\x03\x04....[Content_Types].xml....word/document.xml", "nota.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"blad.xls":          {ole, "blad.xls", "application/vnd.ms-excel"},
		"brief.txt":         {"hallo\n", "brief.txt", "text/plain"},
		"pagina.html":       {"<script>alert(1)</script>", "", ""},
		"tekening.svg":      {"<svg onload='alert(1)'/>", "", ""},
		"programma.exe":     {"MZ\x90\x00", "", ""},
		"programma.txt":     {"MZ\x90\x00", "", ""},
		"archief.zip":       {"PK\x03\x04....iets", "", ""},
		"macro.docm.doc.js": {ole, "", ""},
		"leeg.txt":          {"", "", ""},
	} {
		f, err := a.File(name, []byte(c.data))
		if (err == nil) != (c.kept != "") || f.Name != c.kept || f.Type != c.kind {
			t.Errorf("%s became %q %q, %v", name, f.Name, f.Type, err)
		}
	}
	if _, err := a.File("groot.txt", bytes.Repeat([]byte("x"), webchat.MaxFile+1)); !fault.Is(err, fault.TooLarge) {
		t.Errorf("over the limit: %v", err)
	}
}

func TestNothingIsSentToAChat(t *testing.T) {
	err := webchat.New(clock.At(now)).Send(t.Context(), channel.Outgoing{})
	if fault.Is(err, fault.Unavailable) || keyOf(err) != "webchat.carried_by_its_log" {
		t.Error(err)
	}
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte(`{"text":"Klopt dit?","client_id":"0123456789abcdef","page":"https://a.example/#x","given":{"order":"12"}}`))
	f.Add([]byte(`{"text":"x","client_id":"0123456789abcdef","later":{"kind":"callback","phone":"0612345678","at":"2026-11-17T09:00:00Z"}}`))
	f.Add([]byte(`{"text":"x","client_id":"0123456789abcdef","site":"s","identity":"e30.AA"}`))
	f.Add([]byte(`{"text":"x","client_id":"0123456789abcdef","files":["1","2"]}`))
	a := webchat.New(clock.At(now))
	f.Fuzz(func(t *testing.T, body []byte) {
		ours := func(err error) bool { return err != nil && fault.Of(err).Kind == fault.Internal }
		kept := func(s string) bool { return !strings.ContainsAny(s, "\x00\r") && strings.ToValidUTF8(s, "") == s }
		one, err := a.Begin(body, func(string) (ident.Site, secret.Text, error) { return 1, secret.New("x"), nil })
		if ours(err) {
			t.Fatalf("a frame is never our mistake: %v", err)
		}
		if err == nil && (!kept(one.Text) || !kept(one.From.Name) || !kept(one.Live.Page.URL) || one.Key == "" || one.Text == "" || len(one.Raw) == 0) {
			t.Fatalf("%+v", one)
		}
		for name, value := range one.Given {
			if !kept(name) || !kept(value) {
				t.Fatalf("given %q %q", name, value)
			}
		}
		two, err := a.Say(body, 9)
		if ours(err) || (err == nil && (!kept(two.Text) || !strings.HasPrefix(two.Key, "chat:9:"))) {
			t.Fatalf("%v %+v", err, two)
		}
	})
}

func FuzzFile(f *testing.F) {
	f.Add("nota.pdf", []byte("%PDF-1.7"))
	f.Add("a\\b.docx", []byte("PK\x03\x04[Content_Types].xmlword/"))
	a := webchat.New(clock.At(now))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		file, err := a.File(name, data)
		if err != nil {
			if fault.Of(err).Kind == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		if file.Name == "" || strings.ContainsAny(file.Name, "/\\\n\x00") || !strings.Contains(file.Type, "/") || strings.Contains(file.Type, "html") {
			t.Fatalf("%q %q", file.Name, file.Type)
		}
	})
}

func FuzzIdentity(f *testing.F) {
	key := secret.New("sleutel")
	f.Add(webchat.Sign(webchat.Identity{Subject: "a", Expires: now.Add(time.Hour).Unix()}, key))
	f.Add("e30.AA")
	f.Fuzz(func(t *testing.T, token string) {
		id, err := webchat.Verify(token, key, now)
		if err == nil && (id.Subject == "" || webchat.Sign(webchat.Identity{}, key) == token) {
			t.Fatalf("%q gives %+v", token, id)
		}
	})
}
