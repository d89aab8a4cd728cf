// Package shed has no place.
package shed
