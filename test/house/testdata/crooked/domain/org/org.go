// Package org imports a room after it and a database.
package org

import (
	"database/sql" // wrong
	"net/http"     // wrong

	"crooked/domain/party" // wrong: party comes later
	"crooked/ground/fault"
)

var _ = sql.ErrNoRows

var _ = http.NoBody

var _ = fault.New("invalid", "org.without_text")

var _ = fault.New("invalid", "org.known")

var _ = party.Find
