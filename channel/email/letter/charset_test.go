package letter_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"balie/channel/email/letter"
)

func in(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTextIsReadWithoutALabelAndWithAWrongOne(t *testing.T) {
	for _, c := range []struct {
		text   string
		e      encoding.Encoding
		labels string
	}{
		{"Het café heeft één meter te veel, dat is € 12.", charmap.Windows1252, ",us-ascii,utf-8,x-unknown,iso-8859-1,ISO 8859-1,ansi,iso-2022-jp"},
		{"Het café heeft één meter te veel, dat is € 12.", encoding.Nop, ",utf8,iso-8859-1,windows-1252,us-ascii,gb2312,x-onzin,utf-16"},
		{"关于电费账单的问题", simplifiedchinese.GBK, ",gb2312,gbk,us-ascii,utf-8,iso-2022-jp,x-gbk,cp936"},
		{"お世話になっております。", japanese.ShiftJIS, ",iso-2022-jp,shift-jis,cp932,us-ascii"},
		{"お世話になっております。", japanese.EUCJP, ",euc-jp,iso-2022-jp"},
		{"お世話になっております。", japanese.ISO2022JP, ",iso-2022-jp,us-ascii,iso-2022-jp-ms"},
		{"전기 요금에 대해 알고 싶습니다 감사합니다", korean.EUCKR, ",euc-kr,ks_c_5601,cp949"},
		{"關於電費帳單的問題請問", traditionalchinese.Big5, ",big5,cp950"},
		{"Здравствуйте, у меня вопрос про счёт за электричество", charmap.Windows1251, ",windows-1251,win-1251"},
		{"Здравствуйте, у меня вопрос про счет за электричество", charmap.KOI8R, ",koi8-r"},
		{"Grüße aus Köln", charmap.CodePage850, "cp850,ibm850,cp-850"},
		{"Prijs: € 12", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), ",utf-16,us-ascii"},
	} {
		raw := in(t, c.e, c.text)
		for _, label := range strings.Split(c.labels, ",") {
			if got := letter.DecodeText(raw, label); got != c.text {
				t.Errorf("%v labelled %q: got %q", c.e, label, got)
			}
		}
	}
}

func TestEncodedWordsAreReadAsSent(t *testing.T) {
	for header, want := range map[string]string{
		"=?utf-8?Q?Caf=C3=A9?=":                         "Café",
		"=?utf-8?B?Q2Fmw6k=?= open":                     "Café open",
		"=?UTF-8?Q?Caf=C3?=\r\n =?utf-8?Q?=A9_dicht?=":  "Café dicht",
		"=?iso-8859-1?q?Caf=E9?= =?utf-8?q?=E2=82=AC?=": "Café€",
		"=?utf-8*nl?Q?Caf=C3=A9?=":                      "Café",
		"=?utf-8?Q?a b=3D?=":                            "a b=",
		"Caf\xe9":                                       "Café",
		"=?utf-8?Q?niet af":                             "=?utf-8?Q?niet af",
		"=?x?":                                          "=?x?", "": "",
		"=?utf-8?Q?a=0D=0ABcc:_x=40y?=": "a  Bcc: x@y",
		"=?utf-8?B?4oCuZ3BqLmV4ZQ==?=":  "gpj.exe",
		"=?onzin?Q?Caf=C3=A9?=":         "Café",
	} {
		if got := letter.DecodeWords(header); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}
