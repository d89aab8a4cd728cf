package webchat_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"balie/channel/webchat"
	"balie/ground/clock"
	"balie/ground/fault"
)

func TestWhatAWebsiteTellsLaterHasTheSameLimits(t *testing.T) {
	a := webchat.New(clock.At(now))
	page, given, err := a.Around([]byte(`{"page":"https://shop.example/mand?a=1#b","title":" Mijn\nmand ","given":{"Order":"A-17","amount":3,
		"email":"x@y.example","no name":"x","list":[1],"gone":null,"long":"` + strings.Repeat("x", 300) + `"}}`))
	if err != nil || page.URL != "https://shop.example/mand?a=1" || page.Title != "Mijn mand" {
		t.Errorf("%+v, %v", page, err)
	}
	if len(given) != 3 || given["order"] != "A-17" || given["amount"] != "3" || len(given["long"]) != 200 {
		t.Errorf("it is given %v", given)
	}
	if page, given, err := a.Around([]byte(`{"page":"javascript:alert(1)"}`)); err != nil || page.URL != "" || given != nil {
		t.Errorf("%+v %v %v", page, given, err)
	}
	many := map[string]any{}
	for i := range 50 {
		many[fmt.Sprintf("field%d", i)] = i
	}
	body, err := json.Marshal(map[string]any{"given": many})
	if err != nil {
		t.Fatal(err)
	}
	if _, given, err := a.Around(body); err != nil || len(given) != webchat.MaxGiven {
		t.Errorf("%d fields, %v", len(given), err)
	}
	for key, frame := range map[string]string{"webchat.frame_unreadable": `{"given":[]}`, "webchat.frame_large": strings.Repeat(" ", webchat.MaxFrame+1)} {
		if _, _, err := a.Around([]byte(frame)); fault.Of(err).Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
}
