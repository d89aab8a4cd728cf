// Command write makes docs/rooms.md and docs/facts.md from the code. Run it from the root of the module.
package main

import (
	"fmt"
	"os"

	"balie/test/house"
)

func main() {
	tree, err := house.Load(".")
	if err == nil {
		err = house.Write(tree)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "write:", err)
		os.Exit(1)
	}
}
