// Package text holds everything that is said to people: the catalogues in Dutch and English, dates, durations and
// numbers as people say them, and agents' markdown as safe HTML or plain text.
//
// Each room and each group of pages keeps its own sentences in texts/nl.toml and texts/en.toml. Keys are
// "room.what_happened". A sentence is a line
//
//	"intake.read_back_asked" = "Is dit uw vraag, {name}?"
//
// or, where a number decides the wording, a table with the forms of the language:
//
//	["promise.open"]
//	one = "1 afspraak"
//	other = "{count} afspraken"
//
// Load refuses a key that exists in one language only and placeholders that differ between the two.
package text
