package fake

import (
	"testing"

	"balie/test/browser"
)

// crowded is a page with a stream that has heard of something later than it happened.
func crowded(t *testing.T, path string) *screen {
	t.Helper()
	s := open(t, chatting, browser.Desktop, path)
	s.listens()
	s.desk.Missed("conversation.noted", "5003")
	return s
}

func TestWhatWasMissedIsShownInTheListAndInTheCaseThatIsOpen(t *testing.T) {
	s := crowded(t, "/desk/cases/4817?view=all")
	s.sees(".theirs .bubble", "graag om 16.00 uur")
	s.desk.Quietly(func() { s.desk.Write("5009", "Is er al iets bekend?") })
	s.desk.Missed("conversation.received", "5009")
	s.sees(".row-preview", "Is er al iets bekend?")
	s.desk.Quietly(func() { s.desk.Write("4817", "Of liever om vijf uur.") })
	s.desk.Missed("conversation.received", "4817")
	s.sees(".theirs .bubble", "Of liever om vijf uur.")
	s.sees(".row-preview", "Of liever om vijf uur.")
}

func TestWhoMissedTooMuchLooksAtEverythingAgain(t *testing.T) {
	s := crowded(t, "/desk/cases/4817?view=all")
	s.sees(".theirs .bubble", "graag om 16.00 uur")
	s.desk.Quietly(func() {
		s.desk.Write("5009", "Is er al iets bekend?")
		s.desk.Write("4817", "Of liever om vijf uur.")
	})
	s.desk.Missed("", "")
	s.sees(".theirs .bubble", "Of liever om vijf uur.")
	s.sees(".row-preview", "Is er al iets bekend?")
}

// In a crowd the pages about the whole desk ask by themselves as well, since the word of what happened may come late.
func TestInACrowdThePagesOfTheWholeDeskAskByThemselves(t *testing.T) {
	s := crowded(t, "/desk/queue")
	s.sees(".queue-pair", "Wie is er")
	s.desk.Quietly(func() { s.desk.Announce("Storing in Almelo") })
	s.sees(".announced", "Storing in Almelo")
}
