package page_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"balie/channel/email/page"
)

// attacks are HTML texts that try to run, load or lead astray. The word KEEP must stay readable in each.
var attacks = []string{
	`KEEP<script>alert(1)</script>`,
	`KEEP<img src=x onerror=alert(1)>`,
	`KEEP<svg onload=alert(1)><script>alert(1)</script></svg>`,
	`KEEP<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`KEEP<a href="java&#x09;script:alert(1)">x</a>`,
	`KEEP<a href=" javascript:alert(1)">x</a>`,
	`KEEP<a href="data:text/html,<script>alert(1)</script>">x</a>`,
	`KEEP<a href="vbscript:x">x</a><a href="//evil.example/">y</a><a href="file:///etc/passwd">z</a>`,
	`KEEP<p style="background:url(http://evil.example/a)">x</p>`,
	`KEEP<p style="background:\75rl(http://evil.example/a)">x</p>`,
	`KEEP<p style="width:expression(alert(1));color:red;-moz-binding:url(x)">x</p>`,
	`KEEP<p style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9">x</p>`,
	`KEEP<p style="color:red/*;*/;background-image:image-set('http://evil.example/a')">x</p>`,
	`KEEP<style>@import "http://evil.example/a";</style><link rel=stylesheet href=http://evil.example/a>`,
	`KEEP<iframe src=http://evil.example srcdoc="<script>alert(1)</script>"></iframe>`,
	`KEEP<object data=http://evil.example></object><embed src=http://evil.example>`,
	`KEEP<form action=http://evil.example><input name=q><button formaction=javascript:alert(1)>x</button></form>`,
	`KEEP<base href=http://evil.example><meta http-equiv=refresh content="0;url=http://evil.example">`,
	`KEEP<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">`,
	`KEEP<img srcset="http://evil.example/a 1x" src="http://evil.example/b"><picture><source srcset=http://evil.example/c></picture>`,
	`KEEP<table background="http://evil.example/a"><tr><td background="http://evil.example/b">x</td></tr></table>`,
	`KEEP<video poster=http://evil.example/a src=http://evil.example/b></video><audio src=http://evil.example/c>`,
	`KEEP<div id=app name=x class=y>x</div><img usemap=#m src=cid:a><map name=m><area href=javascript:alert(1)></map>`,
	`KEEP<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`KEEP<template><img src=x onerror=alert(1)></template><xmp><img src=x onerror=alert(1)></xmp>`,
	`KEEP<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>`,
	`KEEP<plaintext><img src=x onerror=alert(1)>`,
	`KEEP<!--[if mso]><img src=x onerror=alert(1)><![endif]--><![CDATA[<img src=x onerror=alert(1)>]]>`,
	`KEEP<a href="https://a.example/" target="_self" rel="opener" ping="http://evil.example/">x</a>`,
	`KEEP<img data-src="javascript:alert(1)" src="https://a.example/x.png" crossorigin=anonymous>`,
	"KEEP<a href=\"https://a.example/\x00\" onclick=\x00alert(1)>x</a><\x00script>alert(1)</script>",
	`<details open ontoggle=alert(1)>KEEP</details><marquee onstart=alert(1)>x</marquee>`,
}

var allowedAttrs = " style width height colspan rowspan border cellpadding cellspacing align valign bgcolor color size face dir lang type start href title src data-src alt rel target "

// harmless says what is wrong with a clean text, "" when nothing.
func harmless(clean string) string {
	z := html.NewTokenizer(strings.NewReader(clean))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.CommentToken, html.DoctypeToken:
			return "a comment"
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if strings.Contains(" script style iframe object embed form input button link meta base svg math template noscript video audio source picture textarea xmp plaintext title head body ", " "+t.Data+" ") {
				return "element " + t.Data
			}
			for _, a := range t.Attr {
				if bad := attribute(t.Data, a); bad != "" {
					return bad
				}
			}
		}
	}
}

func attribute(element string, a html.Attribute) string {
	if !strings.Contains(allowedAttrs, " "+a.Key+" ") {
		return "attribute " + a.Key
	}
	low := strings.ToLower(strings.TrimSpace(a.Val))
	switch a.Key {
	case "src":
		if element != "img" || !strings.HasPrefix(low, "cid:") && !strings.HasPrefix(low, "data:image/") || strings.Contains(low, "svg") {
			return "src " + a.Val
		}
	case "data-src":
		if !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://") {
			return "data-src " + a.Val
		}
	case "href":
		for _, scheme := range []string{"http:", "https:", "mailto:", "tel:"} {
			if strings.HasPrefix(low, scheme) {
				return ""
			}
		}
		return "href " + a.Val
	case "style":
		if strings.ContainsAny(low, `\@{}<>/*`) || strings.Contains(low, "url") || strings.Contains(low, "position") || strings.Contains(low, "expression") {
			return "style " + a.Val
		}
	}
	return ""
}

func TestNothingRunsOrLoadsFromACleanText(t *testing.T) {
	for _, attack := range attacks {
		clean, text := page.Read(attack)
		if bad := harmless(clean); bad != "" {
			t.Errorf("%s\nleft %s in %s", attack, bad, clean)
		}
		if !strings.Contains(clean, "KEEP") || !strings.Contains(text, "KEEP") {
			t.Errorf("%s\nlost its text: %q", attack, clean)
		}
	}
}

func TestCleaningTwiceChangesNothing(t *testing.T) {
	for _, attack := range append(attacks, `<p style="color:red">a <b>b</b> <img src="https://a.example/x.png" alt="x"> <a href="https://a.example/?a=1&amp;b=2">c</a></p>`) {
		once := page.Clean(attack)
		again := page.Clean(once)
		// A remote picture without src is not let in by the policy: only its address is lost, nothing is added.
		if bad := harmless(again); bad != "" || len(again) > len(once) {
			t.Errorf("%s\nonce  %s\nagain %s", attack, once, again)
		}
	}
}

func TestOrdinaryMarkupStays(t *testing.T) {
	in := `<table width="600" bgcolor="#eeeeee"><tbody><tr><td style="color: #333; font-size:14px" align="left">Dag <b>Jan</b></td></tr></tbody></table><ul><li>een</li></ul>`
	want := `<table width="600" bgcolor="#eeeeee"><tbody><tr><td style="color:#333;font-size:14px" align="left">Dag <b>Jan</b></td></tr></tbody></table><ul><li>een</li></ul>`
	if got := page.Clean(in); got != want {
		t.Errorf("got %s", got)
	}
}

func TestRemotePicturesWaitUntilTheyAreAskedFor(t *testing.T) {
	clean := page.Clean(`<p>a<img src="https://a.example/x.png?u=1&v=2" alt="foto"><img src="cid:logo%40a"></p>`)
	if !page.Remote(clean) || strings.Contains(clean, ` src="https`) {
		t.Fatalf("clean: %s", clean)
	}
	inline := func(id string) string {
		if id == "logo@a" {
			return "/files/7"
		}
		return ""
	}
	shut := page.Document(clean, page.Options{Inline: inline})
	if strings.Contains(shut, ` src="https`) || !strings.Contains(shut, ` src="/files/7"`) {
		t.Errorf("shut: %s", shut)
	}
	open := page.Document(clean, page.Options{Inline: inline, Proxy: "/image?url="})
	if !strings.Contains(open, ` src="/image?url=https%3A%2F%2Fa.example%2Fx.png%3Fu%3D1%26v%3D2"`) || strings.Contains(open, "data-src=") {
		t.Errorf("open: %s", open)
	}
	if page.Remote(page.Clean(`<p>a data-src="x" b</p>`)) {
		t.Error("text passes for a remote picture")
	}
	if none := page.Document(clean, page.Options{}); strings.Contains(none, "cid:") {
		t.Errorf("a picture without a file keeps its cid: %s", none)
	}
}

func TestDocumentFollowsLightAndDarkUnlessTheMessageHasColours(t *testing.T) {
	plain := page.Document("<p>dag</p>", page.Options{Lang: "nl"})
	coloured := page.Document(`<p style="color:red">dag</p>`, page.Options{})
	if !strings.Contains(plain, "prefers-color-scheme") || strings.Contains(coloured, "prefers-color-scheme") {
		t.Error("dark is given to the wrong one")
	}
	for _, want := range []string{`<html lang="nl">`, `<base target="_blank">`, "default-src 'none'", "<p>dag</p>", "no-referrer"} {
		if !strings.Contains(plain, want) {
			t.Errorf("no %s in %s", want, plain)
		}
	}
	link := page.Document(page.Clean(`<a href="https://a.example/">a</a>`), page.Options{})
	if !strings.Contains(link, `rel="noopener noreferrer nofollow"`) {
		t.Errorf("link: %s", link)
	}
}

func TestTextOfHTMLIsReadable(t *testing.T) {
	for in, want := range map[string]string{
		`<p>Dag,</p><p>Zie <a href="https://a.example/x">deze pagina</a>.</p>`: "Dag,\n\nZie deze pagina (https://a.example/x).",
		`een<br>twee<div>drie</div><div><br></div><div>vier</div>`:             "een\ntwee\ndrie\n\nvier",
		`<ul><li>a</li><li>b</li></ul>`:                                        "- a\n- b",
		`<blockquote>oud<blockquote>ouder</blockquote></blockquote>`:           "> oud\n> > \n> > ouder",
		`<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>`:      "a b\nc",
		`<div style="display:none">verborgen</div>zichtbaar`:                   "zichtbaar",
		`<a href="mailto:a@a.example">a@a.example</a> <a href="tel:1">bel</a>`: "a@a.example bel",
		`<pre>a  b` + "\n" + `c</pre>`:                                         "a  b\nc",
		`<a href="https://www.a.example/">www.a.example</a>`:                   "www.a.example",
		`a&nbsp;b &lt;c&gt; <img src="cid:x" alt="foto">`:                      "a b <c> [foto]",
		`<style>p{}</style><title>t</title>x`:                                  "x",
	} {
		if got := page.Text(in); got != want {
			t.Errorf("%s\ngot  %q\nwant %q", in, got, want)
		}
	}
}

func TestVeryDeepHTMLStillGivesItsText(t *testing.T) {
	deep := strings.Repeat("<div><b>", 2000) + "KEEP" + strings.Repeat("</b></div>", 2000)
	clean, text := page.Read(deep)
	if !strings.Contains(text, "KEEP") || !strings.Contains(clean, "KEEP") || harmless(clean) != "" {
		t.Errorf("text %q, clean %q", text, clean)
	}
}

// FuzzClean: whatever goes in, what comes out neither runs nor loads, also when it is parsed and cleaned again.
func FuzzClean(f *testing.F) {
	for _, attack := range attacks {
		f.Add(attack)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := page.Clean(s)
		if bad := harmless(clean); bad != "" {
			t.Fatalf("%q left %s in %q", s, bad, clean)
		}
		if bad := harmless(page.Clean(clean)); bad != "" {
			t.Fatalf("%q left %s after a second time", s, bad)
		}
		page.Document(clean, page.Options{Proxy: "/i?u="})
	})
}
