package dies

import (
	"os"
	"testing"
)

func TestBefore(t *testing.T) {}

func TestEndsTheProcess(t *testing.T) { os.Exit(3) }
