package party

// Appeared says that a customer was seen for the first time.
type Appeared struct{}

// Kind is the fact's name.
func (Appeared) Kind() string { return "party.appeared" }

// Proved says that an address was shown to belong to the customer.
type Proved struct {
	Channel string `json:"channel"`
	By      Proof  `json:"by"`
}

// Kind is the fact's name.
func (Proved) Kind() string { return "party.proved" }

// Gave says that the customer told us something that will not be asked again.
type Gave struct {
	Field string `json:"field"`
}

// Kind is the fact's name.
func (Gave) Kind() string { return "party.gave" }
