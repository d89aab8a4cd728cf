// Package erlang is not pure.
package erlang

import (
	"os" // wrong

	"example.org/elsewhere" // wrong
)

var _ = os.Args

var _ = elsewhere.X
