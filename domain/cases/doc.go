// Package cases is a question until the customer says it is solved. A case has one owner and one status; it is closed
// by the customer's word, or by silence after it was asked for, and the two are counted apart.
//
// It may not close on an agent's word: Close asks for an intake.Confirmation, and only a customer can give one.
//
// Facts: case.opened, case.changed, case.owned, case.proposed, case.closed, case.reopened, case.merged.
package cases
