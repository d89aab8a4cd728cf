// Package letter reads mail: from the raw bytes of a message it makes a channel.Arrival, without network, database or
// clock. Whatever arrives gives a usable result; what no rule can read is kept as text with a problem key. Only what
// must be refused while the sending server still waits (two From headers, a limit) is an error.
//
// The structure is found in one pass over the bytes, which also checks the limits, before anything is decoded: the cost
// of a message grows with its size only, not with its depth. Decoding is lenient everywhere.
package letter
