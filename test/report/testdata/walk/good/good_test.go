package good

import "testing"

func TestPasses(t *testing.T) {
	t.Run("first", func(t *testing.T) {})
	t.Run("second", func(t *testing.T) {})
}

func TestWaits(t *testing.T) { t.Skip("suite postgres: not here") }
