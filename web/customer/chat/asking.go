package chat

import (
	"time"
)

// asking is whom a visitor asked for who is not free, as it is told.
type asking struct {
	name  string
	here  bool
	call  int64 // when this agent can call, in milliseconds; zero: not soon
	text  string
	wait  string // what waiting on for this agent means; empty: that cannot be
	stays string // until when the visitor does so, in words; empty: not
	over  bool   // the visitor did, in vain
}

// askedFor says whom the visitor asked for.
func (v view) askedFor() asking {
	now, name := v.chat.DB.Clock().Now(), first(v.asked.Name)
	a := asking{name: name, here: v.asked.Here, over: v.asked.Over()}
	if !v.asked.Call.IsZero() {
		a.call = v.asked.Call.UnixMilli()
		a.text = slotText(v.t, v.house, now, v.asked.Call)
	}
	switch {
	case v.asked.Holds():
		key := "chat.stays"
		if v.asked.Bound == 0 {
			key = "chat.stays_unknown"
		}
		a.stays = v.t.T(key, "name", name, "clock", v.t.Clock(v.asked.Until, v.house.zone))
	case v.asked.Wait.Can && v.asked.Wait.Bound > 0:
		a.wait = v.t.T("chat.own_wait", "name", name, "count", minutes(v.asked.Wait.Bound))
	case v.asked.Wait.Can:
		a.wait = v.t.T("chat.own_wait_unknown", "name", name, "count", minutes(v.asked.Wait.For()))
	}
	return a
}

// choice is asking as the visitor's screen gets it.
type choice struct {
	Name  string `json:"name"`
	Here  bool   `json:"here"`
	Call  *slot  `json:"call"`
	Wait  string `json:"wait"`
	Stays string `json:"stays"`
	Over  bool   `json:"over"`
}

func (a asking) choice() *choice {
	if a.name == "" {
		return nil
	}
	c := &choice{Name: a.name, Here: a.here, Wait: a.wait, Stays: a.stays, Over: a.over}
	if a.call != 0 {
		c.Call = &slot{At: time.UnixMilli(a.call).UTC(), Text: a.text}
	}
	return c
}
