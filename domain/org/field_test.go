package org

import "testing"

func TestEachFieldIsFilledInOnceAndWhatIsNoneStays(t *testing.T) {
	values := map[Field]string{}
	text, want := "", ""
	for _, f := range Fields() {
		values[f] = "{{" + string(CaseNumber) + "}}" // looks like a field itself
		text, want = text+"{{ "+string(f)+" }}", want+"{{case.number}}"
	}
	if got := Fill(text+" {{klant.naam}} {{x}}", values); got != want+" {{klant.naam}} {{x}}" {
		t.Errorf("filled in: %q", got)
	}
	if got := Fill("{{promise.due}}", nil); got != "{{promise.due}}" {
		t.Errorf("without a value: %q", got)
	}
}
