// Package intake is the question: said once, read back in one sentence, and confirmed or corrected by the customer
// before work starts. It also holds what only a customer can give: the Word, made from a link that was sent to the
// customer and to nobody else. A room that needs the customer's consent asks for a Confirmation, which cannot be made
// from anything but a Word.
//
// Facts: intake.read_back, intake.confirmed, intake.corrected.
package intake
