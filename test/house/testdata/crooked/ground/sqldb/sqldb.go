// Package sqldb may import a driver.
package sqldb
