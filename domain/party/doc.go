// Package party knows the customers: who they are, on which addresses they can be reached, what showed that an address
// is theirs, and what they already told us, so that it is not asked again.
//
// It may not judge: there is no field in which an opinion about a customer could be kept. A sender's address is a
// claim, not an identity; Prove records what made it more than that.
//
// Facts: party.appeared, party.proved, party.gave.
package party
