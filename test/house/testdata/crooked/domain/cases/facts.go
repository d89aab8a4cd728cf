package cases

// Closed is written when the customer says so.
type Closed struct {
	Case int64  `json:"case"`
	By   string `json:"by"` // customer or silence
}

// Kind names it.
func (Closed) Kind() string { return "case.closed" }

type ClosedAgain struct{}

func (ClosedAgain) Kind() string { return "case.closed" }

// Odd has a name that is not one.
type Odd struct{}

func (Odd) Kind() string { return "CaseOdd" }
