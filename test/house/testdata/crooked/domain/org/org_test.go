package org

import (
	"net/http/httptest" // right: a test
	"testing"
	"time"
)

func TestWaits(*testing.T) {
	httptest.NewRecorder()
	time.Sleep(1) // wrong
}
