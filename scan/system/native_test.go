package system

import (
	"errors"
	"runtime"
	"testing"
)

// TestNative: a test runs on what it was compiled for, but for 32-bit programs on a 64-bit kernel, and emulators.
func TestNative(t *testing.T) {
	got, err := This().Native()
	if errors.Is(err, ErrUnknown) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if small := map[string]string{"386": "amd64", "arm": "arm64", "amd64": "arm64"}; got != runtime.GOARCH && got != small[runtime.GOARCH] {
		t.Errorf("the machine is %s, and runs %s", got, runtime.GOARCH)
	}
	if got, err := archOf("vax"); got != "" || !errors.Is(err, ErrUnknown) {
		t.Errorf("%q, %v", got, err)
	}
}
