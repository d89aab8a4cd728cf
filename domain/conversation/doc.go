// Package conversation keeps what was said and done: one timeline per case and per customer, over all channels, and
// the messages on their way out with what became of them.
//
// It may not decide what follows; flow does. It keeps the raw form of everything that came in.
//
// Facts: conversation.received, conversation.sent, conversation.noted, conversation.marked, conversation.delivered.
package conversation
