// Package nodes holds the tests of several programs on one database: they are started, killed and started again while
// customers and agents go on, and what they answered is checked afterwards.
package nodes
