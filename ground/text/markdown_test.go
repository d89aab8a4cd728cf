package text

import (
	"strings"
	"testing"
)

func TestMarkdownBecomesSafeHTML(t *testing.T) {
	for name, tc := range map[string]struct{ src, want string }{
		"line breaks are kept": {"Hallo\nFatma\n\nTot ziens", "<p>Hallo<br>\nFatma</p>\n<p>Tot ziens</p>\n"},
		"emphasis":             {"**let op** *nu*", "<p><strong>let op</strong> <em>nu</em></p>\n"},
		"list":                 {"3. drie\n4. vier", "<ol start=\"3\">\n<li>drie</li>\n<li>vier</li>\n</ol>\n"},
		"quote":                {"> u schreef", "<blockquote>\n<p>u schreef</p>\n</blockquote>\n"},
		"heading is bold":      {"# Stap 1", "<p><strong>Stap 1</strong></p>\n"},
		"tags are shown":       {"vul <naam> in <script>alert(1)</script>", "<p>vul &lt;naam&gt; in &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
		"block tags are shown": {"<div onclick=x>\nhoi\n</div>", "<p>&lt;div onclick=x&gt;<br>\nhoi<br>\n&lt;/div&gt;</p>\n"},
		"link": {
			"[meter](https://energie.example/m?a=1&b=2)",
			"<p><a href=\"https://energie.example/m?a=1&amp;b=2\" rel=\"nofollow noreferrer\">meter</a></p>\n",
		},
		"bare link":           {"zie https://energie.example/m.", "<p>zie <a href=\"https://energie.example/m\" rel=\"nofollow noreferrer\">https://energie.example/m</a>.</p>\n"},
		"picture is a link":   {"![foto](https://a.example/p.png)", "<p><a href=\"https://a.example/p.png\" rel=\"nofollow noreferrer\">foto</a></p>\n"},
		"picture in a link":   {"[![foto](https://a.example/p.png)](https://b.example/)", "<p><a href=\"https://b.example/\" rel=\"nofollow noreferrer\"><em>foto</em></a></p>\n"},
		"script link":         {"[klik](javascript:alert(1))", "<p>klik</p>\n"},
		"data link":           {"[klik](data:text/html;base64,PHNjcmlwdD4=)", "<p>klik</p>\n"},
		"relative link":       {"[klik](/o/x)", "<p>klik</p>\n"},
		"line under a line":   {"Met groet\n---", "<p>Met groet</p>\n<hr>\n"},
		"indented is no code": {"    ingesprongen", "<p>ingesprongen</p>\n"},
		"indented in a list":  {"- een\n\n        twee", "<ul>\n<li>\n<p>een</p>\n<p>twee</p>\n</li>\n</ul>\n"},
		"definitions stay":    {"[1]: ja, dat kan", "<p>[1]: ja, dat kan</p>\n"},
		"signs are escaped":   {"a & b < c", "<p>a &amp; b &lt; c</p>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Markdown(tc.src); got != tc.want {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestMarkdownThatIsMadeToBeExpensiveIsShownAsTyped(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("> ", 5000) + "x",
		strings.Repeat("- ", 5000) + "x",
		strings.Repeat("a ", maxMarkdown),
	} {
		got := Markdown(src)
		if strings.Contains(got, "<blockquote>") || strings.Contains(got, "<li>") {
			t.Errorf("%.20q was read as markdown", src)
		}
		if Plain(src) != src {
			t.Errorf("%.20q was changed in the plain part", src)
		}
	}
}

func TestThePlainPartSaysTheSameWithoutSigns(t *testing.T) {
	for name, tc := range map[string]struct{ src, want string }{
		"emphasis": {"**let op** *nu* \\*ster\\* &amp; `a*b`", "let op nu *ster* & a*b\n"},
		"link":     {"zie [de meter](https://energie.example/m)", "zie de meter (https://energie.example/m)\n"},
		"same":     {"[https://a.example](https://a.example) <hulp@a.example>", "https://a.example hulp@a.example\n"},
		"lines":    {"Hallo\nFatma\n\n\n\nTot ziens", "Hallo\nFatma\n\nTot ziens\n"},
		"list":     {"- een\n- twee\n  1. a\n  2. b", "- een\n- twee\n  1. a\n  2. b\n"},
		"quote":    {"> een\n>\n> twee\n\ndrie", "> een\n>\n> twee\n\ndrie\n"},
		"code":     {"```\nx = 1\n\ny\n```", "    x = 1\n\n    y\n"},
		"picture":  {"![foto](https://a.example/p.png)", "foto (https://a.example/p.png)\n"},
		"windows":  {"een\r\ntwee", "een\ntwee\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Plain(tc.src); got != tc.want {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"a", "![x](y)", "[![a](b)](javascript:x)", "<img src=x onerror=y>", "> > - 1. `a`", "# [a](b)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		out := strings.ToLower(Markdown(src))
		for _, bad := range []string{"<script", "<img", "<iframe", "<style", "<svg", "href=\"javascript:", "href=\"data:"} {
			if strings.Contains(out, bad) {
				t.Errorf("%q gives %q", src, out)
			}
		}
		Plain(src)
		Preview(src, 20)
	})
}

func BenchmarkMarkdown(b *testing.B) {
	src := strings.Repeat("Beste Fatma,\nuw **meter** is op [de pagina](https://energie.example) te zien.\n\n", 10)
	for b.Loop() {
		Markdown(src)
	}
}
