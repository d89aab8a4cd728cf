// Package form knows a room and another adapter.
package form

import (
	_ "crooked/channel/email" // wrong
	_ "crooked/domain/party"  // wrong
	_ "crooked/ground/fault"
)
