// Command serve serves the workspace with a small desk in memory, for work on the screens without the whole program. It
// listens on loopback only. Flags choose who looks at it and what state it is in.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"

	"balie/ground/clock"
	"balie/web/agent/ui/fake"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8290", "loopback address")
	locale := flag.String("locale", "nl", "language of the agent: nl or en")
	role := flag.String("role", "admin", "role of the agent: agent, lead or admin")
	state := flag.String("state", "full", "full, chat, empty or failing")
	offer := flag.Int("offer", 0, "seconds for which a chat is offered at the start, with -state chat")
	flag.Parse()
	if err := run(*listen, *offer, fake.Options{Locale: *locale, Role: *role, State: *state}); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(listen string, offer int, o fake.Options) error {
	desk, err := fake.New(clock.System{}, o)
	if err != nil {
		return err
	}
	if offer > 0 {
		desk.Offer("5009", offer)
	}
	fmt.Println("http://" + listen + "/desk")
	return http.ListenAndServe(listen, desk)
}
