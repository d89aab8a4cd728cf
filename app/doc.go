// Package app puts the program together: configuration, rooms, the explicit list of channels, pages, and the commands
// of the command line. It is the only package that knows everything.
package app
