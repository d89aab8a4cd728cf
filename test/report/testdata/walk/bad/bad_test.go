package bad

import "testing"

func TestChildFails(t *testing.T) {
	t.Run("child", func(t *testing.T) { t.Error("the reason of the child") })
	t.Run("sister", func(t *testing.T) {})
}

func TestFailsItself(t *testing.T) {
	t.Run("child", func(t *testing.T) {})
	t.Error("the reason of the parent")
}
