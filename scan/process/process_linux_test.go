package process

import (
	"os"
	"slices"
	"testing"
)

// The test itself runs from a program.
func TestPrograms(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if list := Programs(); !slices.Contains(list, self) {
		t.Errorf("%q is not among %d programs", self, len(list))
	}
}
