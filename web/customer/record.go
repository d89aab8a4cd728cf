package customer

import "balie/domain/insight"

// kept says per channel how good what we told was, where there is enough to say.
func (f *frame) kept(r insight.Record) []string {
	var all []string
	say := func(kind string, k insight.Kept) {
		key := "customer.record_" + kind + "_" + k.Channel
		if !f.Has(key) {
			key = "customer.record_" + kind
		}
		all = append(all, f.T(key, "share", k.OfHundred()))
	}
	for _, k := range r.Waits {
		say("wait", k)
	}
	for _, k := range r.Answers {
		say("answer", k)
	}
	return all
}
