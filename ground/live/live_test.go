package live_test

import (
	"testing"

	"balie/ground/ident"
	"balie/ground/live"
)

func TestAReaderOfAllHearsEveryOrganisationAndOthersTheirOwn(t *testing.T) {
	h := live.NewHub()
	all, one := h.SubscribeAll(), h.Subscribe(1)
	for org := range ident.Org(3) {
		h.Sign(org+1, "typing", ident.Case(org+1), nil)
	}
	for org := range ident.Org(3) {
		if n := <-all.C; n.Entry.Org != org+1 {
			t.Errorf("heard organisation %d, want %d", n.Entry.Org, org+1)
		}
	}
	if n := <-one.C; n.Entry.Org != 1 || len(one.C) != 0 {
		t.Errorf("the reader of organisation 1 hears %d, and %d more", n.Entry.Org, len(one.C))
	}
}

func TestAReaderOfAllThatFallsBehindIsDroppedLaterThanOthers(t *testing.T) {
	h := live.NewHub()
	all, one := h.SubscribeAll(), h.Subscribe(1)
	n := 0
	for ; h.Readers() > 0; n++ {
		h.Sign(1, "typing", 7, nil)
		if h.Readers() == 1 && one != nil {
			one = nil
			if n < 256 {
				t.Errorf("a reader of one organisation was dropped after %d", n)
			}
		}
	}
	if n < 4096 {
		t.Errorf("the reader of all was dropped after %d", n)
	}
	left := 0
	for range all.C {
		left++
	}
	if left < 4096 {
		t.Errorf("only %d of what was spread can still be read", left)
	}
}
