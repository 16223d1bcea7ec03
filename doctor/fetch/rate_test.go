package fetch

import (
	"testing"
	"time"
)

func TestRate(t *testing.T) {
	c := New(Settings{}, Options{})
	defer c.Close()
	if c.Rate() != 0 {
		t.Error("a rate before anything was fetched")
	}
	c.measure(1<<20, 2*time.Second)
	c.measure(1000, time.Nanosecond) // says nothing
	c.measure(1<<20, 0)
	if got := c.Rate(); got != 1<<19 {
		t.Errorf("got %v", got)
	}
}
