// Command serve shows the chat on a page of its own, with a desk in memory that obeys what is typed here: take NAME, say
// NAME WORDS, card KIND WORDS, types NAME, seen, hand NAME NAME, away, back, close, nobody. It listens on loopback only.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"

	"balie/ground/clock"
	"balie/test/widget"
)

func main() {
	desk := flag.String("desk", "127.0.0.1:8291", "loopback address of the desk")
	site := flag.String("site", "127.0.0.1:8292", "loopback address of the page with the chat")
	language := flag.String("language", "nl", "language of the page: nl or en")
	flag.Parse()
	if err := run(*desk, *site, *language); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(deskAt, siteAt, language string) error {
	desk, err := widget.New(clock.System{})
	if err != nil {
		return err
	}
	origin := "http://" + deskAt
	failed := make(chan error, 2)
	go func() { failed <- http.ListenAndServe(deskAt, desk) }()
	go func() {
		failed <- http.ListenAndServe(siteAt, widget.Site{Desk: origin, Policy: widget.Strict(origin), Language: language})
	}()
	fmt.Println("http://" + siteAt + "/")
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			obey(desk, lines.Text())
		}
	}()
	return <-failed
}

func obey(d *widget.Desk, line string) {
	what, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	first, words, _ := strings.Cut(rest, " ")
	switch what {
	case "take":
		d.Take(first)
	case "say":
		d.Say(first, words)
	case "card":
		d.Card(first, words, "vandaag voor 17.00 uur")
	case "types":
		d.Types(first)
	case "seen":
		d.Sees()
	case "hand":
		d.Hand(first, words)
	case "away":
		d.Away(true)
	case "back":
		d.Away(false)
	case "close":
		d.Close()
	case "nobody":
		d.Nobody()
	default:
		fmt.Println("take, say, card, types, seen, hand, away, back, close, nobody")
	}
}
