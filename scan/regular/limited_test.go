package regular

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestLimited: what is read twice counts twice, what goes beyond the limit fails, and so does all that is asked for after it.
func TestLimited(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, bytes.Repeat([]byte("x"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l := &Limited{R: f, Left: 20}
	for n, want := range []error{nil, nil, ErrTooLarge, ErrTooLarge} {
		if _, err := l.ReadAt(make([]byte, 8+n), 50); !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("read %d: %v, want %v", n, err, want)
		}
	}
	l.Left = -1
	if n, err := l.ReadAt(make([]byte, 100), 0); n != 100 || err != nil {
		t.Errorf("without a limit: %d bytes, %v", n, err)
	}
}
