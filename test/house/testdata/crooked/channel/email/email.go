// Package email is in order.
package email

import _ "net/http"
