package form_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/channel/channeltest"
	"balie/channel/form"
	"balie/ground/clock"
	"balie/ground/fault"
)

// post writes a message as a browser posts a form.
func post(ctx context.Context, to string, m channeltest.Message) (*http.Request, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range map[string]string{
		form.ID: m.ID, form.Name: m.From.Name, form.Email: m.From.Address, form.Subject: m.Subject, "to": m.To,
		form.Text: strings.ReplaceAll(m.Text, "\n", "\r\n"),
	} {
		if err := w.WriteField(name, value); err != nil {
			return nil, err
		}
	}
	for _, f := range m.Files {
		part, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s"`, f.Name)}, "Content-Type": {f.Type},
		})
		if err != nil {
			return nil, err
		}
		if _, err := part.Write(f.Data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, &b)
	if err == nil {
		r.Header.Set("Content-Type", w.FormDataContentType())
	}
	return r, err
}

// page answers a form as the page of the desk does.
func page(a *form.Adapter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fields, files, err := a.Read(r)
		if err == nil && len(a.Check(fields)) > 0 {
			err = fault.New(fault.Invalid, "form.unreadable")
		}
		if err == nil {
			arrival := a.Arrival(fields, files)
			arrival.To = fields.Get("to")
			_, err = a.Accept(r.Context(), arrival)
		}
		switch {
		case err == nil:
			w.WriteHeader(http.StatusNoContent)
		case fault.Is(err, fault.Unavailable):
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
	})
}

func TestAFormKeepsTheContractOfAChannel(t *testing.T) {
	channeltest.Run(t, func(t *testing.T, _ *channeltest.Desk) channeltest.Subject {
		a := form.New(clock.System{})
		server := httptest.NewServer(page(a))
		t.Cleanup(server.Close)
		return channeltest.Subject{
			Adapter: a, Address: channeltest.DeskAddress,
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
				r, err := post(ctx, server.URL, m)
				if err != nil {
					return "", err
				}
				resp, err := http.DefaultClient.Do(r)
				if err != nil {
					return "", err
				}
				defer resp.Body.Close()
				switch resp.StatusCode {
				case http.StatusNoContent:
					return channeltest.Taken, nil
				case http.StatusServiceUnavailable:
					return channeltest.TryLater, nil
				}
				return channeltest.Refused, nil
			},
		}
	})
}

func request(t testing.TB, kind, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://desk.example/form", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return r
}

func TestWhatBothDatabasesCannotKeepIsTakenOut(t *testing.T) {
	a := form.New(clock.System{})
	fields, _, err := a.Read(request(t, "application/x-www-form-urlencoded", "text=een%00%0D%0Atwee%0Ddrie%FF%1B&name=Jo%0Aan"))
	if err != nil {
		t.Fatal(err)
	}
	if got := fields.Get("text"); got != "een\ntwee\ndrie\uFFFD" {
		t.Errorf("kept %q", got)
	}
	if got := a.Arrival(fields, nil).From.Name; got != "Jo an" {
		t.Errorf("a name on one line: %q", got)
	}
}

func TestAFileNameIsOnlyAName(t *testing.T) {
	a := form.New(clock.System{})
	for sent, want := range map[string]string{
		`../../etc/passwd`: "passwd", `C:\\Users\\jo\\nota.pdf`: "nota.pdf", "..": "file", "a\tb  c.txt": "a b c.txt",
		strings.Repeat("x", 300) + ".pdf": strings.Repeat("x", form.MaxFileName-4) + ".pdf",
	} {
		body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + sent + "\"\r\n\r\nx\r\n--b--\r\n"
		_, files, err := a.Read(request(t, "multipart/form-data; boundary=b", body))
		if err != nil || len(files) != 1 {
			t.Fatalf("%q: %v, %d files", sent, err, len(files))
		}
		if files[0].Name != want {
			t.Errorf("%q became %q", sent, files[0].Name)
		}
	}
}

func TestWhatIsNoFormIsRefused(t *testing.T) {
	a := form.New(clock.System{})
	for _, c := range [][2]string{
		{"", "x"},
		{"text/plain", "x"},
		{"application/json", "{}"},
		{"multipart/form-data", "x"},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhalf"},
		{"application/x-www-form-urlencoded", "text=%zz"},
	} {
		if _, _, err := a.Read(request(t, c[0], c[1])); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q %q: %v", c[0], c[1], err)
		}
	}
}

func TestWhatIsOverALimitIsThrownAwayWhileReadingAndTheTextIsKept(t *testing.T) {
	a := form.New(clock.System{})
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("text", "Mijn vraag"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.CreateFormFile("file", "film.mp4"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	head, tail, _ := strings.Cut(b.String(), "application/octet-stream\r\n\r\n")
	endless := io.MultiReader(strings.NewReader(head+"application/octet-stream\r\n\r\n"), io.LimitReader(zeros{}, 11<<20), strings.NewReader(tail))
	r := httptest.NewRequest(http.MethodPost, "http://desk.example/form", endless)
	r.Header.Set("Content-Type", w.FormDataContentType())
	fields, files, err := a.Read(r)
	if !fault.Is(err, fault.TooLarge) || fault.Of(err).Key != "form.file_large" || fault.Of(err).Args["limit"] != 10 {
		t.Errorf("11 MiB: %v", err)
	}
	if fields.Get("text") != "Mijn vraag" || len(files) != 0 {
		t.Errorf("kept %v and %d files", fields, len(files))
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestAddressesThatCannotBeAnsweredAreRefused(t *testing.T) {
	a := form.New(clock.System{})
	for address, good := range map[string]bool{
		"jo@klant.example": true, "jo.van-den+b@mail.klant.example": true, "j@xn--klnt-0qa.example": true,
		"jo": false, "jo@": false, "@klant.example": false, "jo@klant": false, "jo klant@klant.example": false, "Jo <jo@klant.example>": false,
		"jo@klant.example, an@klant.example": false, "jo@[192.0.2.1]": false, "jo@klant.example\nBcc: x@y.example": false,
		"\"jo\"@klant.example": false, strings.Repeat("a", 250) + "@klant.example": false,
	} {
		wrong := a.Check(url.Values{"name": {"Jo"}, "subject": {"Nota"}, "text": {"Vraag"}, "email": {address}})
		if (len(wrong) == 0) != good {
			t.Errorf("%q: %v", address, wrong)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", []byte("name=Jo&email=jo@klant.example&subject=Nota&text=Klopt+dit%3F&id=1"))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhoi\r\n"+
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\\\\b.txt\"\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"))
	f.Add("multipart/form-data; boundary=\"b\"", []byte("--b\nContent-Disposition: form-data; name=file; filename*=utf-8''%e2%82%ac\n\nx\n--b--"))
	a := form.New(clock.At(time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "http://desk.example/form", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		fields, files, err := a.Read(r)
		if err != nil && fault.Of(err).Kind == fault.Internal {
			t.Fatalf("a form is never our mistake: %v", err)
		}
		for name, values := range fields {
			for _, v := range values {
				if strings.ContainsRune(v, 0) || strings.ContainsRune(v, '\r') || !strings.Contains(strings.ToValidUTF8(v, ""), v) {
					t.Fatalf("%q holds what a database cannot keep: %q", name, v)
				}
			}
		}
		for _, file := range files {
			if file.Name == "" || strings.ContainsAny(file.Name, "/\\\n") || len(file.Data) == 0 || !strings.Contains(file.Type, "/") {
				t.Fatalf("file %q %q of %d bytes", file.Name, file.Type, len(file.Data))
			}
		}
		if len(a.Check(fields)) > 0 {
			return
		}
		one, two := a.Arrival(fields, files), a.Arrival(fields, files)
		if one.Key != two.Key || one.Key == "" || one.Text == "" || strings.ContainsAny(one.Subject+one.From.Name+one.From.Address, "\r\n") {
			t.Fatalf("%+v", one)
		}
	})
}
