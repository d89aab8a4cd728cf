package widget

import (
	"testing"

	"balie/test/browser"
)

func TestADeskThatDoesNotAnswerIsSaidWithAWayOut(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Telephone, nil)
	v.Away(true)
	v.Start("Chat met ons")
	v.Reads("Het lukt even niet.", "Probeer het opnieuw", "Naar onze contactpagina")
	v.Axe("a desk that does not answer", browser.AllRules)
	v.inside("failing")
	v.Shot("failing")
	if to := browser.Ask[string](v.Tab, root+`.querySelector(".failed a").href`); to != v.desk.URL+"/o/energie-oost/" {
		t.Errorf("the way out leads to %s", to)
	}
	v.Away(false)
	v.Click("button", "Probeer het opnieuw")
	v.Reads("zijn er nu")
}

func TestAChatThatCannotBeFetchedBecomesALinkToTheContactPage(t *testing.T) {
	t.Parallel()
	v := open(t, english, nil)
	v.Break()
	v.Click("button", "Chat with us")
	v.UntilFocus("The chat does not open now. Go to our contact page")
	if to := browser.Ask[string](v.Tab, root+`.querySelector("a.launch").href`); to != v.desk.URL+"/o/energie-oost/" {
		t.Errorf("it leads to %s", to)
	}
	v.Axe("a chat that does not open", browser.AllRules)
	v.Shot("failing-button")
}
