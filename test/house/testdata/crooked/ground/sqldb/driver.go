//go:build othersqlite

package sqldb

import (
	_ "github.com/mattn/go-sqlite3"

	_ "crooked/domain/org" // wrong: ground knows no room, also behind a build tag
)
