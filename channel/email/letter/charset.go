package letter

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// aliases are labels seen in mail that the table of the web does not know, or that mean something else there.
var aliases = map[string]string{
	"unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "utf7": "utf-7", "csutf7": "utf-7",
	"unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "utf-8mb4": "utf-8", "utf_8": "utf-8", "utf": "utf-8",
	"us-ascii": "utf-8", "ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "7bit": "utf-8", "8bit": "", "binary": "",
	"default": "", "unknown": "", "x-unknown": "", "unknown-8bit": "", "none": "", "default_charset": "",
	"ansi": "windows-1252", "iso 8859-1": "windows-1252", "iso8859_1": "windows-1252", "8859-1": "windows-1252",
	"iso-8859-1-windows-3.1-latin-1": "windows-1252", "we8iso8859p1": "windows-1252", "cp-1252": "windows-1252",
	"win-1252": "windows-1252", "windows1252": "windows-1252", "iso-8859-15-1": "iso-8859-15", "latin-1": "windows-1252",
	"latin-9": "iso-8859-15", "iso8859_15": "iso-8859-15", "win-1251": "windows-1251", "win1251": "windows-1251",
	"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030",
	"gb2312_charset": "gb18030", "136": "big5", "cp950": "big5", "cp932": "shift_jis", "ms932": "shift_jis",
	"shift-jis": "shift_jis", "x-ms-cp932": "shift_jis", "iso-2022-jp-ms": "iso-2022-jp", "iso-2022-jp-1": "iso-2022-jp",
	"iso-2022-jp-2": "iso-2022-jp", "cp50220": "iso-2022-jp", "cp949": "euc-kr", "ks_c_5601": "euc-kr",
	"utf-16": "utf-16le", "cp850": "ibm850", "cp-850": "ibm850", "ibm850": "ibm850", "cp437": "ibm437", "ibm437": "ibm437",
}

// label brings a charset label in one of the forms that decode knows; "" when the sender gave none that helps.
func label(s string) string {
	s = strings.ToLower(strings.Trim(s, " \t\"'<>;,"))
	s = strings.TrimPrefix(s, "charset=")
	s, _, _ = strings.Cut(s, "*") // a language after it: RFC 2231 section 5
	if a, ok := aliases[s]; ok {
		return a
	}
	return s
}

// DecodeText makes UTF-8 of a text with a charset label. The label is believed only while it fits the bytes.
func DecodeText(b []byte, charset string) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		b, charset = b[2:], "utf-16le"
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		b, charset = b[2:], "utf-16be"
	}
	name := label(charset)
	plain := ascii(b)
	switch name {
	case "", "utf-8", "utf8":
		if plain && bytes.IndexByte(b, 0x1b) < 0 {
			return string(b)
		}
		return detect(b)
	case "utf-7":
		return decodeUTF7(b)
	case "iso-2022-jp", "hz-gb-2312", "utf-16le", "utf-16be":
		// These look like ASCII, or are not made of bytes below 0x80 only.
		if plain && name == "iso-2022-jp" && bytes.IndexByte(b, 0x1b) < 0 {
			return string(b)
		}
		if !plain && name == "iso-2022-jp" {
			return detect(b) // Shift-JIS that calls itself ISO-2022-JP
		}
		if strings.HasPrefix(name, "utf-16") && bytes.IndexByte(b, 0) < 0 && utf8.Valid(b) {
			return string(b) // a label that was left behind when the text became UTF-8
		}
	default:
		if plain {
			return string(b)
		}
		if utf8.Valid(b) {
			return string(b) // UTF-8 under another name: any other text is practically never valid UTF-8
		}
	}
	return convert(b, name)
}

// convert decodes with the named charset; where that leaves holes, it looks for a better one.
func convert(b []byte, name string) string {
	e := lookup(name)
	if e == nil {
		return detect(b)
	}
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return detect(b)
	}
	s := valid(out)
	if holes := strings.Count(s, "\uFFFD"); holes > 0 {
		if other := detect(b); strings.Count(other, "\uFFFD") < holes {
			return other
		}
	}
	return s
}

func lookup(name string) encoding.Encoding {
	if e, ok := dos[name]; ok {
		return e
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	if n, err := htmlindex.Name(e); err != nil || n == "replacement" || n == "x-user-defined" {
		return nil
	}
	return e
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// valid makes a string of bytes and replaces what is not UTF-8.
func valid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}
