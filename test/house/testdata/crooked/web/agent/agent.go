// Package agent looks at what a customer sees.
package agent

import (
	_ "html/template" // wrong

	_ "crooked/domain/party"
	_ "crooked/web/customer" // wrong
)
