package letter_test

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"

	"balie/channel/email/letter"
)

// winmail packs one attachment and a text as some servers do.
func winmail(name, data, text string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0x223e9f78)
	b = append(b, 0, 0)
	attribute := func(id uint32, value string) {
		b = append(b, 2)
		b = binary.LittleEndian.AppendUint32(b, id)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(value)))
		b = append(b, value...)
		b = append(b, 0, 0)
	}
	attribute(0x2800c, text+"\x00")
	attribute(0x69002, strings.Repeat("\x00", 14))
	attribute(0x18010, name+"\x00")
	attribute(0x6800f, data)
	return b
}

func TestWinmailIsUnpackedIntoFilesAndText(t *testing.T) {
	packed := base64.StdEncoding.EncodeToString(winmail("..\\nota.pdf", "%PDF", "Zie de nota."))
	head := "Content-Type: multipart/mixed; boundary=g\n"
	part := "--g\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + packed + "\n--g--\n"
	l := read(t, mail(head, part), letter.Options{})
	if len(l.Files) != 1 || l.Files[0].Name != "nota.pdf" || string(l.Files[0].Data) != "%PDF" || l.Text != "Zie de nota." {
		t.Errorf("text %q, files %v", l.Text, l.Files)
	}
	both := read(t, mail(head, "--g\n\nDe tekst buiten.\n"+part), letter.Options{})
	if both.Text != "De tekst buiten." {
		t.Errorf("with a text outside: %q", both.Text)
	}
}

func TestABrokenWinmailStaysAFile(t *testing.T) {
	l := read(t, mail("Content-Type: application/ms-tnef; name=winmail.dat\n", "geen tnef"), letter.Options{})
	if len(l.Files) != 1 || l.Files[0].Name != "winmail.dat" {
		t.Errorf("files %v", l.Files)
	}
}

func TestWhatIsFarTooLongToReadIsKeptWhole(t *testing.T) {
	long := strings.Repeat("Een regel die telkens terugkomt.\n", 200000)
	raw := mail("", long)
	l := read(t, raw, letter.Options{})
	if len(l.Files) != 1 || len(l.Files[0].Data) < len(long) || !strings.HasPrefix(l.Text, "Een regel") || len(l.Text) > 512<<10 {
		t.Errorf("text of %d bytes, %d files", len(l.Text), len(l.Files))
	}
}
