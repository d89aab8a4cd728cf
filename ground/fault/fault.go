// Package fault gives every error three parts: a kind for the program, a key for the person and a cause for the log.
// HTTP status codes and Dutch or English sentences are made from them at the edge, nowhere else.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of trouble it is, and with that who can mend it.
type Kind string

// The kinds. A new one is added only when the edge must answer differently.
const (
	Invalid     Kind = "invalid"     // what was sent cannot be used; the sender can mend it
	Unknown     Kind = "not_found"   // it does not exist, or not for whom asks (threat T1: no access looks the same)
	SignIn      Kind = "sign_in"     // nobody is signed in, or the token is not valid
	Denied      Kind = "denied"      // signed in, the thing may be seen, this may not be done with it
	Conflict    Kind = "conflict"    // it no longer is as the asker thought, or the life does not allow the step
	TooLarge    Kind = "too_large"   // over a limit; the message names the limit
	TooMany     Kind = "too_many"    // too often; try later
	Unavailable Kind = "unavailable" // a machine of ours is away; nothing was accepted; try again
	Internal    Kind = "internal"    // our own mistake
)

// Fault is an error with its three parts.
type Fault struct {
	Kind  Kind
	Key   string         // message key, "room.what_happened"
	Args  map[string]any // values for the message: limits, names, numbers
	cause error
}

// New makes a fault without a cause. Args are pairs: name, value, name, value.
func New(kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: pairs(args)}
}

// Wrap makes a fault from a cause. A nil cause gives a fault all the same.
func Wrap(kind Kind, key string, cause error, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: pairs(args), cause: cause}
}

// Error is for the log: kind, key and the trail of causes.
func (f *Fault) Error() string {
	s := string(f.Kind) + " " + f.Key
	for k, v := range f.Args {
		s += fmt.Sprintf(" %s=%v", k, v)
	}
	if f.cause != nil {
		s += ": " + f.cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// Of gives the outermost fault in err; an error without one is Internal with key "ground.internal".
// Of(nil) is nil.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return Wrap(Internal, "ground.internal", err)
}

// Is says whether err is a fault of this kind.
func Is(err error, kind Kind) bool { return err != nil && Of(err).Kind == kind }

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}
