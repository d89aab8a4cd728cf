package cannot

import "testing"

func TestNeverRuns(t *testing.T) { undefined() }
