// Package insight is the room of measures, each formula in one place with its numerator, its denominator and what is
// left out. It reads the rows of the rooms before it and changes nothing; it writes no facts.
package insight
