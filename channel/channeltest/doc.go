// Package channeltest is the suite that every channel must pass, with a desk in memory that the suite can make fail.
// A new channel passes it by a test of a few lines: see Harness.
package channeltest
