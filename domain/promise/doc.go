// Package promise is what we said we would do, by when, and whether we did. Each promise has a text, an owner and a
// deadline, is visible to the customer, and counts as kept or broken.
//
// A promise whose deadline passed is broken and stays so; doing it later is recorded, and the count does not change.
//
// Facts: promise.made, promise.owned, promise.moved, promise.kept, promise.broken, promise.withdrawn.
package promise
